"""Every term of the published tables, the measures and the commands stands in the glossary."""

import csv
import re

import pytest
from conftest import ROOT

from orchestration.cli import cli

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", GLOSSARY, re.DOTALL | re.MULTILINE))
HEADS = {section: re.findall(r"^\| (.+?) \| .+ \|$", text, re.MULTILINE)[1:] for section, text in SECTIONS.items()}
EVERYDAY = set(
    re.findall(
        r"\w+",
        """
        abbreviation absent after age all alone also area as at back before by byte cell change changed chosen
        code column counted current date day decimal difference earlier end ended failed file first followed form
        found from full further grand id in is key kind known label last late latest loaded lower made meaning
        message mid modified month monthly moving name needed new next no not note now ns number of offered on
        one or order other out outside own path plus previous primary re reading reason row second sheet shown
        side since start started table text time title to type under unknown up upper valid week weekday with
        within year yrs
        """,
    )
)


def singular(word: str) -> str:
    """Return a word without the ending of its plural, the same for both where it has one."""
    word = re.sub(r"\d+", "", word.casefold())
    for plural, single in (("ies", "y"), ("ches", "ch"), ("s", "")):
        if len(word) > 3 and word.endswith(plural) and not word.endswith(("ss", "us", "is")):
            return word.removesuffix(plural) + single
    return word


def words(text: str) -> set[str]:
    return {singular(word) for word in re.findall(r"[a-z0-9]+", text.casefold())} - {""}


DEFINED = words(" ".join(HEADS["Terms"]).replace("_", " "))


def undefined(name: str) -> set[str]:
    """Return the words of a table's, column's or measure's name that a reader can look up nowhere."""
    return words(name.replace("_", " ")) - DEFINED - EVERYDAY


def test_every_word_of_a_published_name_stands_in_the_glossary():
    dictionary = (ROOT / "docs" / "data-dictionary.md").read_text()  # a test of the project holds it to the tables
    names = re.findall(r"^### \w+\.(\w+)$|^\| `(\w+)` \|", dictionary, re.MULTILINE)
    published = {table or column for table, column in names}
    assert len(published) > 300
    assert {name: undefined(name) for name in sorted(published) if undefined(name)} == {}


def test_every_word_of_a_measure_stands_in_the_glossary():
    with (ROOT / "seeds" / "reference" / "measures.csv").open(newline="") as file:
        measures = [row["measure_id"] for row in csv.DictReader(file)]
    assert {measure: undefined(measure) for measure in measures if undefined(measure)} == {}


def test_a_new_term_is_missed():
    assert undefined("fct_guardianships") == {"guardianship"}
    assert undefined("lac_key") == set()


def test_everyday_words_are_not_in_the_glossary_too():
    of_one_word = {singular(head.split(" (")[0].casefold()) for head in HEADS["Terms"]}
    assert of_one_word & EVERYDAY == set()


def test_every_command_and_option_stands_in_the_glossary():
    options = {option for command in cli.commands.values() for parameter in command.params for option in parameter.opts}
    assert {f"`csc {name}`" for name in cli.commands} == set(HEADS["Commands"])
    assert {f"`{option}`" for option in options if option.startswith("--")} == set(HEADS["Options"])


@pytest.mark.parametrize("section", ["Terms", "Commands", "Options"])
def test_the_glossary_is_sorted(section):
    heads = [head.replace("`", "").casefold() for head in HEADS[section]]
    assert heads == sorted(heads)
    assert len(set(heads)) == len(heads)
