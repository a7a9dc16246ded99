"""Measure recall and precision of the validation rules: plant breaches in a population of thousands, and find them.

Each population is delivered twice, as it was made and with planted breaches: what breaks a rule in the first is not
planted.
"""

import argparse
import csv
import hashlib
import hmac
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
from of_lists import CSC
from plant import Child, Plant
from plant_annex_a import ANNEX_A, no_conferences, no_genders
from plant_census import CENSUS
from plant_ssda903 import SSDA903
from processes import ROOT, SECRET, run
from rich.console import Console
from rich.table import Table

from data_quality.checks import validation_rules
from ingestion.landing import authorities

Plants = dict[str, Plant] | Callable[[list[Child]], set[tuple[str, str]]]
"""What to plant in an authority: breaches of each rule, or of one rule in all its children."""
Breach = tuple[str, str, str]
"""An authority's folder, a rule and the id of a child."""

MARCH, NOW = "2014-03", "2014-09"
# dataset: the folder that it is delivered in as it was made, and folders with planted breaches
DATASETS: dict[str, tuple[str, dict[str, Plants]]] = {
    "annex-a": (
        "croydon",
        {"barnet": ANNEX_A, "bexley": no_conferences, "bromley": no_genders},
    ),
    "903": ("camden", {"brent": SSDA903}),
    "cin": ("ealing", {"enfield": CENSUS}),
}
ID = {"annex-a": "Child Unique ID", "903": "CHILD"}
KEY = "ANSWER_KEY.csv"


def main() -> None:
    """Measure with the population and breaches that the arguments ask for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="size of the population; 1 is 2,000 contacts a month")
    parser.add_argument("--breaches", type=int, default=12, help="breaches of each rule, where so many children fit")
    asked = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="csc-rules-"))
    try:
        show(*measured(work, asked.scale, asked.breaches, Console(stderr=True).print))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def measured(work: Path, scale: float, wanted: int, doing: Callable[[str], None]) -> tuple[int, list[list[str]]]:
    """Return the number of children, and a row for each rule: planted, found, recall, precision."""
    landing, children = work / "landing", 0
    key: list[Breach] = []
    for dataset, (folder, planted) in DATASETS.items():
        doing(f"{dataset}: making the population and planting")
        made = work / dataset
        command = [CSC, "synthesise", "--out", str(made), "--dataset", dataset, "--months", f"{MARCH}:{NOW}"]
        subprocess.run([*command, "--scale", str(scale)], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        for name in (folder, *planted):
            for month in (MARCH, NOW):
                shutil.copytree(made / "croydon" / month, landing / name / month)
        for name, plants in planted.items():
            known = read(landing / name, dataset)
            children = max(children, len(known))
            key += [(name, *pair) for pair in sorted(sow(known, plants, wanted))]
            write(landing / name, dataset, known)
    with (work / KEY).open("w", newline="") as file:
        csv.writer(file).writerows([("authority", "rule", "child_id"), *key])
    doing("csc run")
    run(CSC, "run", "--landing", str(landing), home=work / "home")
    return children, compare(work / "home" / "warehouse.duckdb", key)


def sow(children: list[Child], plants: Plants, wanted: int) -> set[tuple[str, str]]:
    """Plant breaches, and return each rule that is now broken, with the child. No child is changed twice."""
    if callable(plants):
        return plants(children)
    key: set[tuple[str, str]] = set()
    free = {child.child_id: child for child in children}
    for rule, sown in plants.items():
        count = 0
        for child_id in _shuffled(free, rule):
            if count < wanted and (broken := sown(free[child_id])):
                key |= {(each, child_id) for each in broken}
                del free[child_id]
                count += 1
    return key


def _shuffled(child_ids: Iterable[str], rule: str) -> list[str]:
    """Return the ids in an order that differs for every rule, and is the same in every run."""
    return sorted(
        child_ids, key=lambda child_id: hashlib.md5(f"{rule}|{child_id}".encode(), usedforsecurity=False).digest()
    )


def read(folder: Path, dataset: str) -> list[Child]:
    """Return the children of an authority with their rows, in the order of their ids."""
    children: dict[str, Child] = {}
    if dataset == "cin":
        lines = (folder / NOW / "cin_census.xml").read_text().splitlines()
        for line in lines:
            if line.startswith("<Child>"):
                child_id = line.partition("<LAchildID>")[2].partition("<")[0]
                children[child_id] = Child(child_id, line=line)
        return list(children.values())
    for month in (MARCH, NOW):
        for path in sorted((folder / month).glob("*.csv")):
            if path.stem == "list_1_contacts":
                continue
            for row in csv.DictReader(path.open(newline="")):
                child = children.setdefault(row[ID[dataset]], Child(row[ID[dataset]]))
                (child.march if month == MARCH else child.now).setdefault(path.stem, []).append(row)
    return [children[child_id] for child_id in sorted(children)]


def write(folder: Path, dataset: str, children: list[Child]) -> None:
    """Write the files that planting has read."""
    if dataset == "cin":
        path = folder / NOW / "cin_census.xml"
        head, found, _ = path.read_text().partition("<Children>\n")
        path.write_text(head + found + "".join(f"{child.line}\n" for child in children) + "</Children>\n</Message>\n")
        return
    for month in (MARCH, NOW):
        for path in sorted((folder / month).glob("*.csv")):
            if path.stem == "list_1_contacts":
                continue
            with path.open(newline="") as file:
                header = next(csv.reader(file))
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
                writer.writeheader()
                for child in children:
                    writer.writerows((child.march if month == MARCH else child.now).get(path.stem, []))


def compare(warehouse: Path, key: list[Breach]) -> list[list[str]]:
    """Return a row for each rule, from the breaches that the warehouse finds and those that the key holds."""
    codes, secret = authorities(), SECRET.encode()

    def key_of(folder: str, child_id: str) -> str:
        return hmac.new(secret, f"{codes[folder]}|{child_id}".encode(), hashlib.sha256).hexdigest()

    made = {name: folder for folder, planted in DATASETS.values() for name in planted}
    names = {codes[name]: name for name in (*made, *made.values())}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        sql = "select distinct authority_code, rule, child_key from quality.validation_breaches where month = ?"
        found = {(names[code], rule, child) for code, rule, child in con.execute(sql, [f"{NOW}-01"]).fetchall()}
        children = {  # the id of each child, by its key
            key_of(name, child_id): child_id
            for name in names.values()
            for dataset, (folder, planted) in DATASETS.items()
            if name == folder or name in planted
            for child_id in ids(con, dataset, codes[name])
        }
        sql = "select rule, sum(events) from marts.mart_validation_rules where month = ? group by rule"
        judged = dict(con.execute(sql, [f"{NOW}-01"]).fetchall())
    named = {(name, rule, children[child]) for name, rule, child in found}
    by_itself = {(name, rule, child) for name, rule, child in named if name not in made}
    also = {(name, rule, child) for name, folder in made.items() for f, rule, child in by_itself if f == folder}
    planted, raised = set(key), {entry for entry in named if entry[0] in made}
    rows = []
    for rule in (rule.rule for rule in validation_rules()):
        sown, seen = ({entry for entry in entries if entry[1] == rule} for entries in (planted, raised))
        other = seen - sown - also
        rows.append(
            [
                rule,
                f"{judged.get(rule, 0):,.0f}",
                f"{len(sown):,}",
                f"{len(sown & seen):,}",
                f"{len(seen & also - sown):,}",
                f"{len(other):,}",
                f"{100 * len(sown & seen) / len(sown):.0f}%" if sown else "none planted",
                f"{100 * len(sown & seen) / (len(sown & seen) + len(other)):.0f}%" if sown & seen or other else "-",
            ]
        )
    for name, rule, child in sorted((planted - raised) | (raised - planted - also))[:40]:
        print(f"{'missed' if (name, rule, child) in planted else 'not planted'}: {name}, rule {rule}, {child}")
    return rows


def ids(con: duckdb.DuckDBPyConnection, dataset: str, code: str) -> list[str]:
    """Return the ids of the children in the files of an authority."""
    prefix = {"annex-a": "annex_a_", "903": "ssda903_", "cin": "cin_census_"}[dataset]
    sql = "select table_name from duckdb_columns() where schema_name = 'raw' and column_name = 'child_id'"
    tables = [name for (name,) in con.execute(sql).fetchall() if name.startswith(prefix)]
    union = " union ".join(f"select child_id from raw.{name} where authority_code = '{code}'" for name in tables)
    return [child_id for (child_id,) in con.execute(union).fetchall()]


def show(children: int, rows: list[list[str]]) -> None:
    """Print the table of rules, with its totals."""
    totals: Counter[int] = Counter()
    for row in rows:
        totals.update({n: int(row[n].replace(",", "")) for n in range(2, 6)})
    table = Table(title=f"Validation rules: breaches planted among {children:,} children", box=None, pad_edge=False)
    for column in ("rule", "judged", "planted", "found", "in the population", "found others", "recall", "precision"):
        table.add_column(column, justify="left" if column == "rule" else "right")
    for row in rows:
        table.add_row(*row)
    table.add_row("all", "", *(f"{totals[n]:,}" for n in range(2, 6)), "", "", style="bold")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
