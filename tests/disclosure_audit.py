"""An attacker: from what a pack shows, and what anybody knows of its figures, works out what it keeps from readers.

Written apart from the code that suppresses, and solved in whole numbers.
"""

from collections import defaultdict

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

BEYOND = 1_000_000


def recovered(counts: dict, shown: set, rows: list[tuple[dict, float, float]], secrets: set) -> tuple[set, set]:
    """Those of `secrets` that are worked out, by anybody and by a lucky guesser.

    `rows` are (terms, least, most); those that do not hold are left out. Anybody takes a suppressed count for anything
    from 0 up, and has worked out a count of 1 to 5 when he can exclude one of 1 to 5. The guesser has guessed right
    which of the months' counts are of 1 to 5, all of them, and has worked out a count when one value is left.
    """
    rows = [row for row in rows if _holds(row, counts) and not row[0].keys() <= shown]
    unknown = sorted({key for terms, _, _ in rows for key in terms if key not in shown})
    if not unknown:
        return set(), set()
    place = {key: n for n, key in enumerate(unknown)}
    entries, least, most = [], [], []
    for n, (terms, low, high) in enumerate(rows):
        fixed = sum(c * counts[key] for key, c in terms.items() if key in shown)
        entries += [(n, place[key], c) for key, c in terms.items() if key in place]
        least.append(low - fixed)
        most.append(high - fixed)
    r, c, v = zip(*entries, strict=True)
    known = LinearConstraint(csr_array((v, (r, c)), shape=(len(rows), len(unknown))), least, most)
    truth = np.array([counts[key] for key in unknown])
    small = (truth >= 1) & (truth <= 5)
    is_secret = np.array([key in secrets for key in unknown])
    anything = Bounds(np.zeros(len(unknown)), np.full(len(unknown), BEYOND))
    guessed = small & np.array([not key[1].endswith("ytd") for key in unknown])
    informed = Bounds(np.where(guessed, 1, 0), np.where(guessed, 5, BEYOND))
    blocks = _blocks(entries, len(unknown))
    hidden = is_secret & small
    by_anybody = _narrow(known, anything, blocks, truth, lambda low, high: hidden & ((low > 1) | (high < 5)))
    by_guesser = _narrow(known, informed, blocks, truth, lambda low, high: is_secret & (low == high))
    return {unknown[k] for k in by_anybody}, {unknown[k] for k in by_guesser}


def _holds(row, counts) -> bool:
    terms, low, high = row
    return (
        all(key in counts for key in terms)
        and low - 1e-9 <= sum(c * counts[k] for k, c in terms.items()) <= high + 1e-9
    )


def _blocks(entries, width: int) -> list[list[int]]:
    """Columns that some chain of rows connects."""
    parent = list(range(width))

    def root(n):
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first = {}
    for row, column, _ in entries:
        parent[root(column)] = root(first.setdefault(row, column))
    blocks = defaultdict(list)
    for n in range(width):
        blocks[root(n)].append(n)
    return list(blocks.values())


def _narrow(known, bounds, blocks, truth, is_open) -> set[int]:
    """Columns whose least and most, in whole numbers, leave them open; one column of every block in one solution.

    Each solution is a case that cannot be excluded, so that columns which it widens enough need none of their own.
    """
    low, high = truth.astype(float), truth.astype(float)
    block_of = {k: n for n, block in enumerate(blocks) for k in block}
    tried: set[int] = set()
    while asked := {block_of[k]: k for k in np.flatnonzero(is_open(low, high)) if k not in tried}:
        columns = list(asked.values())
        for sign in (1, -1):
            goal = np.zeros(len(truth))
            goal[columns] = sign
            whole = np.ones(len(truth))
            solved = milp(goal, integrality=whole, bounds=bounds, constraints=known, options={"mip_rel_gap": 0})
            assert solved.x is not None, solved.message
            low, high = np.minimum(low, np.round(solved.x)), np.maximum(high, np.round(solved.x))
        tried |= set(columns)
    return set(np.flatnonzero(is_open(low, high)))
