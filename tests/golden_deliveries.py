"""The deliveries of tests/golden.py: made-up councils, each scenario with what it is meant to go through.

A scenario writes the folders of its steps, each of which is copied over a CSC_HOME before a run; they run in the order
of their names. Add a scenario when a change is about something that none of them has.
"""

import csv
import os
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from zlib import crc32

from returns import clean_returns, write_all_csv, write_csv

ROOT = Path(__file__).resolve().parent.parent
CSC = os.environ.get("CSC") or str(ROOT / ".venv/bin/csc")
DATASET_OPTION = "--profile"  # of `csc synthesise`
SETTINGS = {"CSC_CHILD_KEY_SECRET": "0123456789abcdef" * 4, "CSC_PACKS_FOR": "none", "CSC_AS_OF": "2013-07-12"}
CORRECTED_DATES = {  # the date that a correction moves, by file
    "list_1_contacts.csv": "Date of Contact",
    "list_3_referrals.csv": "Close Date",
    "list_4_assessments.csv": "Continuous Assessment Date of Authorisation",
    "list_5_section_47.csv": "Date of Initial Child Protection Conference",
    "list_6_cin.csv": "CIN Closure Date",
    "list_7_cpp.csv": "Child Protection Plan End Date",
    "list_8_lac.csv": "Date Ceased to be Looked After",
    "ssd_person.csv": "pers_dob",
    "ssd_cla_episodes.csv": "clae_cla_episode_ceased",
    "ssd_cp_plans.csv": "cppl_cp_plan_end_date",
    "episodes.csv": "DEC",
}
STAFF = """,APR,MAY,2013/14 YTD
Social workers in post,120,118,118\nPermanent social workers,70,70,70\nAgency social workers,50,48,48
% agency social workers,42%,41%,41%\nManagers in post,25,24,24\nPermanent managers,15,15,15\nAgency managers,10,9,9
% agency managers,41%,38%,38%
"""
NATIONAL = """measure_id,area_code,area_name,period,unit,value,definition,source,published_on
lac_3plus_placements_pct,E92000001,England,2012/13,%,11,NI 62,made up,20/05/2013
"""
COMMENTARY = (
    "In May 2013 there were 150 contacts and 31 referrals. At the end of April 2013, 999 children were looked after.\n"
)


def csc(home: Path, *arguments: str, **settings: str) -> int:
    """Run `csc` to its end; its exit code, 0 or for a run with an authority held back 2. Raises for any other."""
    home.mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CSC", "DAGSTER"))}
    env |= SETTINGS | settings | {"CSC_HOME": str(home), "CSC_SETTLED_SECONDS": "0"}
    done = subprocess.run([CSC, *arguments], cwd=home, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in ((0, 2) if arguments[0] == "run" else (0,)):
        raise SystemExit(f"csc {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.returncode


def synthesise(out: Path, dataset: str, authority: str, months: str, *more: str, rows: int = 150) -> Path:
    """Make one authority's lists of a dataset; the folder with its months."""
    made = out / ".synthetic" / dataset
    options = [DATASET_OPTION, dataset, "--authority", authority, "--months", months, "--rows", str(rows), *more]
    csc(made, "synthesise", "--out", str(made), *options)
    return made / authority


def deliver(step: Path, months: Path, *only: str) -> None:
    """Put the months of an authority, or `only` these, into a step's landing folder."""
    for month in only or [folder.name for folder in months.iterdir()]:
        shutil.copytree(months / month, step / "landing" / months.name / month, dirs_exist_ok=True)


def correct(step: Path, months: Path, month: str) -> None:
    """Put corrected lists of a month into a step: without one child in eight, one date in three a day on."""
    for file in sorted(file for file in (months / month).iterdir() if file.name in CORRECTED_DATES):
        with file.open(newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        child = next(c for c in rows[0] if c in ("Child Unique ID", "CHILD") or c.endswith("person_id"))
        column = CORRECTED_DATES[file.name]
        for row in rows:
            if row[column] and crc32(row[child].encode()) % 3 == 0:
                form = "%d/%m/%Y" if "/" in row[column] else "%Y-%m-%d"
                row[column] = (datetime.strptime(row[column], form) + timedelta(days=1)).strftime(form)
        kept = [row.values() for row in rows if crc32(row[child].encode()) % 8]
        write_csv([rows[0], *kept], step / "landing" / months.name / month / file.name)


def sample(out: Path) -> None:
    """The sample, as `make run` makes it."""
    step = out / "1_all"
    csc(step, "synthesise", "--out", str(step / "landing"), "--calibrate", str(ROOT / "seeds/extracts/croydon/2013-12"))
    shutil.copytree(ROOT / "seeds/extracts", step / "landing", dirs_exist_ok=True)
    shutil.copytree(ROOT / "seeds/commentary", step / "commentary")


def datasets(out: Path) -> None:
    """The same children of one authority in all four datasets; its workforce, national figures and a commentary."""
    step = out / "1_all"
    for dataset in ("annex-a", "ssd", "903", "cin"):
        deliver(step, synthesise(out, dataset, "croydon", "2013-02:2013-05"))
    (step / "landing/croydon/2013-05/staff.csv").write_text(STAFF, encoding="utf-8")
    (step / "landing/croydon/2013-05/benchmarks.csv").write_text(NATIONAL, encoding="utf-8")
    (step / "commentary").mkdir()
    (step / "commentary/2013-05.md").write_text(COMMENTARY, encoding="utf-8")


def dirty(out: Path) -> None:
    """Known defects in two authorities, files and workbooks, and a clean one; then what was refused is taken out."""
    for authority, *more in (("croydon", "--dirty"), ("barnet", "--dirty", "--format", "xlsx"), ("camden",)):
        deliver(out / "1_all", synthesise(out, "annex-a", authority, "2013-04:2013-06", *more))
    (out / "2_refused_taken_out").mkdir()


def corrected(out: Path) -> None:
    """Months out of order, corrected lists, a dataset that leads and comes late; at the end, all of it rebuilt."""
    croydon, barnet, camden, camden_cin, brent, brent_ssd = (
        synthesise(out, dataset, authority, "2013-04:2013-06", rows=rows)
        for dataset, authority, rows in (
            *(("annex-a", "croydon", 150), ("ssd", "barnet", 150), ("903", "camden", 150), ("cin", "camden", 60)),
            *(("annex-a", "brent", 60), ("ssd", "brent", 60)),
        )
    )
    for step, month in (("1_may", "2013-05"), ("2_april", "2013-04"), ("4_june", "2013-06")):
        for delivered in (croydon, barnet, camden, camden_cin, brent):
            deliver(out / step, delivered, month)
        write_all_csv(clean_returns(date.fromisoformat(f"{month}-01")), out / step / "landing/croydon" / month)
    step = out / "3_corrected"
    deliver(step, brent_ssd, "2013-04", "2013-05")
    printed = clean_returns(date(2013, 5, 1)).set("overview", "contacts", "APR", "2,004")
    write_all_csv(printed, step / "landing/croydon/2013-05")
    for delivered in (croydon, barnet, camden):
        correct(step, delivered, "2013-04")
        correct(step, delivered, "2013-05")
    correct(out / "4_june", barnet, "2013-06")  # what the others' June has again stays withdrawn here
    (out / "5_rebuild").mkdir()


def held_back(out: Path) -> None:
    """Three authorities, one of them held back in the second month, because a list came without its date."""
    for authority in ("croydon", "barnet", "camden"):
        made = synthesise(out, "annex-a", authority, "2013-04:2013-05", rows=60)
        deliver(out / "1_april", made, "2013-04")
        deliver(out / "2_may", made, "2013-05")
    deliver(out / "3_mended", made, "2013-05")
    broken = out / "2_may/landing/camden/2013-05/list_3_referrals.csv"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("Date of referral", "Unknown heading", 1), encoding="utf-8")


SCENARIOS = {scenario.__name__: scenario for scenario in (sample, corrected, dirty, held_back, datasets)}
