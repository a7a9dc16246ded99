"""Settings, read once from the environment (`CSC_*`) and `.env`; the only place that reads either."""

import os
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent
ENV_FILE = REPOSITORY / ".env"


class Settings(BaseSettings):
    """What may differ between a laptop, CI and the council's server."""

    model_config = SettingsConfigDict(
        env_prefix="CSC_", env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Field(REPOSITORY / "data", description="Where everything a run makes is kept.")
    landing: Path | None = Field(None, description="Where the council drops files; <home>/landing when unset.")
    schedule_day: int = Field(5, ge=1, le=28, description="Day of the month on which the month just ended is run.")
    schedule_hour: int = Field(6, ge=0, le=23, description="Hour of that day, Europe/London.")
    first_month: date = Field(date(2010, 4, 1), description="First reporting month the warehouse accepts.")
    child_key_secret: SecretStr | None = Field(
        None, min_length=32, description="Key of the hash that children appear under; `csc secret` makes one."
    )

    @property
    def landing_dir(self) -> Path:
        return (self.landing or self.home / "landing").resolve()

    @property
    def home_dir(self) -> Path:
        return self.home.resolve()

    @property
    def warehouse(self) -> Path:
        """The private DuckDB file; only runs open it."""
        return self.home_dir / "warehouse.duckdb"

    @property
    def vault(self) -> Path:
        return self.home_dir / "vault"

    @property
    def published(self) -> Path:
        """A link to the publication that readers see now."""
        return self.home_dir / "published"

    @property
    def packs(self) -> Path:
        return self.home_dir / "packs"

    @property
    def dagster_home(self) -> Path:
        return self.home_dir / "dagster"

    @property
    def dbt_target(self) -> Path:
        return self.home_dir / "dbt"


def _wrong(error: dict) -> str:
    name = str(error["loc"][0])
    found = "too short or no text" if name == "child_key_secret" else repr(error["input"])
    return f"CSC_{name.upper()} is {found}: {error['msg']}"


@cache
def settings() -> Settings:
    """The settings of this process. Also quiets the telemetry of every tool and points them at `home`.

    Raises `ValueError`, naming each setting that is wrong and what was found.
    """
    try:
        current = Settings()
    except ValidationError as error:
        raise ValueError("; ".join(map(_wrong, error.errors()))) from None
    os.environ.update(
        CSC_HOME=str(current.home_dir),
        DAGSTER_HOME=str(current.dagster_home),
        DAGSTER_DISABLE_TELEMETRY="1",
        DO_NOT_TRACK="1",
        GX_ANALYTICS_ENABLED="false",
    )
    if current.child_key_secret:
        os.environ["CSC_CHILD_KEY_SECRET"] = current.child_key_secret.get_secret_value()  # for dbt, which sees no .env
    if current.landing:
        os.environ["CSC_LANDING"] = str(current.landing_dir)  # for the processes that begin in another folder
    return current
