"""Disclosure control: which values readers may not see, so that no count of 1 to 5 can be read or worked out.

Primary suppression takes every count of 1 to 5, and every percentage whose parts, or what is left of them, are so few
or suppressed. Secondary suppression takes more, until nothing of them can be worked out from what is shown: from
totals, complements, percentages, stocks and flows, and from the year to date less other months, also those of the packs
of earlier months. `inference` says what can be worked out, and by whom.

The rule is the DfE's for children's statistics; 0 is shown as 0.
"""

from collections import defaultdict
from math import inf

from reporting.pack.facts import Figures
from reporting.pack.inference import INSTEAD, Families, State, exposed, families, informed_reader
from reporting.pack.records import Key


def suppressed(figures: Figures) -> set[Key]:
    """Return the values that readers may not see. What earlier packs show cannot be taken back."""
    state = State(figures, hidden=set(figures.counts) - {key for step in figures.steps for key in step})
    for step in figures.steps:
        until = max((key[1][:7] for key in step), default="")
        known = families(fact for fact in figures.facts if all(key[1][:7] <= until for key in fact.terms))
        fresh = {key for key in step if key not in state.shown and not figures.is_primary(key)}
        few = {key[0] for key in step if figures.is_primary(key)}  # a month and its year to date tell each other
        state.show({key for key in fresh if key[0] not in few}, fresh)
        _take(state, known, fresh)
        _give_back(state, known, fresh)
    return {key for step in figures.steps for key in step} - state.shown


def _take(state: State, known: Families, fresh: set[Key]) -> None:
    """Suppress values of this step until no suppressed count can be worked out."""
    lost: set[Key] = set()  # counts that what is shown already tells
    facts = known.all_facts()
    while found := exposed(state, facts):
        candidates = (state.shown & fresh) - lost
        taken = {measure for key in found if (measure := _next_to_take(state.figures, key, candidates))}
        state.shown -= {key for key in fresh - lost if key[0] in taken}
        if not taken and (guessed := {key for key, reader in found.items() if reader is informed_reader}):
            state.guessed |= guessed
        elif not taken and fresh & found.keys():
            lost |= fresh & found.keys()
            state.shown |= lost
        elif not taken:
            measure_id, period = next(iter(found))
            raise ValueError(f"earlier packs already tell {measure_id} of {period}. {INSTEAD}")
        state.show((), fresh)
        facts = known.facts_of(found)


def _next_to_take(figures: Figures, found: Key, candidates: set[Key]) -> str | None:
    """Return the measure of the least of the candidates that tell of an exposed count, the nearest to it first."""
    seen, edge = {found}, {found}
    while edge:
        near = {key for at in edge for fact in figures.facts_of[at] for key in fact.keys} - seen
        if near & candidates:
            return min(near & candidates, key=lambda key: (key[0] != found[0], _cost(figures, key), key))[0]
        seen |= near
        edge = near
    return None


def _cost(figures: Figures, key: Key) -> float:
    """Return what is lost with a value: percentages go first, then small counts; zeros hide nothing and go last."""
    return figures.counts.get(key, -1) or inf


def _worth(figures: Figures, key: Key) -> tuple[bool, float, Key]:
    """Return what a value is worth: a month more than a year to date, a large count more than a small one."""
    return not key[1].endswith("ytd"), _cost(figures, key), key


def _give_back(state: State, known: Families, fresh: set[Key]) -> None:
    """Show again what was suppressed but need not be: the month as a whole, then value by value."""
    waiting: dict[Key, list[tuple[Key, ...]]] = defaultdict(list)
    for key in sorted(fresh - state.shown, key=lambda key: _worth(state.figures, key)):
        waiting[known.name_of.get(key, key)].append((key,))
    for offers in waiting.values():  # of the values of a month that add up, all are needed or none
        offers.append(tuple(key for (key,) in offers if not key[1].endswith("ytd")))
    while offered := {family: set(offers.pop()) - state.shown for family, offers in waiting.items() if offers}:
        before = set(state.shown)
        state.show({key for keys in offered.values() for key in keys}, fresh)
        unsafe = {known.name_of[key] for key in exposed(state, known.facts_of(state.shown - before))}
        state.shown -= {key for family, keys in offered.items() if family in unsafe for key in keys}
