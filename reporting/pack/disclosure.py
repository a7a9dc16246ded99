"""Disclosure control: which figures are kept from readers, so that no count of 1 to 5 can be read or worked out.

Primary suppression takes every count of 1 to 5, and every percentage whose parts, or what is left of them, are so few
or suppressed.
Secondary suppression takes more until nothing of them can be worked out from what is shown: from totals, complements,
percentages, stocks and flows, and from the year to date less other months, also those of the packs of earlier months.
The rule is the DfE's for children's statistics; 0 is shown as 0.

Two readers are defended against, both of whom know every relation between the figures. To the one, a suppressed count
may be anything from 0 up: the range left to him holds all of 1 to 5. The other has guessed right which months' counts
are of 1 to 5, all at once: two whole numbers at least are left to him for every suppressed count, unless everything new
of a month is suppressed and the symbols themselves still tell one, which no suppression can help.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Key = tuple[str, str]  # a measure and a period: a month, or a year to date
SMALL = range(1, 6)
_SLACK = 1e-6
INSTEAD = "; no pack can be made for these readers: `csc pack --audience internal` makes one for the team"


@dataclass(frozen=True)
class Fact:
    """What anybody knows: `lower` <= sum of coefficient x count <= `upper`, once the percentage `given` is shown."""

    terms: Mapping[Key, float]
    lower: float
    upper: float
    given: Key | None = None

    def holds(self, counts: Mapping[Key, float]) -> bool:
        if any(key not in counts for key in self.terms):
            return False
        total = sum(coefficient * counts[key] for key, coefficient in self.terms.items())
        return self.lower - 1e-6 <= total <= self.upper + 1e-6


@dataclass
class Figures:
    """The figures of one authority, and what relates them.

    `counts` has whole numbers, shown ones and such as are only parts of a percentage; `percentages` maps a percentage
    to its numerator and denominator. `steps` are the figures that each pack shows for the first time, in order.
    """

    counts: dict[Key, float]
    percentages: dict[Key, tuple[Key, Key]]
    facts: list[Fact]
    steps: Sequence[Collection[Key]]
    most: float = 0  # more than any of the counts, by far
    _facts_of: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.most = 1000 + 10 * max(self.counts.values(), default=0)
        self.facts = [fact for fact in self.facts if fact.holds(self.counts)]  # a false one leads nowhere
        for number, fact in enumerate(self.facts):
            for key in fact.terms:
                self._facts_of[key].append(number)

    def is_small(self, key: Key) -> bool:
        return self.counts.get(key) in SMALL

    def is_primary(self, key: Key) -> bool:
        if key not in self.percentages:
            return self.is_small(key)
        parts = [self.counts.get(part) for part in self.percentages[key]]
        rest = None if None in parts else parts[1] - parts[0]
        return any(part in SMALL for part in (*parts, rest))


def suppressed(figures: Figures) -> set[Key]:
    """The figures to keep from readers. A pack is made knowing what the packs before it show and cannot take back."""
    state = _State(figures, hidden=set(figures.counts) - {key for step in figures.steps for key in step})
    for step in figures.steps:
        until = max((key[1][:7] for key in step), default="")
        families = _families([fact for fact in figures.facts if all(key[1][:7] <= until for key in fact.terms)])
        fresh = {key for key in step if key not in state.shown and not figures.is_primary(key)}
        few = {key[0] for key in step if figures.is_primary(key)}  # a month and its year to date tell each other
        state.show({key for key in fresh if key[0] not in few}, fresh)
        _take(state, families, fresh)
        _give_back(state, families, fresh)
    return {key for step in figures.steps for key in step} - state.shown


@dataclass
class _State:
    """What is shown so far; `settled` remembers groups of counts found safe, `guessed` what cannot be kept."""

    figures: Figures
    hidden: set[Key]
    shown: set[Key] = field(default_factory=set)
    settled: set[frozenset] = field(default_factory=set)
    guessed: set[Key] = field(default_factory=set)

    def show(self, keys: Collection[Key], fresh: set[Key]) -> None:
        """Show figures, but no percentage of a suppressed count: in whole numbers it would tell more than its range."""
        self.shown |= set(keys)
        for key in fresh & self.shown & self.figures.percentages.keys():
            if any(self._is_suppressed(part) for part in self.figures.percentages[key]):
                self.shown.discard(key)

    def _is_suppressed(self, key: Key) -> bool:
        return key in self.figures.counts and key not in self.shown and key not in self.hidden


def _take(state: _State, families: "_Families", fresh: set[Key]) -> None:
    """Suppress figures of this step, until no suppressed count can be worked out."""
    told: set[Key] = set()  # what cannot be kept, for what is shown already tells it
    facts = families.all_facts()
    while exposed := _exposed(state, facts):
        taken = {_next_to_take(state.figures, key, (state.shown & fresh) - told) for key in exposed} - {None}
        state.shown -= {key for key in fresh - told if key[0] in taken}
        if not taken and (guessed := {key for key, reader in exposed.items() if reader is _informed_reader}):
            state.guessed |= guessed  # for to this reader the symbols themselves say too much
        elif not taken and fresh & exposed.keys():
            told |= fresh & exposed.keys()
            state.shown |= told
        elif not taken:
            measure_id, period = next(iter(exposed))
            raise ValueError(f"what earlier packs show already tells {measure_id} of {period}{INSTEAD}")
        state.show((), fresh)
        facts = families.facts_of(exposed)


def _next_to_take(figures: Figures, exposed: Key, candidates: set[Key]) -> str | None:
    """The measure of the least of the candidates that tell of the exposed count, the nearest to it first."""
    seen, edge = {exposed}, {exposed}
    while edge:
        facts = [figures.facts[number] for key in edge for number in figures._facts_of[key]]
        near = {key for fact in facts for key in (*fact.terms, fact.given) if key} - seen
        if found := near & candidates:
            return min(found, key=lambda key: (key[0] != exposed[0], _cost(figures, key), key))[0]
        seen |= near
        edge = near
    return None


def _cost(figures: Figures, key: Key) -> float:
    """Percentages go before counts, small counts before large; a nought, which hides nothing, goes last."""
    return figures.counts.get(key, -1) or inf


def _worth(figures: Figures, key: Key) -> tuple:
    """A month is worth more to readers than a year to date, a large figure more than a small one."""
    return not key[1].endswith("ytd"), _cost(figures, key), key


def _give_back(state: _State, families: "_Families", fresh: set[Key]) -> None:
    """Show again what was taken but turned out not to be needed: the month as a whole, then figure by figure."""
    waiting: dict[Key, list[tuple[Key, ...]]] = defaultdict(list)
    for key in sorted(fresh - state.shown, key=lambda key: _worth(state.figures, key)):
        waiting[families.name_of.get(key, key)].append((key,))
    for offers in waiting.values():  # figures of a month that add up are all needed, or none
        offers.append(tuple(key for (key,) in offers if not key[1].endswith("ytd")))
    while offered := {family: offers.pop() for family, offers in waiting.items() if offers}:
        offered = {family: set(keys) - state.shown for family, keys in offered.items()}
        before = set(state.shown)
        state.show({key for keys in offered.values() for key in keys}, fresh)
        exposed = {families.name_of[key] for key in _exposed(state, families.facts_of(state.shown - before))}
        state.shown -= {key for family, keys in offered.items() if family in exposed for key in keys}


@dataclass
class _Families:
    """Facts, and the figures that they connect, under one figure that stands for all of these."""

    name_of: dict[Key, Key]
    facts: dict[Key, list[Fact]]

    def all_facts(self) -> list[Fact]:
        return [fact for found in self.facts.values() for fact in found]

    def facts_of(self, keys: Collection[Key]) -> list[Fact]:
        return [fact for name in {self.name_of.get(key) for key in keys} for fact in self.facts.get(name, ())]


def _families(facts: list[Fact]) -> _Families:
    places: dict[Key, int] = {}
    pairs = []
    for fact in facts:
        first, *others = (places.setdefault(key, len(places)) for key in (*fact.terms, fact.given) if key)
        pairs += [(first, other) for other in (first, *others)]
    if not pairs:
        return _Families({}, {})
    rows, columns = zip(*pairs, strict=True)
    links = csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(places), len(places)))
    _, number_of = connected_components(links, directed=False)
    names = {number_of[place]: key for key, place in places.items()}
    name_of = {key: names[number_of[place]] for key, place in places.items()}
    of_family = defaultdict(list)
    for fact in facts:
        of_family[name_of[next(iter(fact.terms))]].append(fact)
    return _Families(name_of, of_family)


def _exposed(state: _State, facts: list[Fact]) -> dict[Key, Callable]:
    """One count for each group that has any, and the reader who could work it out from the facts; groups share none."""
    figures, shown, settled = state.figures, state.shown, state.settled
    known = [f for f in facts if (f.given is None or f.given in shown) and not f.terms.keys() <= shown]
    columns = {key: n for n, key in enumerate(sorted({k for f in known for k in f.terms if k not in shown}))}
    if not columns:
        return {}
    fixed = [sum(c * figures.counts[k] for k, c in f.terms.items() if k in shown) for f in known]
    least = [f.lower - x for f, x in zip(known, fixed, strict=True)]
    most = [f.upper - x for f, x in zip(known, fixed, strict=True)]
    unknown = [{columns[k]: c for k, c in f.terms.items() if k in columns} for f in known]
    matrix = _matrix(unknown, len(columns))
    _, group_of = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    names = list(columns)
    contents: dict[int, set] = defaultdict(set)
    for terms, low, high in zip(unknown, least, most, strict=True):
        named = frozenset((names[column], coefficient) for column, coefficient in terms.items())
        contents[group_of[next(iter(terms))]].add((named, low, high))
    targets: dict[int, list[int]] = defaultdict(list)
    for key, column in columns.items():
        if (key not in state.hidden or figures.is_small(key)) and frozenset(contents[group_of[column]]) not in settled:
            targets[group_of[column]].append(column)
    exposed: dict[int, tuple[Key, Callable]] = {}
    kept = [column for column in range(len(names)) if group_of[column] in targets]
    asked_rows = [n for n, terms in enumerate(unknown) if group_of[next(iter(terms))] in targets]
    if not kept:
        return {}
    rows = LinearConstraint(matrix[asked_rows][:, kept], np.array(least)[asked_rows], np.array(most)[asked_rows])
    place = {column: n for n, column in enumerate(kept)}
    for reader in (_plain_reader, _informed_reader):
        bounds, is_safe = zip(*(reader(figures, names[column], state.guessed) for column in kept), strict=True)
        asked = {group: [place[c] for c in found] for group, found in targets.items() if group not in exposed}
        for group, unsafe in unsafe_of(rows, bounds, asked, is_safe).items():
            exposed[group] = (names[kept[unsafe]], reader)
    settled |= {frozenset(contents[group]) for group in targets if group not in exposed}
    return dict(exposed.values())


def _plain_reader(figures: Figures, key: Key, guessed: set[Key]) -> tuple[tuple[float, float], Callable]:
    """A suppressed count may be anything; one of 1 to 5 stays as uncertain as its symbol says, others are not told."""
    if figures.is_small(key):
        return (0, figures.most), lambda low, high: low <= 1 + _SLACK and high >= 5 - _SLACK
    return (0, figures.most), _leaves_two


def _informed_reader(figures: Figures, key: Key, guessed: set[Key]) -> tuple[tuple[float, float], Callable]:
    """The months' counts of 1 to 5 are known to be such: two values at least are left to every suppressed count."""
    is_known = figures.is_small(key) and not key[1].endswith("ytd")
    is_safe = (lambda low, high: True) if key in guessed else _leaves_two
    return (1, 5) if is_known else (0, figures.most), is_safe


def _leaves_two(low: float, high: float) -> bool:
    return floor(high + _SLACK) > ceil(low - _SLACK)


def unsafe_of(
    rows: LinearConstraint,
    bounds: Sequence[tuple[float, float]],
    groups: Mapping[int, Sequence[int]],
    is_safe: Sequence[Callable[[float, float], bool]],
) -> dict[int, int]:
    """For each group, one of its columns whose range within `bounds` and `rows` is not safe, if there is any.

    Groups share no row, so that one column of every group is bounded in one solution. Every solution is a case that the
    reader cannot exclude, and often proves other columns safe as well.
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
            solution = milp(goal, bounds=box, constraints=rows)  # nothing integral in it: a linear programme
            if solution.x is None:
                raise ValueError(f"the figures contradict each other, so what to suppress cannot be told{INSTEAD}")
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
