"""What a reader can work out: the range that a suppressed count must be in, given the values shown and their relations.

Two readers are defended against. Both know every relation between the values. To the first, a suppressed count may be
any number from 0 up: all of 1 to 5 must stay possible for a count of 1 to 5. The second has guessed correctly which
months' counts are of 1 to 5, all at once: at least two whole numbers must stay possible for every suppressed count.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import ceil, floor

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from reporting.pack.facts import MOST_OF_FEW, SLACK, Fact, Figures
from reporting.pack.records import Key

INSTEAD = "No pack can be made for these readers. `csc pack --audience internal` makes one for the team"
IsSafe = Callable[[float, float], bool]
"""Whether a count that must be between two numbers is safe."""
Group = frozenset[tuple[frozenset[tuple[Key, float]], float, float]]
"""Facts that share counts: the coefficient of each count, and the least and the most of their sum."""


@dataclass(frozen=True)
class Families:
    """Facts, grouped with the values that they connect; one of these values names the group."""

    name_of: dict[Key, Key]
    facts: dict[Key, list[Fact]]

    def all_facts(self) -> list[Fact]:
        """Return every fact."""
        return list(chain.from_iterable(self.facts.values()))

    def facts_of(self, keys: Iterable[Key]) -> list[Fact]:
        """Return the facts of the groups that the keys are in."""
        names = {self.name_of[key] for key in keys if key in self.name_of}
        return [fact for name in names for fact in self.facts.get(name, ())]


def families(facts: Iterable[Fact]) -> Families:
    """Group facts by the values that they share, directly or through others."""
    facts = list(facts)
    places: dict[Key, int] = {}
    pairs = []
    for fact in facts:
        first, *others = (places.setdefault(key, len(places)) for key in fact.keys)
        pairs += [(first, other) for other in (first, *others)]
    if not pairs:
        return Families({}, {})
    rows, columns = zip(*pairs, strict=True)
    links = csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(places), len(places)))
    _, number_of = connected_components(links, directed=False)
    names = {number_of[place]: key for key, place in places.items()}
    name_of = {key: names[number_of[place]] for key, place in places.items()}
    of_family: dict[Key, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_family[name_of[next(iter(fact.terms))]].append(fact)
    return Families(name_of, of_family)


@dataclass
class State:
    """What is shown so far.

    `hidden` are counts that no pack shows; `settled` are groups of counts found safe; `guessed` are counts for which
    the symbols themselves say too much to the second reader, which no suppression can help.
    """

    figures: Figures
    hidden: set[Key]
    shown: set[Key] = field(default_factory=set)
    settled: set[Group] = field(default_factory=set)
    guessed: set[Key] = field(default_factory=set)

    def show(self, keys: Collection[Key], fresh: set[Key]) -> None:
        """Show values, but no percentage of a suppressed count: it tells more than a range, as counts are whole."""
        self.shown |= set(keys)
        for key in fresh & self.shown & self.figures.percentages.keys():
            if any(self._is_suppressed(part) for part in self.figures.percentages[key]):
                self.shown.discard(key)

    def _is_suppressed(self, key: Key) -> bool:
        return key in self.figures.counts and key not in self.shown and key not in self.hidden


Reader = Callable[[State, Key], tuple[tuple[float, float], IsSafe]]
"""What a reader takes a suppressed count for, and whether a narrower range is safe."""


def plain_reader(state: State, key: Key) -> tuple[tuple[float, float], IsSafe]:
    """Return what the first reader takes a suppressed count for, and the test of what is left of that."""
    figures = state.figures
    if figures.is_small(key):
        return (0, figures.most), lambda low, high: low <= 1 + SLACK and high >= MOST_OF_FEW - SLACK
    return (0, figures.most), _leaves_two


def informed_reader(state: State, key: Key) -> tuple[tuple[float, float], IsSafe]:
    """Return what the second reader takes a suppressed count for, and the test of what is left of that."""
    is_known = state.figures.is_small(key) and not key[1].endswith("ytd")
    is_safe = _anything if key in state.guessed else _leaves_two
    least = min(1.0, state.figures.counts.get(key, 1))  # half a post may be suppressed too
    return (least, MOST_OF_FEW) if is_known else (0, state.figures.most), is_safe


def _leaves_two(low: float, high: float) -> bool:
    return floor(high + SLACK) > ceil(low - SLACK)


def _anything(_low: float, _high: float) -> bool:
    return True


@dataclass(frozen=True)
class _System:
    """The facts as a system of inequalities over the counts that are not shown, a column each.

    Groups of counts share no fact, so one count of every group can be bounded at once.
    """

    names: list[Key]
    rows: list[dict[int, float]]
    least: list[float]
    most: list[float]
    group_of: list[int]

    def contents(self) -> dict[int, Group]:
        """Return the facts of each group."""
        found: dict[int, set[tuple[frozenset[tuple[Key, float]], float, float]]] = defaultdict(set)
        for terms, low, high in zip(self.rows, self.least, self.most, strict=True):
            named = frozenset((self.names[column], coefficient) for column, coefficient in terms.items())
            found[self.group_of[next(iter(terms))]].add((named, low, high))
        return {group: frozenset(facts) for group, facts in found.items()}


def _system(state: State, facts: Iterable[Fact]) -> _System | None:
    """Return the system of what the facts say about counts that are not shown; None where they say nothing."""
    counts, shown = state.figures.counts, state.shown
    known = [f for f in facts if (f.given is None or f.given in shown) and not f.terms.keys() <= shown]
    names = sorted({key for fact in known for key in fact.terms if key not in shown})
    if not names:
        return None
    column_of = {key: column for column, key in enumerate(names)}
    fixed = [sum(c * counts[key] for key, c in fact.terms.items() if key in shown) for fact in known]
    rows = [{column_of[key]: c for key, c in fact.terms.items() if key in column_of} for fact in known]
    matrix = _matrix(rows, len(names))
    _, group_of = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    return _System(
        names,
        rows,
        [fact.lower - value for fact, value in zip(known, fixed, strict=True)],
        [fact.upper - value for fact, value in zip(known, fixed, strict=True)],
        group_of.tolist(),
    )


def exposed(state: State, facts: Iterable[Fact]) -> dict[Key, Reader]:
    """Return one count of each group that has any which a reader could work out from the facts, and that reader."""
    system = _system(state, facts)
    if system is None:
        return {}
    contents = system.contents()
    targets: dict[int, list[int]] = defaultdict(list)
    for column, key in enumerate(system.names):
        is_asked = key not in state.hidden or state.figures.is_small(key)
        if is_asked and contents[system.group_of[column]] not in state.settled:
            targets[system.group_of[column]].append(column)
    kept = [column for column in range(len(system.names)) if system.group_of[column] in targets]
    if not kept:
        return {}
    asked = [n for n, terms in enumerate(system.rows) if system.group_of[next(iter(terms))] in targets]
    matrix = _matrix([system.rows[n] for n in asked], len(system.names))[:, kept]
    rows = LinearConstraint(matrix, [system.least[n] for n in asked], [system.most[n] for n in asked])
    place = {column: n for n, column in enumerate(kept)}
    found: dict[int, tuple[Key, Reader]] = {}
    for reader in (plain_reader, informed_reader):
        bounds, is_safe = zip(*(reader(state, system.names[column]) for column in kept), strict=True)
        groups = {group: [place[c] for c in columns] for group, columns in targets.items() if group not in found}
        for group, unsafe in unsafe_of(rows, bounds, groups, is_safe).items():
            found[group] = (system.names[kept[unsafe]], reader)
    state.settled |= {contents[group] for group in targets if group not in found}
    return dict(found.values())


def unsafe_of(
    rows: LinearConstraint,
    bounds: Sequence[tuple[float, float]],
    groups: Mapping[int, Sequence[int]],
    is_safe: Sequence[IsSafe],
) -> dict[int, int]:
    """Return, for each group that has any, a column whose range within `bounds` and `rows` is not safe.

    Groups share no row, so that one solution bounds one column of every group. Every solution is a case that the
    reader cannot exclude, and often proves that other columns are safe too.
    """
    box = Bounds([low for low, _ in bounds], [high for _, high in bounds])
    lowest, highest = np.full(len(bounds), np.inf), np.full(len(bounds), -np.inf)
    waiting = {group: list(columns) for group, columns in groups.items()}
    unsafe = {}
    while waiting := {
        group: left
        for group, columns in waiting.items()
        if (left := [c for c in columns if lowest[c] > highest[c] or not is_safe[c](lowest[c], highest[c])])
    }:
        asked = [columns[0] for columns in waiting.values()]
        for sign in (1, -1):
            goal = np.zeros(len(bounds))
            goal[asked] = sign
            solution = milp(goal, bounds=box, constraints=rows)  # no variable is integral: a linear programme
            if solution.x is None:
                raise ValueError(f"the values contradict each other, so nothing says what to suppress. {INSTEAD}")
            lowest, highest = np.minimum(lowest, solution.x), np.maximum(highest, solution.x)
        for group, columns in list(waiting.items()):
            if not is_safe[columns[0]](lowest[columns[0]], highest[columns[0]]):
                unsafe[group] = columns[0]
                del waiting[group]
    return unsafe


def _matrix(rows: list[dict[int, float]], width: int) -> csr_array:
    entries = [(r, column, value) for r, row in enumerate(rows) for column, value in row.items()]
    r, c, v = zip(*entries, strict=True)
    return csr_array((v, (r, c)), shape=(len(rows), width))
