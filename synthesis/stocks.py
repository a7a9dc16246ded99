"""Turn stocks and flows into groups: how many spells begin and end in which months. Counts only, no child yet."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

Start = tuple[int, bool]
"""The month in which a spell began, and whether the child transferred in with it."""


@dataclass(frozen=True)
class Group:
    """Spells of one kind that begin in one month and end in one.

    Months are indices; 0 and below are before the first extract. `end` is None while the spells are open.
    """

    kind: str
    start: int
    end: int | None
    n: int
    is_uasc: bool = False
    is_transfer: bool = False
    pair: int | None = None
    """Spells of two kinds with the same number belong to the same children."""


@dataclass
class Ledger:
    """The groups so far, and the movements that they really have."""

    kind: str
    groups: Counter[tuple[int, int | None, bool]]
    """Spells by month of start and end, and whether they transferred in."""
    new: dict[int, int]
    ceased: dict[int, int]
    transfers: dict[int, int]

    def listed(self) -> list[Group]:
        """Return the groups in the order of their months."""
        keys = sorted(self.groups, key=lambda k: (k[0], k[1] or 1 << 30, k[2]))
        return [
            Group(self.kind, start, end, self.groups[start, end, moved], is_transfer=moved)
            for start, end, moved in keys
            if self.groups[start, end, moved]
        ]


def movements(
    stock: dict[int, int], new: dict[int, int], opening: int
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Return how many begin, cease and transfer in each month, so that the stock follows.

    Where the new ones are too few for the stock, children transfer in.
    """
    moved: dict[int, int] = {}
    ceased: dict[int, int] = {}
    transfers: dict[int, int] = {}
    before = opening
    for idx in sorted(stock):
        gap = before + new[idx] - stock[idx]
        ceased[idx], transfers[idx] = max(gap, 0), max(-gap, 0)
        moved[idx] = new[idx] + transfers[idx]
        before = stock[idx]
    return moved, ceased, transfers


def opening_stock(stock: dict[int, int], new: dict[int, int], ceased: int | None) -> int:
    """Return the stock before month 1 from which the printed number ceases, or that of a usual month."""
    months = sorted(stock)
    if ceased is None:
        gaps = [max(stock[a] + new[b] - stock[b], 0) for a, b in pairwise(months)]
        ceased = sum(gaps) // len(gaps) if gaps else new[months[0]]
    return max(stock[months[0]] - new[months[0]] + ceased, 0)


def spread(n: int, cohorts: list[int]) -> Counter[int]:
    """Return `n` spells spread over the months of `cohorts`, evenly, the remainder to the later ones."""
    share, rest = divmod(n, len(cohorts))
    return Counter({c: share + (place >= len(cohorts) - rest) for place, c in enumerate(cohorts)})


def take(open_: Counter[Start], n: int, may_end: Callable[[int], bool]) -> Counter[Start]:
    """Take up to `n` of the open spells whose start `may_end` accepts, from each start month in proportion."""
    starts = sorted(s for s, count in open_.items() if count and may_end(s[0]))
    total = sum(open_[s] for s in starts)
    n = min(n, total)
    taken: Counter[Start] = Counter()
    seen = 0
    for s in starts:  # cumulative rounding: the parts add up to n
        before, seen = seen * n // max(total, 1), seen + open_[s]
        taken[s] = seen * n // max(total, 1) - before
    open_.subtract(taken)
    return taken


def simple(kind: str, stock: dict[int, int], new: dict[int, int], ceased: int | None, history: int) -> Ledger:
    """Return spells whose length no return prints. The opening stock began in the `history` months before month 1."""
    opening = opening_stock(stock, new, ceased)
    moved, ends, transfers = movements(stock, new, opening)
    ledger = Ledger(kind, Counter(), moved, ends, transfers)
    open_ = Counter({(start, False): n for start, n in spread(opening, list(range(1 - history, 1))).items()})
    for idx in sorted(stock):
        for (start, is_transfer), n in take(open_, ends[idx], lambda _: True).items():
            ledger.groups[start, idx, is_transfer] += n
        open_[idx, False] += new[idx]
        open_[idx, True] += transfers[idx]
    for (start, is_transfer), n in open_.items():
        ledger.groups[start, None, is_transfer] += n
    return ledger


def split(groups: list[Group], place: int, n: int, pair: int) -> None:
    """Mark `n` of the group at `place` as pair number `pair`; the rest stay in place."""
    whole = groups[place]
    groups[place] = replace(whole, n=whole.n - n)
    groups.append(replace(whole, n=n, pair=pair))
