"""From an unknown spelling to its code, by rules that say what they saw; to suggestions where what they saw disagrees.

A rule answers only when its evidence agrees: a code beside words that speak of another code is a suggestion.
Evidence is made of the warehouse's own words, never of the text, because the text of a cell may be about a person.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from data_quality.spellings.vocabulary import SHORTEST_SLIP, WEIGHT, Term, Vocabulary, tokens

SUGGESTIONS = 3
# a list where several answers have a code of their own
SEVERAL = {"abuse_category": ("MUL", {"NEG", "PHY", "SAB", "EMO"})}
# codes that say that nothing is known: no answer beside words that do say something
SAY_NOTHING = {"ethnicity": ("NOTST",), "need": ("N0",), "referral_source": ("10",)}
# what a cell of question marks says; other marks without a word are suggested as the same
NOT_STATED = {"gender": "U", "ethnicity": "NOTST", "yes_no": "U", "referral_source": "10", "need": "N0"}
NUMBERING = re.compile(
    r"^\W*(?:[a-z]{1,2}\)|\d{1,3}\)|\([a-z]\.?[a-z]?\d*\)|[a-z]\.[a-z]{1,2}\d+\)?)\s*(?=\S)", re.IGNORECASE
)
SHORT_CODE = re.compile(r"^\W*(\w{1,2})(?=\s*(?:[-:–—\]]|\s|$))", re.IGNORECASE)
LETTERS_FOR_TWO_SLIPS = 9


class Recognition(NamedTuple):
    """What a spelling stands for. `code` is None where no rule answers; `suggestions` are ranked, best first."""

    code: str | None
    rule: str
    evidence: str
    suggestions: tuple[str, ...]


class Seen(NamedTuple):
    """Words of the vocabulary that stand in a text."""

    words: tuple[str, ...]
    term: Term
    is_slip: bool


def recognise(text: str, known: Vocabulary) -> Recognition:
    """Return the code of a spelling with the rule that found it, or none with suggestions."""
    if not tokens(text):
        return _without_words(text, known)
    stated = _codes(text, known)
    own = _subdivided(text, known)
    seen = _terms(tokens(NUMBERING.sub("", text)) or tokens(text), known)
    ranked = _ranked(text, [*stated, *own], seen, known)
    if own and not stated:
        return Recognition(own[0], "a council's own part of a code", own[0], ranked)
    if len(stated) > 1 and not _begins_with(text, stated[0], known):
        stated = []
    if stated:
        return _by_code(stated[0], seen, ranked, known)
    return _by_words(seen, ranked, known)


def _without_words(text: str, known: Vocabulary) -> Recognition:
    code = NOT_STATED.get(known.name)
    is_question = not text.strip(" ?\u00a0")
    return Recognition(
        code if is_question else None, "marks without a word", "?" if is_question else "", (code,) if code else ()
    )


def _by_code(code: str, seen: list[Seen], ranked: tuple[str, ...], known: Vocabulary) -> Recognition:
    words = [one for one in seen if one.term.weight > WEIGHT["weak"]]
    group = known.groups[code]
    agree = [one for one in words if known.groups[one.term.code] == group]
    if agree:
        return Recognition(code, "code in the text", f"{code} and the words '{' '.join(agree[0].words)}'", ranked)
    if not words:
        return Recognition(code, "code in the text", code, ranked)
    return Recognition(None, "code and words disagree", f"{code}, but '{' '.join(words[0].words)}'", ranked)


def _by_words(seen: list[Seen], ranked: tuple[str, ...], known: Vocabulary) -> Recognition:
    """Answer by the words that count most; a broad one of the same group says nothing against a fine one."""
    doubtful = {known.groups[one.term.code] for one in seen if one.term.weight == WEIGHT["suggest"]}
    counted = [one for one in seen if one.term.weight > WEIGHT["suggest"]]
    strongest = _strongest(counted)
    groups = list(dict.fromkeys(known.groups[one.term.code] for one in strongest))
    evidence = ", ".join(dict.fromkeys(" ".join(one.words) for one in strongest))
    if strongest and known.name in SAY_NOTHING and len(counted) > 1:
        unsaid = {known.groups[code] for code in SAY_NOTHING[known.name]}
        if set(groups) <= unsaid and {known.groups[one.term.code] for one in counted} - unsaid:
            return Recognition(None, "words disagree", evidence, ranked)
    if doubtful - set(groups) or (doubtful and not strongest):
        return Recognition(None, "only a person can know", evidence, ranked)
    if not strongest:
        return Recognition(None, "no known words", "", ranked)
    codes = list(dict.fromkeys(one.term.code for one in strongest))
    for several, parts in SEVERAL.values():
        if len(codes) > 1 and several in known.labels and set(codes) <= parts:
            return Recognition(several, "several answers", evidence, ranked)
    if len(groups) > 1:
        return Recognition(None, "words disagree", evidence, ranked)
    rule = "slip of the pen" if all(one.is_slip for one in strongest) else "words of a label"
    broad = known.generic.get(groups[0])
    in_group = [one for one in counted if known.groups[one.term.code] == groups[0] and one.term.code != broad]
    fine = list(dict.fromkeys(one.term.code for one in _strongest(in_group)))
    if len(fine) == 1:
        return Recognition(fine[0], rule, evidence, ranked)
    if broad:
        return Recognition(broad, "words of one group" if fine else rule, evidence, ranked)
    return Recognition(None, "words disagree", evidence, ranked)


def _codes(text: str, known: Vocabulary) -> list[str]:
    """Return the codes that stand in a text. One of one or two signs counts only where it begins the text."""
    folded = text.casefold().strip()
    written = re.findall(r"[a-z0-9]+(?![a-z0-9]|[.]\d)", text, re.IGNORECASE)
    whole = len(written) == 1
    found = [
        known.codes[word.casefold()]
        for word in written
        if word.casefold() in known.codes
        and _is_long(word.casefold())
        and (whole or not word.isalpha() or word.isupper())
    ]
    behind = NUMBERING.sub("", folded)
    for place in (folded, behind):
        short = SHORT_CODE.match(place)
        if not found and short and short[1] in known.codes and not _is_word(short[1], place):
            found = [known.codes[short[1]]]
    return list(dict.fromkeys(found))


def _subdivided(text: str, known: Vocabulary) -> list[str]:
    """Return the code that begins a text with up to three signs of a council's own behind it: N5SA is part of N5."""
    own = re.match(r"^\W*([a-z]\d)(?:[a-z]{1,2}\d?|\d[a-z])\b", text.strip(), re.IGNORECASE)
    if own and own[1].casefold() in known.codes and own[0].strip().casefold() not in known.codes:
        code = known.codes[own[1].casefold()]
        return [code] if code.casefold() == own[1].casefold() else []
    return []


def _begins_with(text: str, code: str, known: Vocabulary) -> bool:
    first = re.search(r"[a-z0-9]+", text.casefold())
    return bool(first and known.codes.get(first[0]) == code)


def _is_long(word: str) -> bool:
    """Whether a code can be told from a word wherever it stands: two signs with a digit, or more of them."""
    return bool(re.fullmatch(r"[a-z]{1,2}\d{1,2}[a-z]?|\d[a-z]", word)) or len(word) > 3


def _is_word(code: str, text: str) -> bool:
    return code.isalpha() and len(code) < 3 and len(tokens(text)) > 1


def _terms(words: list[str], known: Vocabulary) -> list[Seen]:
    """Return the longest terms that stand in the words, none of them within another."""
    spelt = [_mended(word, known) for word in words]
    found, at = [], 0
    spans: list[tuple[int, int, Seen]] = []
    for start in range(len(spelt)):
        for length in range(min(known.longest, len(spelt) - start), 0, -1):
            term = known.terms.get(tuple(spelt[start : start + length]))
            if term:
                is_slip = spelt[start : start + length] != words[start : start + length]
                spans.append((start, length, Seen(tuple(spelt[start : start + length]), term, is_slip)))
                break
    spans.sort(key=lambda span: (-span[1], span[0]))
    taken: set[int] = set()
    for at, length, one in spans:
        place = set(range(at, at + length))
        if not place & taken:
            taken |= place
            found.append(one)
    return found


def _mended(word: str, known: Vocabulary) -> str:
    """Return the one known word that a slip of the pen made into this one; the word itself if none or several."""
    if len(word) < SHORTEST_SLIP or word in known.words.get(len(word), ()) or not word.isalpha():
        return word
    limit = 2 if len(word) >= LETTERS_FOR_TWO_SLIPS else 1
    for slips in range(1, limit + 1):
        near = [
            other
            for length in range(len(word) - slips, len(word) + slips + 1)
            for other in known.words.get(length, ())
            if other[0] == word[0] and slips_between(word, other, slips) <= slips
        ]
        if len(near) == 1:
            return near[0]
        if near:
            stems = {other.rstrip("s") for other in near}
            return min(near) if len(stems) == 1 else word
    return word


def slips_between(first: str, second: str, limit: int) -> int:
    """Return how many letters were left out, put in, changed or swapped; more than `limit` is only that."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        now = [i]
        for j, other in enumerate(second, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > limit:
            return limit + 1
        before, row = row, now
    return row[-1]


def _strongest(counted: Iterable[Seen]) -> list[Seen]:
    counted = list(counted)
    most = max((one.term.weight for one in counted), default=0)
    return [one for one in counted if one.term.weight == most]


def _ranked(text: str, stated: list[str], seen: list[Seen], known: Vocabulary) -> tuple[str, ...]:
    """Return the likeliest codes: stated ones, those of the strongest and longest words, the most alike labels."""
    by_words = sorted(seen, key=lambda one: (-one.term.weight, -len(one.words)))
    codes = list(dict.fromkeys([*stated, *(one.term.code for one in by_words)]))
    if len(codes) < SUGGESTIONS:
        letters = _pairs(text)
        alike = {code: _likeness(letters, _pairs(label)) for code, label in known.labels.items()}
        for code in known.labels:
            alike[code] = max(alike[code], _code_likeness(text, code))
        codes += [code for code in sorted(alike, key=lambda code: (-alike[code], code)) if code not in codes]
    return tuple(codes[:SUGGESTIONS])


def _pairs(text: str) -> set[str]:
    return {word[i : i + 2] for word in tokens(text) for i in range(len(word) - 1)}


def _likeness(first: set[str], second: set[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _code_likeness(text: str, code: str) -> float:
    """Return how much a short text is like the code itself: CNHE is CHNE but for two letters that changed places."""
    folded = text.casefold().strip()
    if abs(len(folded) - len(code)) > 1 or len(code) < 3:
        return 0.0
    return {0: 1.0, 1: 0.9}.get(slips_between(folded, code.casefold(), 1), 0.0)
