"""`csc secret`."""

import click

from orchestration import env_file
from orchestration.commands.options import example
from orchestration.settings import ENV_FILE, settings
from reporting import terminal


@click.command(epilog=example("csc secret"))
@click.option("--if-none", is_flag=True, help="Do nothing where there is a secret already.")
def secret(if_none: bool) -> None:
    """Make the secret behind the keys of children, and keep it in .env.

    It turns a child's id into the key that the child appears under. The same secret gives a child the same key every
    month. Keep a copy where the council keeps its passwords.
    """
    if settings().child_key_secret:
        if if_none:
            return
        raise click.ClickException(
            "There is a secret already, and another one would give every child another key. To change it all the same, "
            "take CSC_CHILD_KEY_SECRET out of the environment and .env, run `csc secret`, then `csc run --rebuild`."
        )
    env_file.make_secret()
    terminal.err.print(f"Made a secret for the keys of children, in {ENV_FILE}. Keep a copy of it.")
