"""`csc init`."""

from dataclasses import asdict
from pathlib import Path

import click

from orchestration import new_home
from orchestration.commands.options import as_json, echo_json, example
from orchestration.settings import ENV_FILE, settings
from reporting import terminal, terminal_run


@click.command(epilog=example("csc init croydon", "csc init croydon barnet --home /srv/csc --day 8 --hour 7"))
@click.argument("authorities", nargs=-1)
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Where to keep the warehouse.")
@click.option("--landing", type=click.Path(file_okay=False, path_type=Path), help="Where councils drop their files.")
@click.option("--day", type=click.IntRange(1, 28), help="Day of the month on which the month just ended is run.")
@click.option("--hour", type=click.IntRange(0, 23), help="Hour of that day.")
@click.option("--sample", "is_sample", is_flag=True, help="Put the sample into it, as make run does.")
@as_json
def init(
    authorities: tuple[str, ...],
    home: Path | None,
    landing: Path | None,
    day: int | None,
    hour: int | None,
    is_sample: bool,
    is_json: bool,
) -> None:
    """Make an empty warehouse for your own data.

    AUTHORITIES are the names of their folders, such as croydon. It makes a landing folder for each, makes a secret for
    the keys of children, and keeps what you choose in .env. It changes nothing that is there, so you may run it again
    to add an authority.
    """
    if is_sample:
        with terminal.err.status("Making the sample") as status:
            new_home.fill_with_sample(settings(), status.update)
        return
    if not authorities:
        raise click.UsageError("Name at least one authority, for example: csc init croydon")
    places = {"home": home and home.resolve(), "landing": landing and landing.resolve()}
    asked: dict[str, object] = {**places, "schedule_day": day, "schedule_hour": hour}
    chosen = {name: value for name, value in asked.items() if value is not None}
    made = new_home.begin(settings().model_copy(update=chosen), authorities, chosen)
    if is_json:
        echo_json(asdict(made))
        return
    terminal.out.print(f"The warehouse is in {made.home}.", soft_wrap=True)
    for folder in made.month_folders:
        terminal.out.print(f"Put the files of the month into {folder}", soft_wrap=True)
    if made.is_secret_new:
        terminal.out.print(f"Made a secret for the keys of children, in {ENV_FILE}. Keep a copy of it.", soft_wrap=True)
    for line in made.settings_written:
        terminal.out.print(f"Written to {ENV_FILE}: {line}", soft_wrap=True)
    terminal_run.next_steps(
        [
            ("What a file is", "csc check FILE --authority NAME --month YYYY-MM"),
            ("Load and publish", "csc run"),
            ("Every day by itself", "docs/running.md"),
        ]
    )
