"""Plant breaches of the rules for the SSDA903 return."""

from datetime import timedelta

from plant import YEAR_START, Broken, Child, Plant, Row, breaks, day, later, shown

SSDA903: dict[str, Plant] = {}


def _episodes(child: Child) -> list[Row]:
    return sorted(child.now.get("episodes", []), key=lambda row: day(row["DECOM"]))


def _uasc(months: dict[str, list[Row]]) -> Row | None:
    return next(iter(months.get("uasc", [])), None)


def _in_care_since_march(child: Child) -> bool:
    return any(not row["DEC"] for row in child.march.get("episodes", [])) and bool(_episodes(child))


def _status(child: Child, ceased: str) -> Row:
    header = child.now["header"][0]
    return {"CHILD": child.child_id, "SEX": header["SEX"], "DOB": header["DOB"], "DUC": ceased}


@breaks("205A", SSDA903)
def _no_longer_uasc(child: Child) -> Broken | None:
    before = _uasc(child.march)
    if before and not before["DUC"] and _in_care_since_march(child) and _uasc(child.now):
        child.now["uasc"] = []
        return {"205A"}
    return None


@breaks("205B", SSDA903)
def _ceased_and_uasc(child: Child) -> Broken | None:
    before, now = _uasc(child.march), _uasc(child.now)
    if before and now and not before["DUC"] and not now["DUC"] and _in_care_since_march(child):
        before["DUC"] = "01/12/2013"
        return {"205B"}
    return None


@breaks("304", SSDA903)
def _uasc_after_18(child: Child) -> Broken | None:
    status = _uasc(child.now)
    if status and not status["DUC"] and _episodes(child):
        born = day(status["DOB"])
        status["DUC"] = shown(born.replace(year=born.year + 18, day=min(born.day, 28)) + timedelta(days=7))
        return {"304"}
    return None


@breaks("205C", SSDA903)
def _once_uasc(child: Child) -> Broken | None:
    if (
        _in_care_since_march(child)
        and not _uasc(child.now)
        and day(child.now["header"][0]["DOB"]).year in range(1998, 2012)
    ):
        child.now["uasc"] = [_status(child, "15/01/2013")]
        return {"205C"}
    return None


@breaks("205D", SSDA903)
def _newly_uasc(child: Child) -> Broken | None:
    if _in_care_since_march(child) and not _uasc(child.now):
        child.now["uasc"] = [_status(child, "")]
        return {"205D"}
    return None


@breaks("357", SSDA903)
def _care_begins_without_start(child: Child) -> Broken | None:
    episodes = _episodes(child)
    if episodes and day(episodes[0]["DECOM"]) >= YEAR_START:
        episodes[0]["RNE"] = "L"
        return {"357"}
    return None


def _latest(child: Child, reason: str) -> tuple[Row, Row] | None:
    """Return the last two episodes if the later one began this year for this reason."""
    if len(episodes := _episodes(child)) < 2:
        return None
    before, last = episodes[-2:]
    return (before, last) if last["RNE"] == reason and day(last["DECOM"]) >= YEAR_START else None


@breaks("433", SSDA903)
def _gap_in_care(child: Child) -> Broken | None:
    if (pair := _latest(child, "P") or _latest(child, "L")) and day(pair[0]["DECOM"]) < day(pair[0]["DEC"]):
        pair[0].update(DEC=later(pair[0]["DEC"], -1), REC="E4A")
        return {"433"}
    return None


@breaks("434", SSDA903)
def _legal_status_did_not_change(child: Child) -> Broken | None:
    if pair := _latest(child, "L"):
        pair[1]["LS"] = pair[0]["LS"]
        return {"434"}
    return None


@breaks("435", SSDA903)
def _legal_status_changed_too(child: Child) -> Broken | None:
    if pair := _latest(child, "P"):
        pair[1]["LS"] = "D1"
        return {"435"}
    return None


@breaks("436", SSDA903)
def _only_placement_changed(child: Child) -> Broken | None:
    if pair := _latest(child, "P"):
        pair[1]["RNE"] = "B"
        return {"436"}
    return None


@breaks("388", SSDA903)
def _continues_in_nothing(child: Child) -> Broken | None:
    episodes = _episodes(child)
    if episodes and episodes[-1]["DEC"]:
        episodes[-1]["REC"] = "X1"
        return {"388"}
    return None


@breaks("392d", SSDA903)
def _placed_at_home(child: Child) -> Broken | None:
    episodes = _episodes(child)
    if episodes and episodes[-1]["PLACE"] != "P1":
        episodes[-1]["HOME_POST"] = episodes[-1]["PL_POST"]
        return {"392d"}
    return None


def _said_otherwise(rule: str, column: str, others: tuple[str, str]) -> Plant:
    """Return a function that plants a breach of one of rules 503: the only episode differs from March in a column."""

    def plant(child: Child) -> Broken | None:
        episodes = _episodes(child)
        if len(episodes) == 1 and _in_care_since_march(child) and episodes[0]["PLACE"] != "P1":
            now = episodes[0][column]
            episodes[0][column] = others[0] if now != others[0] else others[1]
            return {rule}
        return None

    return plant


COMPARED = {
    "503A": ("RNE", ("L", "U")),
    "503B": ("LS", ("C2", "V2")),
    "503C": ("CIN", ("N4", "N5")),
    "503D": ("PLACE", ("K2", "U6")),
    "503E": ("PLACE_PROVIDER", ("PR4", "PR1")),
    "503F": ("URN", ("SC900001", "SC900002")),
    "503J": ("PL_POST", ("ZZ99 1AA", "ZZ99 1AB")),
}
SSDA903.update({rule: _said_otherwise(rule, *what) for rule, what in COMPARED.items()})
