"""Plant breaches of the rules for the children in need census."""

import re

from plant import Broken, Child, Plant, breaks

CENSUS: dict[str, Plant] = {}

FACTORS = re.compile("<FactorsIdentifiedAtAssessment>.*?</FactorsIdentifiedAtAssessment>")


def _factors(*codes: str) -> str:
    factors = "".join(f"<AssessmentFactors>{code}</AssessmentFactors>" for code in codes)
    return f"<FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment>"


def _set_factors(child: Child, *codes: str) -> None:
    child.line = FACTORS.sub(_factors(*codes), child.line)


def _assessed(child: Child) -> bool:
    return child.line.count("<Assessments>") == len(FACTORS.findall(child.line)) == 1


@breaks("8614", CENSUS)
def _open_with_factors(child: Child) -> Broken | None:
    if child.line.count("<Assessments>") == 1 and "<AssessmentAuthorisationDate>" not in child.line:
        child.line = child.line.replace("</Assessments>", f"{_factors('2B')}</Assessments>")
        return {"8614"}
    return None


@breaks("8869", CENSUS)
def _none_and_another(child: Child) -> Broken | None:
    if _assessed(child):
        _set_factors(child, "21", "3A")
        return {"8869"}
    return None


@breaks("8898", CENSUS)
def _same_factor_twice(child: Child) -> Broken | None:
    if _assessed(child):
        _set_factors(child, "4B", "3A", "4B")
        return {"8898"}
    return None


@breaks("8897Q", CENSUS)
def _completed_without_factors(child: Child) -> Broken | None:
    if _assessed(child):
        child.line = FACTORS.sub("", child.line)
        return {"8897Q"}
    return None
