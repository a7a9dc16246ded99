"""Tell the whole story of two councils, month by month, and count what an officer is told and what it takes of the disk.

Each mistake that an officer can make is told of in its month: see `SEEN`. It takes an hour of a quiet machine; with
`--at-once`, where the months without one come together with the next, less than half of it.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from conftest import Home
from drill import home_at, say
from year import Step, Told, long_form, tell

Seen = Callable[[Home, Told], bool]
NEWS = re.compile("NEW SINCE THE LAST DIGEST: (.*)")


def pack(home: Home, month: str, council: str = "") -> str:
    return (home.path / "packs" / month / council / "scrutiny-pack.html").read_text()


def words(text: str) -> str:
    return " ".join(text.split())


def checks(told: Told) -> set[tuple]:
    return {(check, authority[-2:], measure) for check, authority, measure, *_ in told.findings if authority}


# month and act: what an officer must be told, and how we know
SEEN: dict[tuple[str, str], dict[str, Seen]] = {
    ("2013-06", "begin"): {
        "six tables on one sheet are read": lambda _, told: "sheet Report, rows 5 to 15" in told.said,
        "a letter beside them is left aside": lambda _, told: "left aside croydon/2013-06/cover.pdf" in told.said,
    },
    ("2013-07", "slip"): {
        "a digit too many is blamed on its cell": lambda _, told: "(cell E9)" in told.mail,
    },
    ("2013-07", "correct_and_join"): {
        "what was corrected is resolved": lambda _, told: "RESOLVED" in told.mail,
        "the packs of both have their place": lambda home, _: bool(pack(home, "2013-07", "bromley")),
        "the commentary stays Croydon's": lambda home, _: "In July there were" in pack(home, "2013-07"),
    },
    ("2013-08", "wrong_folder"): {
        "the right folder is named": lambda _, told: "Move the file to the folder 2013-08" in words(told.said),
        "one council is held back": lambda _, told: "Croydon held back since" in words(told.said),
        "the other is published": lambda home, _: bool(pack(home, "2013-08", "bromley")),
        "a wrong year to date is found": lambda _, told: ("ytd_agrees_with_months", "06", "contacts") in checks(told),
    },
    ("2013-09", "move_and_repeat"): {
        "wrong again is new": lambda _, told: "year to September 2013" in told.mail.partition("RESOLVED")[0],
        "and the old one is resolved": lambda _, told: "year to August 2013" in told.mail.partition("RESOLVED")[2],
    },
    ("2013-11", "letter_in_a_number"): {
        "the number that is meant is offered": lambda _, told: "2,040" in told.mail,
        "the lost figure is worrying": lambda _, told: "contacts" in told.said,
    },
    ("2014-01", "misspelt_folder"): {
        "the nearest authority is named": lambda _, told: "bromley" in words(told.said).casefold(),
        "nobody else is held back": lambda home, _: bool(pack(home, "2014-01")),
    },
    ("2014-02", "spelt_right"): {
        "a file that is gone is told": lambda home, _: "still counted" in words(home.csc("status").stdout),
    },
    ("2014-04", "croydon_alone"): {
        "April's pack has charts over March": lambda home, _: pack(home, "2014-04").count("<svg") > 5,
        "a packed file holds nobody back": lambda _, told: told.code == 0,
        "a check that there is not is named": lambda home, _: home.csc("findings", "--check", "TYPO").returncode != 0,
    },
    ("2014-12", "croydon_alone"): {
        "what is overdue stays so": lambda home, _: "Bromley, April 2014" in words(home.csc("status").stdout),
    },
    ("2015-04", "croydon_alone"): {
        "also after a year": lambda home, _: "all is well" not in home.csc("status").stdout,
        "there is a log to read": lambda home, _: any(home.path.rglob("*.log")),
    },
}


def seen(home: Home, step: Step, told: Told) -> dict[str, bool]:
    """What an officer must be told in a step, and whether it was."""
    found = {}
    for what, is_seen in SEEN.get((f"{step.month:%Y-%m}", step.act.__name__), {}).items():
        try:
            found[what] = is_seen(home, told)
        except OSError:  # there is no pack
            found[what] = False
    return found


def told_at_once(steps: list[Step]) -> list[tuple[list[Step], Step]]:
    """The steps that something is to be seen of, each with the quiet ones before it, whose deliveries come with its own."""
    groups, quiet = [], []
    for step in steps:
        if (f"{step.month:%Y-%m}", step.act.__name__) in SEEN:
            groups.append((quiet, step))
            quiet = []
        else:
            quiet.append(step)
    return groups


def megabytes(home: Home) -> float:
    return sum(file.stat().st_size for file in home.path.rglob("*") if file.is_file()) / (1 << 20)


def main() -> None:
    """Print a line for each month, and the sums."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--months", type=int, default=99, help="only the first so many steps")
    asked.add_argument("--at-once", action="store_true", help="quiet months come with the next that is told of")
    asked.add_argument("--keep", type=Path, help="a folder for what each step says and mails")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = home_at(Path(folder) / "home")
        home.landing.mkdir()
        lines = acted = 0
        missed = []
        steps = long_form()[: options.months]
        for number, (quiet, step) in enumerate(told_at_once(steps) if options.at_once else [([], s) for s in steps]):
            for before in quiet:
                before.act(home, before.month)
            told = tell(home, step)
            new = NEWS.search(told.mail)[1]
            lines, acted = lines + len(told.mail.splitlines()), acted + ("error" in new or "warning" in new)
            say(
                f"{step.month:%Y-%m} {step.act.__name__:18} exit {told.code}, {len(told.said.splitlines()):3} lines, "
                f"mail of {len(told.mail.splitlines()):3} lines (new: {new}), "
                f"{len(told.findings)} findings, {megabytes(home):.0f} MB, of them record of runs {told.dagster_mb:.1f} MB"
            )
            for what, is_seen in seen(home, step, told).items():
                say(f"        {'seen' if is_seen else 'NOT SEEN'}: {what}")
                missed += [] if is_seen else [what]
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                name = f"{number:02}-{step.month:%Y-%m}-{step.act.__name__}"
                (options.keep / f"{name}.said.txt").write_text(told.said)
                (options.keep / f"{name}.mail.txt").write_text(told.mail)
        say(f"{lines} lines in mails; {acted} mails to act on; {len(missed)} not seen")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
