"""From stocks and flows to groups: how many spells begin in which month and end in which. Counts only, no child yet."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True)
class Group:
    """`n` spells of one kind; months as indices, 0 and below before the first extract; `end` None: still open."""

    kind: str
    start: int
    end: int | None
    n: int
    is_uasc: bool = False
    is_transfer: bool = False
    pair: int | None = None
    """Spells of two kinds with one pair number belong to the same children."""


@dataclass
class Ledger:
    """Groups so far, and the movements that the groups really have."""

    kind: str
    groups: Counter
    new: dict[int, int]
    ceased: dict[int, int]
    transfers: dict[int, int]

    def listed(self, **flags: bool) -> list[Group]:
        keys = sorted(self.groups, key=lambda k: (k[0], k[1] or 1 << 30, k[2]))
        return [
            Group(self.kind, start, end, self.groups[start, end, moved], is_transfer=moved, **flags)
            for start, end, moved in keys
            if self.groups[start, end, moved]
        ]


def movements(stock: dict[int, int], new: dict[int, int], opening: int) -> tuple[dict, dict, dict]:
    """New, ceased and transferred in, whose stock follows; where the new do not suffice, children transfer in."""
    moved, ceased, transfers = {}, {}, {}
    before = opening
    for idx in sorted(stock):
        gap = before + new[idx] - stock[idx]
        ceased[idx], transfers[idx] = max(gap, 0), max(-gap, 0)
        moved[idx] = new[idx] + transfers[idx]
        before = stock[idx]
    return moved, ceased, transfers


def opening_stock(stock: dict[int, int], new: dict[int, int], ceased: int | None) -> int:
    """The stock before month 1: what makes that month's ceased those printed, or else those of a usual month."""
    months = sorted(stock)
    if ceased is None:
        gaps = [max(stock[a] + new[b] - stock[b], 0) for a, b in pairwise(months)]
        ceased = sum(gaps) // len(gaps) if gaps else new[months[0]]
    return max(stock[months[0]] - new[months[0]] + ceased, 0)


def spread(n: int, cohorts: list[int]) -> Counter:
    """`n` spells over the months of `cohorts`, evenly, the remainder to the later ones."""
    share, rest = divmod(n, len(cohorts))
    return Counter({c: share + (place >= len(cohorts) - rest) for place, c in enumerate(cohorts)})


def take(open_: Counter, n: int, may_end) -> Counter:
    """Up to `n` of the open spells for which `may_end(start)`, from each start month in proportion."""
    starts = sorted(s for s, count in open_.items() if count and may_end(s[0]))
    total = sum(open_[s] for s in starts)
    n = min(n, total)
    taken, seen = Counter(), 0
    for s in starts:  # cumulative rounding: the parts add up to n
        before, seen = seen * n // max(total, 1), seen + open_[s]
        taken[s] = seen * n // max(total, 1) - before
    open_.subtract(taken)
    return taken


def simple(kind: str, stock: dict[int, int], new: dict[int, int], ceased: int | None, history: int) -> Ledger:
    """Spells whose length nobody printed. The opening stock began over the `history` months before month 1."""
    opening = opening_stock(stock, new, ceased)
    moved, ends, transfers = movements(stock, new, opening)
    ledger = Ledger(kind, Counter(), moved, ends, transfers)
    open_ = Counter({(start, False): n for start, n in spread(opening, list(range(1 - history, 1))).items()})
    for idx in sorted(stock):
        missing = ends[idx]
        for (start, is_transfer), n in take(open_, missing, lambda s, now=idx: s < now).items():
            ledger.groups[start, idx, is_transfer] += n
        open_[idx, False] += new[idx]
        open_[idx, True] += transfers[idx]
    for (start, is_transfer), n in open_.items():
        ledger.groups[start, None, is_transfer] += n
    return ledger


def split(groups: list[Group], place: int, n: int, pair: int) -> None:
    """Mark `n` of the group at `place` as pair number `pair`; the rest stay as they are, in place."""
    whole = groups[place]
    groups[place] = replace(whole, n=whole.n - n)
    groups.append(replace(whole, n=n, pair=pair))
