"""`make docs`: the data dictionary in `docs/`, and dbt's own pages as one offline file under CSC_HOME.

Both come from a scratch warehouse with nothing in it, so they need no data and show none.
"""

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration import dbt, warehouse
from orchestration.settings import REPOSITORY, settings
from publication import visibility
from publication.carrying import HELD_BACK_SQL
from reporting.dictionary import dictionary

DICTIONARY = REPOSITORY / "docs" / "data-dictionary.md"


def build() -> None:
    """Build every table, empty, in the warehouse of the settings, and write dbt's pages next to its manifest."""
    warehouse.prepare(settings().warehouse)
    dbt.invoke("build", "--exclude-resource-type", "unit_test")
    pages()


def pages() -> Path:
    """Make dbt's own documentation of what was built, one file that works offline, and return the file."""
    dbt.invoke("docs", "generate", "--static", "--no-compile")
    return settings().dbt_target / "static_index.html"


def render() -> str:
    """Return the data dictionary of the warehouse of the settings, with what a publication adds to it."""
    manifest = settings().dbt_target / "manifest.json"
    with warehouse.connect(settings().warehouse) as con:
        con.execute(HELD_BACK_SQL.read_text())
        return dictionary(con, json.loads(manifest.read_text()), visibility.of_manifest(manifest))


def main() -> None:
    """Write the data dictionary and dbt's pages."""
    site = settings().home_dir / "docs" / "index.html"
    site.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        os.environ["CSC_HOME"] = scratch
        settings.cache_clear()
        build()
        DICTIONARY.parent.mkdir(exist_ok=True)
        DICTIONARY.write_text(render())
        shutil.copy(settings().dbt_target / "static_index.html", site)
    print(f"Wrote {DICTIONARY.relative_to(REPOSITORY)}, and dbt's pages: open {site} in a browser")


if __name__ == "__main__":
    main()
