"""Choose the children who are both looked after and on a plan: groups of the two kinds that belong together."""

from synthesis.stocks import Group, split

STILL_OPEN = 1 << 30


def intervals(also: dict[int, int]) -> list[tuple[int, int | None, int]]:
    """Return first month, month of the end or None, and how many. The first to join are the first to leave.

    Month 0 is the opening.
    """
    months = sorted(also)
    waiting: list[list[int]] = [[0, also[months[0]]]]
    made = []
    for idx in months[1:]:
        change = also[idx] - sum(n for _, n in waiting)
        if change > 0:
            waiting.append([idx, change])
        while change < 0:
            start, n = waiting[0]
            part = min(n, -change)
            made.append((start, idx, part))
            waiting[0][1] -= part
            change += part
            if not waiting[0][1]:
                waiting.pop(0)
    return made + [(start, None, n) for start, n in waiting if n]


def pair_up(cpp: list[Group], lac: list[Group], also: dict[int, int]) -> int:
    """Mark pairs in both lists, leaving out UASC and transfers.

    Returns:
        How many of the wanted children could not be found.
    """
    number, missing = 0, 0
    for start, end, wanted in intervals(also):
        for plan_ends in (True, False):  # the plan ends and the child stays looked after; else the other way round
            while wanted:
                place = _find(cpp, start, end, plan_ends)
                other = _find(lac, start, end, not plan_ends, begins=start or None)
                if place is None or other is None:
                    break
                n = min(wanted, cpp[place].n, lac[other].n)
                number += 1
                split(cpp, place, n, number)
                split(lac, other, n, number)
                wanted -= n
        missing += wanted
    return missing


def _find(groups: list[Group], start: int, end: int | None, ends_then: bool, begins: int | None = None) -> int | None:
    """Return the place of the largest group that covers the interval, or None.

    It ends with the interval where `ends_then`, else later, and begins in month `begins` where that is given.
    """
    fits = [
        (group.n, -place)
        for place, group in enumerate(groups)
        if group.n
        and group.pair is None
        and not group.is_uasc
        and not group.is_transfer
        and (group.start == begins if begins else group.start <= start - (start > 0))
        and (group.end == end if ends_then else (group.end or STILL_OPEN) > (end or STILL_OPEN - 1))
    ]
    return -max(fits)[1] if fits else None
