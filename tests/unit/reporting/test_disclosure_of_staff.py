"""Full-time equivalents have decimals: 3.5 are a few people, and are kept from readers as a count of 4 is."""

import csv
from datetime import date

import pytest
from conftest import ROOT

from reporting.pack import disclosure
from reporting.pack.knowledge import figures_to_protect
from reporting.pack.records import Kpi, Measure, month_key

MONTH = date(2013, 4, 1)
REFERENCE = ROOT / "seeds" / "reference"
SHARES = {"social_workers_agency": "social_workers", "social_workers_agency_fte": "social_workers_fte"}
PERCENTAGES = {"social_workers_agency": "agency_social_workers_pct"} | {
    "social_workers_agency_fte": "agency_social_workers_fte_pct"
}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def measure(row: dict[str, str]) -> Measure:
    texts = {name: row[name] for name in Measure.__dataclass_fields__}
    ids = {name: row[name] or None for name in ("numerator_id", "denominator_id", "home_extract")}
    return Measure(**texts | ids | {"target": None, "decimals": int(row["decimals"])})


def suppressed(values: dict[str, float]) -> set[str]:
    """What readers may not see of a month of staff, given as heads and full-time equivalents."""
    measures = {row["measure_id"]: measure(row) for row in rows("measures")}
    relations = [tuple(row.values()) for row in rows("measure_relations")]
    values = dict(values)
    for part, whole in SHARES.items():
        values[PERCENTAGES[part]] = 100 * values[part] / values[whole]
    kpis = {(name, MONTH): Kpi("reported", value, value, None, True, None, MONTH, 1) for name, value in values.items()}
    kept = disclosure.suppressed(figures_to_protect(measures, relations, kpis, {}, list(values), [MONTH]))
    return {name for name in values if month_key(name, MONTH) in kept}


@pytest.mark.parametrize(
    ("heads", "agency", "fte", "agency_fte", "kept"),
    [
        # agency: 4 people, 3.5 full-time; permanent too, for 24 less 20 is 4
        (24, 4, 22.5, 3.5, {"social_workers_agency", "agency_social_workers_pct", "social_workers_agency_fte"}),
        (24, 6, 22.5, 3.5, {"social_workers_agency_fte"}),  # six people, but few full-time
        (24, 1, 22.5, 0.5, {"social_workers_agency", "agency_social_workers_pct", "social_workers_agency_fte"}),
        (60, 40, 55.5, 35.5, set()),
        (24, 0, 22.5, 0.0, set()),
    ],
)
def test_few_full_time_equivalents_are_kept_from_readers_as_few_people_are(heads, agency, fte, agency_fte, kept):
    permanent = heads - agency
    found = suppressed(
        {
            "social_workers": heads,
            "social_workers_permanent": permanent,
            "social_workers_agency": agency,
            "social_workers_fte": fte,
            "social_workers_agency_fte": agency_fte,
            "caseload": 15.5,
        }
    )
    of_fte = {"agency_social_workers_fte_pct"} if "social_workers_agency_fte" in kept else set()
    of_heads = found & {"social_workers", "social_workers_permanent"}  # one of the two: the other gives the difference
    assert found - of_heads == kept | of_fte
    assert bool(of_heads) == ("social_workers_agency" in kept)


def test_what_is_left_of_full_time_equivalents_is_kept_too():
    found = suppressed(
        {
            "social_workers": 40,
            "social_workers_permanent": 10,
            "social_workers_agency": 30,
            "social_workers_fte": 33.0,
            "social_workers_agency_fte": 29.5,  # 3.5 are permanent
            "caseload": 15.5,
        }
    )
    assert "agency_social_workers_fte_pct" in found
    assert len(found & {"social_workers_fte", "social_workers_agency_fte"}) == 1
    assert not found & {"social_workers", "social_workers_agency", "caseload"}
