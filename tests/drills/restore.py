"""A drill: lose CSC_HOME and restore it from a backup; rebuild it; and make it again from the vault and a publication.

    python tests/drills/restore.py

It runs the scripts of deploy/ as they are. Each time the tables, published and private, are compared with those before.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT, Home
from drill import (
    NotKeptError,
    differing,
    files,
    finish,
    home_at,
    land,
    population,
    promise,
    promise_whole_vault,
    run,
    say,
    tables,
    workplace,
)


def call(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    promise(done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout.strip()


class Drill:
    def __init__(self) -> None:
        self.place = workplace("restore")
        population(self.place / "deliveries")
        self.home = home_at(self.place / "home")
        for delivery in ("first", "second"):
            land(self.home, self.place / "deliveries" / delivery)
            run(self.home)
        self.published, self.private = tables(self.home.published), tables(self.home.warehouse)
        self.files = {name: files(self.home.path / name) for name in ("landing", "vault", "packs", "alerts")}

    def promise_equal(self) -> None:
        published = differing(tables(self.home.published), self.published)
        promise(not published, f"published tables differ: {published}")
        private = differing(tables(self.home.warehouse), self.private)
        promise(not private, f"private tables differ: {private}")
        promise_whole_vault(self.home)

    def restore(self) -> str:
        """Back up, lose everything, restore, and run."""
        backup = Path(call(ROOT / "deploy" / "backup.sh", self.home.path, self.place / "backups"))
        shutil.rmtree(self.home.path)
        began = time.monotonic()
        call(ROOT / "deploy" / "restore.sh", backup, self.home.path)
        seconds = time.monotonic() - began
        self.promise_equal()
        for name, before in self.files.items():
            promise(files(self.home.path / name) == before, f"{name} has other files than before")
        promise(self.home.published.is_file(), "the link to the publication does not lead to it")
        loose = [
            path for path in self.home.path.iterdir() if path.name in self.private_places and path.stat().st_mode & 0o77
        ]
        promise(not loose, f"open to more than the account: {loose}")
        done = self.home.csc("run", "--json")
        promise('"nothing_new"' in done.stdout, f"csc run did not find everything settled: {done.stdout[:200]}")
        self.promise_equal()
        size = backup.stat().st_size / 1e6
        return f"{size:.1f} MB backed up, restored in {seconds:.1f} s, then csc run had nothing new to do"

    private_places = ("warehouse.duckdb", "vault", "dagster", "alerts")

    def refuses(self) -> str:
        """A restore stops at a home that is in use, and at a backup that is not whole."""
        backup = next((self.place / "backups").glob("*.tar"))
        script = str(ROOT / "deploy" / "restore.sh")
        into = [script, str(backup), str(self.home.path)]
        in_use = subprocess.run(into, capture_output=True, text=True, check=False)
        promise(in_use.returncode == 1 and "not empty" in in_use.stderr, "it restored over a home in use")
        cut = self.place / "cut" / backup.name
        cut.parent.mkdir()
        cut.write_bytes(backup.read_bytes()[:-1000])
        shutil.copy(f"{backup}.sha256", cut.parent)
        half = subprocess.run([script, str(cut), str(self.place / "new")], capture_output=True, text=True, check=False)
        promise(half.returncode != 0 and not (self.place / "new").exists(), "it restored half a backup")
        return "a home in use and half a backup were refused"

    def rebuild(self) -> str:
        """Make every table again from the raw tables."""
        seconds = run(self.home, "--rebuild")
        self.promise_equal()
        return f"csc run --rebuild in {seconds:.1f} s"

    def from_vault(self) -> str:
        """Only the vault, a publication and the secret are left."""
        lost = Home(self.place / "lost")
        lost.path.mkdir()
        lost.as_of, lost.settings = self.home.as_of, self.home.settings
        put = call(
            *(sys.executable, ROOT / "deploy" / "landing_from_vault.py", self.home.published),
            *(self.home.path / "vault", lost.landing),
        )
        promise(files(lost.landing) == self.files["landing"], "the landing folder made again has other files")
        seconds = run(lost)
        now = tables(lost.published)
        marts = [name for name in differing(now, self.published) if name.startswith("marts.")]
        others = [name for name in differing(now, self.published) if not name.startswith("marts.")]
        say(f"  tables that differ: {', '.join([*marts, *others]) or 'none'}")
        figures = [name for name in marts if name != "marts.kpi_as_at"]  # what each month knew needs every version
        promise(not figures, f"figures differ: {figures}")
        return (
            f"{put}; csc run in {seconds:.1f} s; {len(now) - len(marts) - len(others)} of {len(now)} tables are equal"
        )


def main() -> None:
    began, drill, failed = time.monotonic(), Drill(), []
    parts: dict[str, Callable[[], str]] = {
        "Backup and restore": drill.restore,
        "What a restore refuses": drill.refuses,
        "Rebuild from the raw tables": drill.rebuild,
        "From the vault and a publication": drill.from_vault,
    }
    for name, part in parts.items():
        try:
            say(f"{name}: {part()}")
        except (NotKeptError, AssertionError) as broken:
            failed.append(f"{name}: {broken}")
    say(f"{len(parts)} parts in {(time.monotonic() - began) / 60:.0f} minutes")
    finish(failed)


if __name__ == "__main__":
    main()
