"""`csc encrypt`."""

import click

from orchestration import encrypt as encryption
from orchestration.commands.options import example
from orchestration.settings import settings
from reporting import terminal
from reporting.words import counted


@click.command(epilog=example("csc encrypt", "csc encrypt --new-key"))
@click.option("--new-key", "is_new_key", is_flag=True, help="Ask for another key, and use it from now on.")
def encrypt(is_new_key: bool) -> None:
    """Encrypt the private warehouse and the vault with CSC_ENCRYPTION_KEY.

    Set the key first, at least 32 characters, and keep a copy where the council keeps its passwords. Without it nobody
    can read them. A home that begins with the key needs no csc encrypt.
    """
    if is_new_key:
        key = click.prompt("New key", hide_input=True, confirmation_prompt=True, err=True)
        if len(key) < 32:
            raise click.ClickException("The key must have at least 32 characters. Make one with openssl rand -hex 32.")
        encryption.change_key(settings(), key)
        terminal.out.print("The key is changed. Set CSC_ENCRYPTION_KEY to the new one now, and keep a copy of it.")
        return
    files = encryption.encrypt(settings())
    terminal.out.print(f"Encrypted: the private warehouse, and {counted(files, 'file')} of the vault.")
