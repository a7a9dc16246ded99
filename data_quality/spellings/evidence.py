"""What the rules see in a text: codes that stand in it, known words, slips of the pen, and the codes most like it."""

import re
from functools import cache
from typing import NamedTuple

from data_quality.spellings.vocabulary import SHORTEST_SLIP, USUAL, WEIGHT, Term, Vocabulary, rows, stem, tokens

SUGGESTIONS = 3
NUMBERING = re.compile(
    r"^\W*(?:[a-z]{1,2}\)|\d{1,3}\)|\([a-z]\.?[a-z]?\d*\)|[a-z]\.[a-z]{1,2}\d+\)?)\s*(?=\S)", re.IGNORECASE
)
# what a label says it is not: "(not under a special guardianship order)"
EXCLUSION = re.compile(
    r"\b(?:not (?:under|subject to|including)|no step|unless|outside (?=children)|except|excluding"
    r"|(?:other than|not) housing)\b[^()]*",
    re.IGNORECASE,
)
# a council's own abbreviation, such as DHOS or FST_DVIO: only the council can say what it stands for
OWN_ABBREVIATION = re.compile(r"[A-Z]{2,5}\d{0,3}(?:_[A-Z\d]{2,5})*")
SHORT_CODE = re.compile(r"^\W*(\w{1,2})(?=\s*(?:[-:–—\]]|\s|$))", re.IGNORECASE)
OWN_PART = re.compile(
    r"^\W*([a-z]\d)(?:[a-z]{1,2}\d?|\d[a-z]|\d\d(?= *-)|[.]\d{1,2}[a-z]?)(?![a-z0-9.])", re.IGNORECASE
)
HEADING = re.compile(r"\s*(?: [-–—]|[:(–—>])\s*")
LETTERS_FOR_TWO_SLIPS = 9
LETTERS_FOR_ANOTHER_FIRST = 7
SAME_ENDING = 2  # letters that two slips leave alone: cognition is not cognitive
LETTERS_OF_A_BEGINNING = 4
LETTERS_OF_AN_ABBREVIATION = range(3, 6)
ALIKE = 0.5


SEGMENT = re.compile(r"[-–—:;,/()\[\]>.\\]+")
# words that say nothing of the kind, so that a broad word may stand beside them; so may the name of an authority
PLAIN = (
    "the and for from with who etc other any code type general service team staff officer worker department dept"
    " division unit office centre section group agency provider professional member manager local own internal external"
    " council city county borough metropolitan district royal north south east west central area referral referred"
    " source contact including coordinator caseworker practitioner adviser advisor assistant representative duty"
)
INITIALS = re.compile(r"[a-z]{1,2}(?:cc|mbc)")  # of a county council or a metropolitan borough, such as HCC
LETTERS_OF_A_WORD = 3


class Seen(NamedTuple):
    """Words of the vocabulary that stand in a text."""

    words: tuple[str, ...]
    term: Term
    is_slip: bool


def seen_in(text: str, known: Vocabulary) -> list[Seen]:
    """Return the known words of a text, without its numbering and what it says it is not."""
    text = EXCLUSION.sub(" ", text)
    return terms(tokens(NUMBERING.sub("", text)) or tokens(text), known)


def heading(text: str) -> str:
    """Return what stands before the first dash, colon or bracket; nothing where there is none."""
    parts = HEADING.split(NUMBERING.sub("", text).strip(), maxsplit=1)
    return parts[0] if len(parts) > 1 else ""


def codes(text: str, known: Vocabulary) -> list[str]:
    """Return the codes that stand in a text. One of one or two signs counts only where it begins the text."""
    folded = text.casefold().strip()
    written = re.findall(r"[a-z0-9]+(?![a-z0-9]|[.]\d)", text, re.IGNORECASE)
    whole = len(written) == 1
    found = [
        known.codes[word.casefold()]
        for word in written
        if word.casefold() in known.codes
        and (_is_long(word.casefold()) or (whole and len(word) == len(folded) > 2))
        and (whole or not word.isalpha() or word.isupper())
    ]
    for place in (folded, NUMBERING.sub("", folded)):
        short = SHORT_CODE.match(place)
        if not found and short and short[1] in known.codes and not _is_word(short[1], place):
            found = [known.codes[short[1]]]
    return list(dict.fromkeys(found))


def subdivided(text: str, known: Vocabulary) -> list[str]:
    """Return the code that begins a text with a few signs of a council's own behind it: N5SA and N5.02 are N5."""
    own = OWN_PART.match(text.strip())
    if own and own[1].casefold() in known.codes and own[0].strip().casefold() not in known.codes:
        code = known.codes[own[1].casefold()]
        return [code] if code.casefold() == own[1].casefold() else []
    return []


def begins_with(text: str, code: str, known: Vocabulary) -> bool:
    """Whether the code is the first word of the text."""
    first = re.search(r"[a-z0-9]+", text.casefold())
    return bool(first and known.codes.get(first[0]) == code)


def _is_long(word: str) -> bool:
    """Whether a code can be told from a word wherever it stands: two signs with a digit, or more of them."""
    return bool(re.fullmatch(r"[a-z]{1,2}\d{1,2}[a-z]?|\d[a-z]", word)) or len(word) > 3


def _is_word(code: str, text: str) -> bool:
    return code.isalpha() and len(code) < 3 and len(tokens(text)) > 1


def terms(words: list[str], known: Vocabulary) -> list[Seen]:
    """Return the longest terms that stand in the words, none of them within another."""
    plain = [_unabbreviated(stem(word), known) for word in words]
    spelt = [_mended(word, known) for word in plain]
    spans: list[tuple[int, int, Seen]] = []
    for start in range(len(spelt)):
        for length in range(min(known.longest, len(spelt) - start), 0, -1):
            term = known.terms.get(tuple(spelt[start : start + length]))
            if term:
                is_slip = spelt[start : start + length] != plain[start : start + length]
                spans.append((start, length, Seen(tuple(spelt[start : start + length]), term, is_slip)))
                break
    spans.sort(key=lambda span: (-span[1], span[0]))
    found: list[Seen] = []
    taken: set[int] = set()
    for start, length, one in spans:
        place = set(range(start, start + length))
        if not place & taken:
            taken |= place
            found.append(one)
    return found


def stands_alone(one: Seen, text: str, seen: list[Seen], known: Vocabulary) -> bool:
    """Whether no word stands beside this one, between two marks, that is neither known nor plain."""
    explained = {word for other in seen for word in other.words} | _plain()
    for segment in SEGMENT.split(NUMBERING.sub("", text)):
        words = [_mended(stem(word), known) for word in tokens(segment)]
        beside = {word for word in words if len(word) >= LETTERS_OF_A_WORD and not word.isdigit()}
        if one.words[0] in words and not beside - explained:
            return True
    return False


@cache
def _plain() -> frozenset[str]:
    names = " ".join(row["folder"] for row in rows("authorities"))
    return frozenset(stem(word) for word in tokens(f"{PLAIN} {names}"))


def begun_by(word: str, known: Vocabulary) -> list[Seen]:
    """Return the single words of the vocabulary that an abbreviation begins: MIDW begins midwife."""
    return [
        Seen(words, term, is_slip=False)
        for words, term in known.terms.items()
        if len(words) == 1 and words[0].startswith(word) and term.weight > WEIGHT["weak"]
    ]


def _unabbreviated(word: str, known: Vocabulary) -> str:
    """Return council for the initials of one, where the vocabulary knows that word and not the initials."""
    is_council = INITIALS.fullmatch(word) and (word,) not in known.terms and ("council",) in known.terms
    return "council" if is_council else word


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
            if (other[0] == word[0] or (len(word) >= LETTERS_FOR_ANOTHER_FIRST and other[1:] == word[1:]))
            and (slips == 1 or other[-SAME_ENDING:] == word[-SAME_ENDING:])
            and slips_between(word, other, slips) <= slips
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


def ranked(text: str, stated: list[str], seen: list[Seen], known: Vocabulary) -> tuple[str, ...]:
    """Return the likeliest codes: stated ones, those of the strongest and longest words, then those of what is alike.

    Where nothing in the text says more, the codes that councils use for what has no code of its own come last.
    """
    by_words = sorted(seen, key=lambda one: (-one.term.weight, -len(one.words)))
    found = [*stated, *(code for one in by_words for code in (one.term.code, *one.term.also))]
    if len(set(found)) < SUGGESTIONS:
        found += [one.term.code for word in tokens(text) if len(word) > 2 for one in begun_by(word, known)]
        found += abbreviated(text, known)
        found += _alike(text, known, ALIKE) + list(USUAL.get(known.name, ())) + _alike(text, known, 0.0)
    return tuple(dict.fromkeys(found))[:SUGGESTIONS]


def abbreviated(text: str, known: Vocabulary) -> list[str]:
    """Return the codes whose label may be shortened to the first word of a text: FDS is of Family DySfunction.

    Each letter begins a word of the label, or stands later in the word of the letter before it.
    """
    word = next(iter(tokens(text)), "")
    if not word.isalpha() or len(word) not in LETTERS_OF_AN_ABBREVIATION:
        return []
    label_of = re.compile(rf"\b{word[0]}" + "".join(rf"(?:[a-z]*|.*\b){letter}" for letter in word[1:]))
    return [code for code, label in known.labels.items() if label_of.search(label.casefold())]


def is_own_abbreviation(text: str, known: Vocabulary) -> bool:
    """Whether a text is an abbreviation of a council's own, and no slip of the pen in a code of the list."""
    is_slip = any(_code_likeness(text, code) for code in known.labels)
    return bool(OWN_ABBREVIATION.fullmatch(text.strip())) and not is_slip


def _alike(text: str, known: Vocabulary, least: float) -> list[str]:
    """Return the codes whose label, or whose own letters, are at least so much like the text, the most alike first."""
    letters = _pairs(text)
    alike = {
        code: max(_likeness(letters, _pairs(label)), _code_likeness(text, code)) for code, label in known.labels.items()
    }
    return sorted((code for code in alike if alike[code] >= least), key=lambda code: (-alike[code], code))


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
