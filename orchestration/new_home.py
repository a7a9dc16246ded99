"""Make an empty warehouse, or put the sample into one. Neither touches what somebody else put there."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from ingestion.landing import authorities
from orchestration import env_file
from orchestration.modes import make_home
from orchestration.settings import REPOSITORY, Settings
from publication.nearest import did_you_mean, nearest

SEEDS = REPOSITORY / "seeds"
CALIBRATED_ON = SEEDS / "extracts" / "croydon" / "2013-12"
MARK = "SYNTHETIC.txt"  # `csc synthesise` leaves it in a landing folder, so no council's own has it


@dataclass
class NewHome:
    """Where the warehouse is, and what was made."""

    home: str
    landing: str
    month_folders: list[str] = field(default_factory=list)
    is_secret_new: bool = False
    settings_written: list[str] = field(default_factory=list)


def begin(settings: Settings, folders: Sequence[str], chosen: Mapping[str, object]) -> NewHome:
    """Make the folders of an empty warehouse for these authorities, and a secret; keep what was chosen in .env.

    Raises:
        LookupError: An authority is not in the list.
        ValueError: The landing folder has the sample in it.
    """
    known = authorities()
    for folder in folders:
        if folder.casefold() not in known:
            raise LookupError(
                f'"{folder}" is not a known authority.{did_you_mean(nearest(folder.casefold(), known))} '
                "seeds/reference/authorities.csv has the names."
            )
    if (settings.landing_dir / MARK).exists():
        raise ValueError(
            f"{settings.landing_dir} has the sample in it. Name another folder for your own data: csc init --home DIR"
        )
    make_home(settings.home_dir)
    settings.commentary.mkdir(exist_ok=True)
    month = settings.today.replace(day=1) - relativedelta(months=1)
    places = [settings.landing_dir / folder.casefold() / f"{month:%Y-%m}" for folder in folders]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    lines = [f"CSC_{name.upper()}={value}" for name, value in chosen.items()]
    if lines:
        env_file.write_down(lines)
    return NewHome(
        home=str(settings.home_dir),
        landing=str(settings.landing_dir),
        month_folders=[str(place) for place in places],
        is_secret_new=_keep_secret(settings),
        settings_written=lines,
    )


def _keep_secret(settings: Settings) -> bool:
    if settings.child_key_secret:
        return False
    env_file.make_secret()
    return True


def fill_with_sample(settings: Settings, say: Callable[[str], None]) -> None:
    """Put the sample into the landing folder: the printed returns, and synthetic lists that follow them.

    Raises `ValueError` where the folder has anything else in it: that is a council's own.
    """
    landing = settings.landing_dir
    is_there = (landing / MARK).exists()
    if not is_there and landing.exists() and any(landing.iterdir()):
        raise ValueError(
            f"{landing} is not empty, and what is in it is not the sample. For your own data, type csc run. "
            "To see the sample, give it another folder: CSC_HOME=/tmp/sample make run"
        )
    make_home(settings.home_dir)
    _keep_secret(settings)
    if not is_there:
        from synthesis.synthesise import Request, synthesise  # DuckDB takes a moment to import
        from synthesis.targets import Span

        span = Span(settings.first_month, 1)  # the returns say which months
        synthesise(Request(out=landing, span=span, returns=CALIBRATED_ON), say)
    shutil.copytree(SEEDS / "extracts", landing, dirs_exist_ok=True)
    if not settings.commentary.exists():
        shutil.copytree(SEEDS / "commentary", settings.commentary)
