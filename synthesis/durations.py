"""Group child protection plans by how long they last, so that the shares at each month end round to the printed ones.

A plan that began d months ago is under 12 months old at a month end exactly when d < 12, and under 24 when d < 24,
whatever the days: counts by month are enough. When a plan of the opening stock began is decided only when it must be.
"""

from collections import Counter

from synthesis.stocks import Ledger, Start, movements, opening_stock, spread, take
from synthesis.targets import Targets

LONG = 36  # months of history of the opening stock
OPENING_SHARES = (0.80, 0.16)


def rounded(part: int, whole: int) -> int:
    """Return the share in whole per cent, rounded half up as it is printed."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def fitting(share: int, whole: int) -> range:
    """Return every count whose share of `whole` rounds to `share` per cent."""
    low = -(-whole * (2 * share - 1) // 200)
    high = -(-whole * (2 * share + 1) // 200) - 1
    return range(max(low, 0), min(high, whole) + 1)


class Plans:
    """The open plans as the months pass: dated ones by start month, and the opening stock by age, not yet dated."""

    def __init__(self, opening: int, shares: tuple[int, int, int] | None) -> None:
        middle, old = _opening_ages(opening, shares)
        self.undated = [opening - middle - old, middle, old]
        self.dated: Counter[Start] = Counter()
        self.groups: Counter[tuple[int, int | None, bool]] = Counter()

    def crossed(self, idx: int, months: int) -> int:
        """Return how many dated plans become `months` old in month `idx`."""
        return sum(n for (start, _), n in self.dated.items() if start == idx - months)

    def ages(self, idx: int) -> list[int]:
        """Return how many plans are under 12 months old, under 24, and older."""
        counts = self.undated[:]
        for (start, _), n in self.dated.items():
            counts[(idx - start >= 12) + (idx - start >= 24)] += n
        return counts

    def reveal(self, age: int, start: int, n: int) -> None:
        """Decide that `n` undated plans of an age began in month `start`."""
        n = max(min(n, self.undated[age]), 0)
        self.undated[age] -= n
        self.dated[start, False] += n

    def end(self, idx: int, age: int, n: int) -> int:
        """End up to `n` plans of an age in month `idx`; return how many did. None ends in its 24th month."""
        low, high = ((1, 11), (12, 23), (25, 999))[age]
        reach = [s for s in range(idx - high, idx - low + 1) if s <= -12 * age] if age < 2 else [-26 - idx % 8]
        undated = min(self.undated[age], n if age == 2 else (n * 3 + 3) // 4) if reach else 0
        for start, part in spread(undated, reach).items() if reach else ():
            self.groups[start, idx, False] += part
        self.undated[age] -= undated
        ended = undated
        for (start, moved), part in take(self.dated, n - ended, lambda s: low <= idx - s <= high).items():
            self.groups[start, idx, moved] += part
            ended += part
        if ended < n and reach and self.undated[age]:
            more = min(self.undated[age], n - ended)
            self.groups[reach[len(reach) // 2], idx, False] += more
            self.undated[age] -= more
            ended += more
        return ended


def _opening_ages(opening: int, shares: tuple[int, int, int] | None) -> tuple[int, int]:
    young, middle = OPENING_SHARES if not shares else (shares[0] / 100, shares[1] / 100)
    middle_n = int(opening * middle)
    return middle_n, max(opening - int(opening * young) - middle_n, 0)


def plans(targets: Targets, printed_ceased: int | None) -> Ledger:
    """Return groups of plans that follow the stock, the new ones, the shares and those ceased after two years.

    Where these exclude each other, as many as possible are followed.
    """
    stock, new = targets["cpp_total"], targets["cpp_new"]
    opening = opening_stock(stock, new, printed_ceased)
    moved, ceased, transfers = movements(stock, new, opening)
    now = Plans(opening, targets.shares.get(min(stock)))
    for idx in sorted(stock):
        long_ceased = min(targets.ceased_2yrs.get(idx, round(ceased[idx] * 0.04)), ceased[idx])
        _age(now, idx, stock[idx], ceased[idx], long_ceased, targets.shares.get(idx))
        now.dated[idx, False] += new[idx]
        now.dated[idx, True] += transfers[idx]
    last = max(stock)
    for age, (first, final) in enumerate(((last - 11, 0), (last - 23, -12), (1 - LONG, -24))):
        months = list(range(first, final + 1)) or [final]
        for start, n in spread(now.undated[age], months).items():
            now.groups[start, None, False] += n
    for (start, is_transfer), n in now.dated.items():
        now.groups[start, None, is_transfer] += n
    return Ledger("cpp", now.groups, moved, ceased, transfers)


def _age(now: Plans, idx: int, stock: int, ceased: int, long_ceased: int, shares: tuple[int, int, int] | None) -> None:
    """Pass one month: some plans grow past 12 and 24 months, some end. New ones come later."""
    long_ceased = now.end(idx, 2, long_ceased)
    _, middle, old = now.ages(idx - 1)
    to_old, to_middle = now.crossed(idx, 24), now.crossed(idx, 12)
    left = max(13 - idx, 1)
    others = ceased - long_ceased
    ended_middle = min(round(others * 0.3), middle)
    if not shares:
        revealed_old = now.undated[1] // left if idx <= 12 else 0
        revealed_middle = now.undated[0] // left if idx <= 12 else 0
    else:
        want_middle, want_old = _nearest(stock, shares, middle, old)
        revealed_old = max(want_old - old - to_old, 0)
        gain = want_middle - middle + to_old + revealed_old
        ended_middle = min(max(ended_middle, -gain), others)
        revealed_middle = max(gain + ended_middle - to_middle, 0)
    now.reveal(1, idx - 24, revealed_old)
    now.reveal(0, idx - 12, revealed_middle)
    ended = now.end(idx, 1, ended_middle)
    ended += now.end(idx, 0, others - ended)
    ended += now.end(idx, 1, others - ended)
    now.end(idx, 2, others - ended)


def _nearest(stock: int, shares: tuple[int, int, int], middle: int, old: int) -> tuple[int, int]:
    """Return the counts of middle and old plans that round to the shares, with as few old ones as possible.

    Only few old plans end. Where they cannot become few enough they stay as they are, and the other two shares hold.
    """
    best = None
    olds = [n for n in fitting(shares[2], stock) if n >= old] or [old]
    for want_old in olds:
        for want in fitting(shares[1], stock):
            misses = rounded(stock - want - want_old, stock) != shares[0]
            rank = (misses, want_old, abs(want - middle))
            if best is None or rank < best[0]:
                best = (rank, want, want_old)
    return (best[1], best[2]) if best else (middle, old)
