"""Make a landing folder again from the vault, with what the ledger of a publication says lay where.

    python deploy/landing_from_vault.py /srv/csc/published/csc.duckdb /srv/csc/vault /srv/csc/landing

For the day when the private warehouse and the landing folder are lost, and the vault and a publication are not. It
brings back the files that lay in the folder last, not the versions before them: those stay in the vault.
"""

import argparse
import shutil
from pathlib import Path

import duckdb

FILES = """
select file_path, arg_max(file_sha256, received_number) from quality.ingest_ledger
where is_present and file_sha256 <> '' group by file_path order by file_path
"""


def restore(ledger: Path, vault: Path, landing: Path) -> int:
    """Copy each file from the vault to its place, and return how many. Raises `FileNotFoundError` for one not there."""
    with duckdb.connect(str(ledger), read_only=True) as con:
        files = con.execute(FILES).fetchall()
    for path, sha256 in files:
        kept = next((vault / sha256[:2]).glob(f"{sha256}*"), None)
        if kept is None:
            raise FileNotFoundError(f"{path}: the vault does not have {sha256}")
        place = landing / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, place)
    return len(files)


def main() -> None:
    """Do it for the three paths of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path, help="csc.duckdb of a publication")
    parser.add_argument("vault", type=Path, help="the vault")
    parser.add_argument("landing", type=Path, help="an empty folder")
    asked = parser.parse_args()
    if asked.landing.exists() and any(asked.landing.iterdir()):
        parser.error(f"{asked.landing} is not empty")
    print(f"Put {restore(asked.ledger, asked.vault, asked.landing)} files into {asked.landing}")


if __name__ == "__main__":
    main()
