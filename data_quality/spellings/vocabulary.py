"""What the recogniser knows of a code list: its codes, their labels, and the words that stand for them."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

REFERENCE = Path(__file__).parents[2] / "seeds" / "reference"
WEIGHT = {"strong": 4, "words": 3, "label": 3, "broad": 2, "weak": 1, "suggest": 0}
LETTERS_OF_A_TERM = 3  # a shorter one is a code, not words
LETTERS_OF_A_CODE = 4
SHORTEST_SLIP = 5  # words of fewer letters have too many neighbours
# codes that say less than others of their list; besides those whose label says that the kind is not stated
BROAD = {
    "ethnicity": {
        "White": "WHITE",
        "Mixed": "MIXED",
        "Asian": "ASIAN",
        "Black": "BLACK",
        "Other": "OTHER",
        "Not stated": "NOTST",
    },
    "lac_end_reason": {"E1": "E1", "E4": "E4", "EG": "EG", "EI": "EI"},
}
FINE = {"lac_end_reason": {"E1": "E11 E12", "E4": "E4A E4B", "EG": "E45 E46 E47 E48", "EI": "E5 E6"}}
GENERIC = re.compile("not stated")
# suggested where the words say nothing: what councils record most, and what they use for what has no code of its own
USUAL = {
    "ethnicity": ("OOTH", "WOTH", "NOTST"),
    "referral_source": ("5B", "8", "3F"),
    "need": ("N1", "N5", "N4"),
    "closure_reason": ("RC7", "RC8", "RC5"),
    "legal_status": ("C2", "V2", "J3"),
    "lac_end_reason": ("E8", "E4", "E13"),
    "placement_type": ("U", "H5", "Z1"),
    "placement_provider": ("PR4", "PR1", "PR5"),
}


class Term(NamedTuple):
    """Words that stand for a code. `weight` says how much they count against other words in the same text."""

    code: str
    weight: int
    also: tuple[str, ...] = ()  # other codes that the words may stand for, where only a person can know


@dataclass
class Vocabulary:
    """A code list as the recogniser reads it."""

    name: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    generic: dict[str, str] = field(default_factory=dict)  # the code of a group whose kind is not stated
    codes: dict[str, str] = field(default_factory=dict)  # a code in small letters, also of an older or longer list
    terms: dict[tuple[str, ...], Term] = field(default_factory=dict)
    words: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    longest: int = 1

    def take_code(self, code: str, label: str, group: str) -> None:
        """Take a code of the list."""
        self.labels[code] = label
        self.groups[code] = group or code
        self.codes[code.casefold()] = code
        if group and GENERIC.search(label):
            self.generic[group] = code

    def take_term(self, term: str, code: str, kind: str) -> None:
        """Take a line of spelling_terms.csv."""
        if kind == "code":
            self.codes.setdefault(term, code)
        else:
            self.add(term, code, WEIGHT[kind])

    def finish(self, name: str) -> None:
        """Say which codes are broad, and take long codes that are words too, such as WHITE, for words only."""
        self.name = name
        self.generic.update(BROAD.get(name, {}))
        for group, fine in FINE.get(name, {}).items():
            self.groups.update(dict.fromkeys(fine.split(), group))
        words = [code for code in self.codes if (stem(code),) in self.terms and code.isalpha()]
        for word in words:
            if len(word) > LETTERS_OF_A_CODE:
                del self.codes[word]

    def add(self, text: str, code: str, weight: int) -> None:
        """Take these words for the code, unless they stand for another one already."""
        words = tuple(stem(word) for word in tokens(text))
        if len("".join(words)) >= LETTERS_OF_A_TERM or weight > WEIGHT["label"]:
            before = self.terms.setdefault(words, Term(code, weight))
            if weight == before.weight == WEIGHT["suggest"] and code not in (before.code, *before.also):
                self.terms[words] = before._replace(also=(*before.also, code))
            self.longest = max(self.longest, len(words))
            for word in words:
                if len(word) >= SHORTEST_SLIP and word.isalpha():
                    self.words[len(word)].add(word)


def tokens(text: str) -> list[str]:
    """Return the words of a text in small letters, without marks; `A&E` is a and e, and `G.P.` is gp."""
    text = re.sub(r"[‘’'`´]", "", text.casefold())
    text = re.sub(r"\b([a-z])\.([a-z])\b\.?", r"\1\2", text)
    text = re.sub(r"[&+]", " and ", text)
    text = re.sub(r"\b(e\.?g|i\.?e|inc|incl)\b\.?", " ", text)
    return re.findall(r"[a-z0-9]+", text)


def stem(word: str) -> str:
    """Return a word without the s of a plural or a genitive."""
    return word[:-1] if len(word) > LETTERS_OF_A_TERM and re.search("[^suia]s$", word) else word


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Return every code list's vocabulary, from the seeds."""
    found: dict[str, Vocabulary] = defaultdict(Vocabulary)
    for row in rows("code_lists"):
        found[row["code_list"]].take_code(row["code"], row["label"], row["roll_up"])
    for row in rows("spelling_terms"):
        found[row["code_list"]].take_term(row["term"], row["code"], row["kind"])
    for row in rows("code_lists"):
        found[row["code_list"]].add(row["label"], row["code"], WEIGHT["label"])
    for row in rows("code_spellings"):
        if not re.search(r"\d", row["spelling"]):
            found[row["code_list"]].add(row["spelling"], row["code"], WEIGHT["label"])
    for name, known in found.items():
        known.finish(name)
    return dict(found)


def rows(seed: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a seed."""
    with (REFERENCE / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
