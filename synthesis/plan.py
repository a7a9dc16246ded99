"""Plan one authority: its targets, and the groups of spells that meet them."""

from dataclasses import dataclass, replace

from synthesis import durations, stocks
from synthesis.pairs import pair_up
from synthesis.printed import Returns
from synthesis.stocks import Group
from synthesis.targets import BANDS, SHARES, Span, Targets, modelled

UASC_HISTORY, LAC_HISTORY, CIN_HISTORY = 30, 72, 36  # months over which the opening stocks began
LAC_HOME, CPP_HOME = ("lac_movement",), ("cpp_duration",)


@dataclass(frozen=True)
class Plan:
    """What to write for one authority: figures by measure and month index, and groups of spells."""

    authority: str
    span: Span
    targets: Targets
    groups: tuple[Group, ...]


def make_plan(authority: str, span: Span, targets: Targets, ceased: int | None = None) -> Plan:
    """Return the groups of every stock. `ceased` is the printed number of plans that ceased in month 1, if any."""
    cpp = durations.plans(targets, ceased).listed()
    cin = stocks.simple("cin", targets["cin_total"], targets["cin_new"], None, CIN_HISTORY).listed()
    uasc = stocks.simple("lac", targets["lac_uasc"], targets["lac_uasc_new"], None, UASC_HISTORY).listed()
    lac = stocks.simple("lac", targets["lac_indigenous"], targets["lac_indigenous_new"], None, LAC_HISTORY).listed()
    pair_up(cpp, lac, targets["lac_also_cpp"])
    uasc = [replace(group, is_uasc=True) for group in uasc]
    return Plan(authority, span, targets, tuple(g for g in (*cpp, *lac, *uasc, *cin) if g.n))


def printed_targets(returns: Returns, span: Span, seed: int) -> Targets:
    """Return the printed figures as targets; the model gives the others, at the printed number of contacts."""
    printed = returns.months_of("contacts", "overview")
    mean = sum(printed.values()) / len(printed) if printed else 2_000
    targets = modelled(span, seed, returns.authority, mean)
    for measure in list(targets.figures):
        if measure not in BANDS:
            targets.figures[measure] |= returns.months_of(measure)
    _fill_bands(targets, returns)
    _split_new_lac(targets, span)
    targets.shares = _shares(returns)
    targets.ceased_2yrs = returns.months_of("cpp_ceased_2yrs_plus", *CPP_HOME)
    for part, whole in (
        ("contacts_not_open_cases", "contacts"),
        ("referrals_leading_to_assessment", "referrals"),
        ("lac_also_cpp", "cpp_total"),
        ("lac_also_cpp", "lac_indigenous"),
        ("lac_3plus_placements", "lac_total"),
    ):
        for idx in span.idxs():
            targets[part][idx] = min(targets[part][idx], targets[whole][idx])
    return targets


def _fill_bands(targets: Targets, returns: Returns) -> None:
    """Take the timespans from their own table; a blank one is what the others leave of its total."""
    totals = returns.months_of("grand_total")
    bands = {band: returns.months_of(band) for band in BANDS}
    for idx, total in totals.items():
        blank = [band for band in BANDS if idx not in bands[band]]
        known = sum(bands[band][idx] for band in BANDS if band not in blank)
        for place, band in enumerate(blank):
            bands[band][idx] = max(total - known, 0) if not place else 0
    for band in BANDS:
        targets.figures[band] |= bands[band]


def _split_new_lac(targets: Targets, span: Span) -> None:
    """Divide new LAC, which are printed together.

    UASC get what their growth needs and, of the rest, their share of all LAC.
    """
    uasc, others = targets["lac_uasc"], targets["lac_indigenous"]
    for idx in span.idxs():
        grown = [max(kind[idx] - kind.get(idx - 1, kind[idx]), 0) for kind in (uasc, others)]
        rest = max(targets["lac_new"][idx] - sum(grown), 0)
        share = grown[0] + rest * uasc[idx] // max(uasc[idx] + others[idx], 1)
        targets["lac_uasc_new"][idx] = min(share, targets["lac_new"][idx])
        targets["lac_indigenous_new"][idx] = targets["lac_new"][idx] - targets["lac_uasc_new"][idx]


def _shares(returns: Returns) -> dict[int, tuple[int, int, int]]:
    young, middle, old = (returns.months_of(measure, *CPP_HOME) for measure in SHARES)
    return {
        idx: (young[idx], middle[idx], old[idx])
        for idx in range(1, returns.months + 1)
        if idx in young and idx in middle and idx in old
    }
