"""From an unknown spelling to its code, by rules that say what they saw; to suggestions where what they saw disagrees.

A rule answers only when its evidence agrees: a code beside words that speak of another code is a suggestion.
Evidence is made of the warehouse's own words, never of the text, because the text of a cell may be about a person.
"""

from collections.abc import Iterable
from typing import NamedTuple

from data_quality.spellings.evidence import (
    LETTERS_OF_A_BEGINNING,
    Seen,
    begins_with,
    begun_by,
    codes,
    heading,
    is_own_abbreviation,
    ranked,
    seen_in,
    stands_alone,
    subdivided,
)
from data_quality.spellings.vocabulary import WEIGHT, Vocabulary, tokens

# a list where several answers have a code of their own
SEVERAL = {"abuse_category": ("MUL", {"NEG", "PHY", "SAB", "EMO"})}
# codes that say that nothing is known: no answer beside words that do say something
SAY_NOTHING = {"ethnicity": ("NOTST",), "need": ("N0",), "referral_source": ("10",)}
# what a cell of question marks says; other marks without a word are suggested as the same
NOT_STATED = {"gender": "U", "ethnicity": "NOTST", "yes_no": "U", "referral_source": "10", "need": "N0"}
# lists that councils fill with names of their own, where a broad word beside an unknown one may be part of a name
NAMES_OF_THEIR_OWN = ("referral_source", "closure_reason")
WORDS_OF_A_LABEL = 5  # so many known words in a row are a label: a single word beside them leaves no doubt


class Recognition(NamedTuple):
    """What a spelling stands for. `code` is None where no rule answers; `suggestions` are ranked, best first."""

    code: str | None
    rule: str
    evidence: str
    suggestions: tuple[str, ...]


class Answer(NamedTuple):
    """What the words of a text say, before suggestions are added."""

    code: str | None
    rule: str
    evidence: str


def recognise(text: str, known: Vocabulary) -> Recognition:
    """Return the code of a spelling with the rule that found it, or none with suggestions."""
    words = tokens(text)
    if not words:
        return _without_words(text, known)
    stated, own, seen = codes(text, known), subdivided(text, known), seen_in(text, known)
    suggestions = ranked(text, [*stated, *own], seen, known)
    if len(stated) > 1 and not begins_with(text, stated[0], known):
        stated = []
    if stated:
        answer = _by_code(stated[0], seen, known)
        if stated[0].casefold() not in words:
            answer = _by_older_code(answer, _by_words(text, seen, known), known)
    elif own:
        answer = Answer(own[0], "a council's own part of a code", own[0])
    elif not seen and len(words) == 1:
        answer = _by_beginning(words[0], known)
    else:
        answer = _by_words(text, seen, known)
        if answer.rule in ("words disagree", "only a person can know"):
            answer = _by_heading(heading(text), seen, known) or answer
        elif answer.code and not _is_label(seen) and _belies(heading(text), answer.code, seen, known):
            answer = Answer(None, "words disagree", answer.evidence)
    if answer.rule == "no known words" and is_own_abbreviation(text, known):
        answer = Answer(None, "only a person can know", "")
    return Recognition(*answer, suggestions)


def _without_words(text: str, known: Vocabulary) -> Recognition:
    code = NOT_STATED.get(known.name)
    is_question = not text.strip(" ?\u00a0")
    return Recognition(
        code if is_question else None, "marks without a word", "?" if is_question else "", (code,) if code else ()
    )


def _by_code(code: str, seen: list[Seen], known: Vocabulary) -> Answer:
    words = [one for one in seen if one.term.weight > WEIGHT["weak"]]
    agree = [one for one in words if known.groups[one.term.code] == known.groups[code]]
    if agree:
        return Answer(code, "code in the text", f"{code} and the words '{' '.join(agree[0].words)}'")
    if not words:
        return Answer(code, "code in the text", code)
    return Answer(None, "code and words disagree", f"{code}, but '{' '.join(words[0].words)}'")


def _by_older_code(by_code: Answer, by_words: Answer, known: Vocabulary) -> Answer:
    """Return what the words say, if they say more than a group: the code is of an older list or of another system."""
    is_fine = by_words.code and by_words.code not in known.generic.values()
    return by_words if is_fine or not by_code.code else by_code


def _by_beginning(word: str, known: Vocabulary) -> Answer:
    """Answer an abbreviation that begins words of one group only."""
    begun = begun_by(word, known) if len(word) >= LETTERS_OF_A_BEGINNING and word.isalpha() else []
    found = {one.term.code for one in begun}
    groups = {known.groups[code] for code in found}
    if len(groups) != 1:
        return Answer(None, "no known words", "")
    evidence = ", ".join(sorted(" ".join(one.words) for one in begun)[:2])
    code = found.pop() if len(found) == 1 else known.generic.get(groups.pop())
    return Answer(code, "beginning of a word" if code else "words disagree", evidence)


def _by_words(text: str, seen: list[Seen], known: Vocabulary) -> Answer:
    """Answer by the words that count most; a broad one of the same group says nothing against a fine one."""
    counted = [one for one in seen if one.term.weight > WEIGHT["suggest"]]
    strongest = _strongest(counted)
    groups = list(dict.fromkeys(known.groups[one.term.code] for one in strongest))
    evidence = ", ".join(dict.fromkeys(" ".join(one.words) for one in strongest))
    several = _several(counted, known)
    if several:
        return Answer(several, "several answers", ", ".join(dict.fromkeys(" ".join(one.words) for one in counted)))
    if _says_and_says_nothing(groups, counted, known):
        return Answer(None, "words disagree", evidence)
    if _leaves_doubt(seen, strongest, set(groups), known) or _is_part_of_a_name(text, seen, strongest, known):
        return Answer(None, "only a person can know", evidence)
    if not strongest:
        return Answer(None, "no known words", "")
    if len(groups) > 1:
        return Answer(None, "words disagree", evidence)
    return _within(groups[0], counted, strongest, evidence, known)


def _within(group: str, counted: list[Seen], strongest: list[Seen], evidence: str, known: Vocabulary) -> Answer:
    """Return the code of a group that the words mean: the fine one they agree on, else the one without a kind."""
    rule = "slip of the pen" if all(one.is_slip for one in strongest) else "words of a label"
    broad = known.generic.get(group)
    in_group = [one for one in counted if known.groups[one.term.code] == group and one.term.code != broad]
    fine = list(dict.fromkeys(one.term.code for one in _strongest(in_group)))
    if len(fine) == 1:
        return Answer(fine[0], rule, evidence)
    if broad:
        return Answer(broad, "words of one group" if fine else rule, evidence)
    return Answer(None, "words disagree", evidence)


def _several(counted: list[Seen], known: Vocabulary) -> str | None:
    """Return the code for several answers, if the words are those of more than one of its parts and of nothing else."""
    several, parts = SEVERAL.get(known.name, ("", set()))
    found = {one.term.code for one in counted}
    return several if len(found) > 1 and found <= {several, *parts} else None


def _says_and_says_nothing(groups: list[str], counted: list[Seen], known: Vocabulary) -> bool:
    """Whether the strongest words say that nothing is known, and others say something."""
    unsaid = {known.groups[code] for code in SAY_NOTHING.get(known.name, ())}
    return bool(groups and set(groups) <= unsaid and {known.groups[one.term.code] for one in counted} - unsaid)


def _leaves_doubt(seen: list[Seen], strongest: list[Seen], groups: set[str], known: Vocabulary) -> bool:
    """Whether a nationality or a team's name speaks against the other words, or stands alone."""
    if _is_label(strongest):
        return False
    return any(one.term.weight == WEIGHT["suggest"] and known.groups[one.term.code] not in groups for one in seen)


def _is_label(seen: list[Seen]) -> bool:
    return any(len(one.words) >= WORDS_OF_A_LABEL for one in seen)


def _is_part_of_a_name(text: str, seen: list[Seen], strongest: list[Seen], known: Vocabulary) -> bool:
    """Whether there are only broad words, each beside an unknown one: Family Court is not a family."""
    return (
        known.name in NAMES_OF_THEIR_OWN
        and bool(strongest)
        and strongest[0].term.weight <= WEIGHT["broad"]
        and not any(stands_alone(one, text, seen, known) for one in strongest)
    )


def _by_heading(title: str, seen: list[Seen], known: Vocabulary) -> Answer | None:
    """Answer by what stands before a dash, colon or bracket, if it is a category's own words and not the weak ones."""
    found = seen_in(title, known)
    if len(found) != 1 or len(found[0].words) != len(tokens(title)) or found[0].term.weight <= WEIGHT["weak"]:
        return None
    is_broad = found[0].term.weight == WEIGHT["broad"]
    if is_broad and any(one.term.weight == WEIGHT["suggest"] for one in seen):
        return None
    code = found[0].term.code
    unsaid = SAY_NOTHING.get(known.name, ())
    if {known.groups[one.term.code] for one in seen} & {known.groups[silent] for silent in unsaid}:
        return None
    return Answer(code, "words of the heading", " ".join(found[0].words))


def _belies(title: str, code: str, seen: list[Seen], known: Vocabulary) -> bool:
    """Whether a heading that is a category's own words is that of another category: Housing - Environmental Health.

    Education is the heading of schools too: codes that begin with one number are parts of one category.
    """
    found = seen_in(title, known)
    if len(found) != 1 or len(found[0].words) != len(tokens(title)) or found[0].term.weight <= WEIGHT["weak"]:
        return False
    if any(len(one.words) > len(found[0].words) and one.words[: len(found[0].words)] == found[0].words for one in seen):
        return False  # a longer term begins with the heading: Legal - Police is one
    other = found[0].term.code
    return known.groups[other] != known.groups[code] and not (other[0].isdigit() and other[0] == code[0])


def _strongest(counted: Iterable[Seen]) -> list[Seen]:
    counted = list(counted)
    most = max((one.term.weight for one in counted), default=0)
    return [one for one in counted if one.term.weight == most]
