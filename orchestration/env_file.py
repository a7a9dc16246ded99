"""Write settings into .env, which only its owner may read."""

import os
import secrets
from collections.abc import Iterable
from functools import partial

from orchestration.settings import ENV_FILE


def write_down(lines: Iterable[str]) -> None:
    """Put lines NAME=value into the file, in place of those of the same names; the rest stays as it is."""
    new = list(lines)
    names = tuple(line.partition("=")[0] + "=" for line in new)
    file = ENV_FILE.resolve()
    before = file.read_text().splitlines() if file.exists() else []
    arriving = file.with_name(f"{file.name}.new")
    with open(arriving, "w", opener=partial(os.open, mode=0o600)) as writing:
        writing.write("\n".join([*(line for line in before if not line.startswith(names)), *new]) + "\n")
    arriving.replace(file)


def make_secret() -> None:
    """Make the secret behind the keys of children."""
    write_down([f"CSC_CHILD_KEY_SECRET={secrets.token_hex(32)}"])
