"""Every page of docs/dev is carried out as written, in a copy of the project, and gives what it says.

Nothing here knows what a page says. A step is a block; the line before it says what to do with it:

    Create `path`:                  a new file
    Add to the end of `path`:       lines for a file that is there
    In `path`, replace:  ... with:  two blocks; the first stands in the file once
    In `path`, replace `this` with `that`.   the same, within a line
    Run:                            a shell script in the root of the copy, which must succeed
    Check:  ... It prints:          a script, and a block that is its output
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, SECRET
from markdown_it import MarkdownIt

pytestmark = pytest.mark.long

WITHIN_A_LINE = re.compile("In `[^`]+`, replace `[^`]+` with `[^`]+`\\.$")
ORDER = re.compile("Create `|Add to the end of `|In `.*replace|Run:|Check:")
PAGES = sorted(path for path in (ROOT / "docs" / "dev").glob("*.md") if path.name != "README.md")


@dataclass(frozen=True)
class Step:
    """A block, what the page says to do with it, and where that stands."""

    said: str
    block: str
    place: str

    def file(self, copy: "Copy") -> Path:
        """Return the file that the page names, which is in the copy or below its CSC_HOME."""
        path = self.said.split("`")[1].replace("$CSC_HOME", str(copy.home))
        return copy.root / path

    def refuse(self, why: str) -> None:
        pytest.fail(f"{self.place}\n{self.said}\n\n{self.block}\n{why}", pytrace=False)


def steps_of(page: Path) -> list[Step]:
    found, said = [], ""
    for token in MarkdownIt().parse(page.read_text()):
        place = f"{page.relative_to(ROOT)}, line {token.map[0] + 1}" if token.map else ""
        if token.type in ("fence", "code_block"):
            found.append(Step(said, token.content, place))
            said = ""
        elif token.type == "inline":
            said = token.content.splitlines()[-1]
            if WITHIN_A_LINE.match(said):
                found.append(Step(said, "", place))
    return found


@dataclass(frozen=True)
class Copy:
    """The project's files in a folder, with a CSC_HOME; its code comes before the code that is installed."""

    root: Path
    home: Path

    def shell(self, script: str) -> subprocess.CompletedProcess:
        named = {name: value for name, value in os.environ.items() if not name.startswith(("CSC_", "DAGSTER", "DBT"))}
        own = {
            "CSC_HOME": str(self.home),
            "CSC_CHILD_KEY_SECRET": SECRET,
            "CSC_PACKS_FOR": "none",  # takes seconds, and no page is about packs
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(self.root),
        }
        command = ["bash", "-e", "-u", "-o", "pipefail", "-c", script]
        return subprocess.run(command, cwd=self.root, env=named | own, capture_output=True, text=True, check=False)

    def carry_out(self, steps: list[Step]) -> None:
        waiting = iter(steps)
        for step in waiting:
            match step.said.split("`"):
                case ["Create ", _, ":"]:
                    self._create(step)
                case ["Add to the end of ", _, ":"]:
                    self._append(step)
                case ["In ", _, ", replace:"]:
                    replacement = next(waiting)
                    if replacement.said != "with:":
                        replacement.refuse('The block that replaces another follows "with:".')
                    self._replace(step, step.block, replacement.block)
                case ["In ", _, ", replace ", this, " with ", that, "."]:
                    self._replace(step, this, that)
                case ["Run:"]:
                    self._run(step)
                case ["Check:"]:
                    self._check(step, next(waiting))
                case _:
                    step.refuse("No line before the block says what to do with it.")

    def _create(self, step: Step) -> None:
        if step.file(self).exists():
            step.refuse("The file is already there.")
        step.file(self).parent.mkdir(parents=True, exist_ok=True)
        step.file(self).write_text(step.block)

    def _append(self, step: Step) -> None:
        if not step.file(self).exists():
            step.refuse("There is no such file.")
        with step.file(self).open("a") as file:
            file.write(step.block)

    def _replace(self, step: Step, this: str, that: str) -> None:
        text = step.file(self).read_text()
        if text.count(this) != 1:
            step.refuse(f"The file has this {text.count(this)} times.")
        step.file(self).write_text(text.replace(this, that))

    def _run(self, step: Step) -> str:
        done = self.shell(step.block)
        if done.returncode:
            step.refuse(f"It ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _check(self, step: Step, expected: Step) -> None:
        if expected.said != "It prints:":
            expected.refuse('The output of a check follows "It prints:".')
        printed = "".join(f"{line.rstrip()}\n" for line in self._run(step).splitlines())
        if printed != expected.block:
            step.refuse(f"It should print:\n{expected.block}\nIt prints:\n{printed}")


@pytest.fixture(scope="session")
def parsed(tmp_path_factory) -> Copy:
    """A copy of the project that dbt has parsed, with which it compares the copy that a page changes.

    Every page has its copy in the same folders, for dbt parses all anew where it would connect to another warehouse.
    """
    copy = Copy(tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("home"))
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in files:
        if name and (ROOT / name).exists():
            (copy.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy.root / name)
    done = copy.shell("cd dbt_project && dbt parse")
    assert done.returncode == 0, done.stdout
    shutil.copytree(copy.root / "dbt_project" / "target", copy.home / "dbt")  # where `csc` keeps it
    (copy.home / "landing").mkdir(parents=True)
    for made in (copy.root, copy.home):
        made.rename(f"{made}-parsed")
    return copy


@pytest.fixture
def copy(parsed) -> Copy:
    for made in (parsed.root, parsed.home):
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(f"{made}-parsed", made)
    return parsed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_works_as_written(page, copy):
    steps = steps_of(page)
    orders = [line for line in page.read_text().splitlines() if ORDER.match(line)]
    assert [step.said for step in steps if ORDER.match(step.said)] == orders, (
        "an order without its block is not followed"
    )
    assert any(step.said == "Check:" for step in steps), "a page ends with a figure"
    copy.carry_out(steps)
