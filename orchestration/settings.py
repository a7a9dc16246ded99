"""Settings, read once from the environment (`CSC_*`) and `.env`. No other module reads either."""

import os
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.limits import Limits
from orchestration.modes import be_private, group_id

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from alerting.channels import Channels

REPOSITORY = Path(__file__).resolve().parent.parent
ENV_FILE = REPOSITORY / ".env"
PORTS = {"starttls": 587, "tls": 465, "none": 25}
RUNS_SHOWN = 5  # by `csc status`
LISTS_KEPT = ("contacts", "referrals", "assessments", "section_47", "cin", "cpp", "lac")
ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
URL_FORMS = {
    "dagster_postgres_url": (
        r"postgresql\+psycopg2://\S+",  # SQLAlchemy's own choice of a driver is not what dagster-postgres brings
        "an address such as postgresql+psycopg2://user:password@host/database",
    ),
    "alert_teams_url": (
        r"https://[^/?#\s]+/(powerautomate/automations/direct/(cu/\d+/)?)?workflows/[\w-]+/triggers/manual/paths/invoke/?\?\S*sig=\S+",
        "the address that Teams gives for the workflow 'Send webhook alerts to a channel'",
    ),
    "alert_slack_url": (
        r"https://hooks\.slack\.com/services/\w+/\w+/\w+",
        "the address of a Slack incoming webhook, https://hooks.slack.com/services/...",
    ),
    "alert_webhook_url": (
        r"(https://|http://(127\.0\.0\.1|localhost)[:/])\S+",
        "an address that begins with https:// (http:// only on this machine)",
    ),
}


class Settings(BaseSettings):
    """What may differ between a laptop, CI and the council's server."""

    model_config = SettingsConfigDict(
        env_prefix="CSC_", env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Field(REPOSITORY / "data", description="Where everything a run makes is kept.")
    landing: Path | None = Field(None, description="Where councils drop files; <home>/landing when unset.")
    schedule_day: int = Field(5, ge=1, le=28, description="Day of the month on which the month just ended is run.")
    schedule_hour: int = Field(6, ge=0, le=23, description="Hour of that day, Europe/London.")
    as_of: date | None = Field(None, description="The day that counts as today for what is due; today when unset.")
    first_month: date = Field(date(2010, 4, 1), description="First reporting month the warehouse accepts.")
    settled_seconds: int = Field(
        10, ge=0, description="A file that changed more recently than this may still be copied; no run takes it."
    )
    wait_seconds: int = Field(60, ge=0, description="How many seconds `csc run` waits for files to be copied.")
    file_mb: int = Field(Limits.file_mb, ge=1, description="A larger file is refused.")
    unpacked_mb: int = Field(
        Limits.unpacked_mb, ge=1, description="A workbook that unpacks to more, or a larger XML file, is refused."
    )
    file_rows: int = Field(Limits.rows, ge=1, description="A text file of more rows is refused.")
    file_columns: int = Field(Limits.columns, ge=1, description="A table with text in more columns is refused.")
    sheet_cells: int = Field(Limits.cells, ge=1, description="A sheet is refused whose text spreads over more cells.")
    merged_cells: int = Field(Limits.merged_cells, ge=1, description="A sheet with more merged cells is refused.")
    file_seconds: int = Field(Limits.seconds, ge=1, description="A file that takes longer to read is refused.")
    file_memory_mb: int = Field(
        Limits.memory_mb, ge=1, description="A sheet that takes more memory to read is refused; two are read at a time."
    )
    retention_years: str | None = Field(
        None,
        description="For how many years after closure `csc retention` keeps the children of each list, such as "
        "lac:75,cpp:25; a list that is not named is kept for ever.",
    )
    packs_for: str | None = Field(
        None,
        description="Authorities whose scrutiny pack each run makes: names of their folders, commas between them, or "
        "none; all when unset. `csc pack` makes any of them at any time.",
    )
    memory: str = Field(
        "800MB",
        pattern=r"^[0-9]+ ?[MG]i?B$",
        description="Memory of each database connection, such as 800MB; beyond it work goes to disk below <home>.",
    )
    engine: Literal["duckdb", "spark"] = Field("duckdb", description="What builds the models; Spark needs a cluster.")
    spark_remote: str | None = Field(
        None, pattern=r"^sc://\S+$", description="Address of the cluster's Spark Connect server, sc://host:port."
    )
    spark_folder: Path | None = Field(
        None, description="Folder that the cluster sees under the same path; <home>/spark when unset."
    )
    keep_runs: int = Field(
        20, ge=RUNS_SHOWN, description="How many runs Dagster's record keeps; older ones are removed from it."
    )
    log_mb: int = Field(2, ge=1, description="Size at which <home>/logs/csc.log begins anew; five older ones are kept.")
    query_seconds: int = Field(300, ge=1, description="How many seconds `csc query` may take.")
    publish_per_authority: bool = Field(
        False, description="Publish a folder of its own for each authority too, with only its rows."
    )
    readers_group: str | None = Field(
        None,
        description="The group that may read publications and packs, one that the account is a member of; its own "
        "group when unset.",
    )
    child_key_secret: SecretStr | None = Field(
        None, min_length=32, description="Key of the hash that children appear under; `csc secret` makes one."
    )
    encryption_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Key that the private warehouse and the vault are encrypted with; `csc encrypt` encrypts a home "
        "that was begun without. Nothing is encrypted when unset.",
    )
    dagster_postgres_url: SecretStr | None = Field(
        None,
        description="Address of a PostgreSQL database for Dagster's record of runs; needs the package "
        "dagster-postgres. SQLite files below <home> when unset.",
    )
    alert_mail_to: str | None = Field(
        None, description="Who gets each digest by e-mail: addresses, commas between them."
    )
    alert_mail_from: str | None = Field(None, description="The sender of those mails.")
    alert_smtp_host: str | None = Field(None, description="The mail server.")
    alert_smtp_port: int | None = Field(None, ge=1, le=65535, description="Its port; 587, 465 or 25 by security.")
    alert_smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the mail travels.")
    alert_smtp_user: str | None = Field(None, description="Login at the mail server, where it asks for one.")
    alert_smtp_password: SecretStr | None = Field(None, description="Its password.")
    alert_teams_url: SecretStr | None = Field(None, description="Address of a Microsoft Teams workflow.")
    alert_slack_url: SecretStr | None = Field(None, description="Address of a Slack incoming webhook.")
    alert_webhook_url: SecretStr | None = Field(None, description="Address to which each digest is posted as JSON.")
    alert_docs_url: str | None = Field(None, description="Where docs/alerts is served, so that digests link to it.")

    @field_validator(*URL_FORMS)
    @classmethod
    def _has_its_form(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        pattern, wanted = URL_FORMS[str(info.field_name)]
        if url and not re.fullmatch(pattern, url.get_secret_value()):
            raise ValueError(f"it should be {wanted}")
        return url

    @field_validator("retention_years")
    @classmethod
    def _has_years(cls, years: str | None) -> str | None:
        lists = "|".join(LISTS_KEPT)
        if years and not re.fullmatch(rf"((^|,)\s*({lists}):[1-9]\d?\d?\s*)+", years):
            raise ValueError(
                f"it should be lists and years, such as lac:75,cpp:25; the lists are {', '.join(LISTS_KEPT)}"
            )
        return years

    @field_validator("readers_group")
    @classmethod
    def _is_a_group(cls, name: str | None) -> str | None:
        if name:
            group_id(name)
        return name

    @model_validator(mode="after")
    def _mail_is_complete(self) -> "Settings":
        if not self.alert_mail_to:
            return self
        for name in ("alert_mail_from", "alert_smtp_host"):
            if not getattr(self, name):
                raise ValueError(f"CSC_ALERT_MAIL_TO is set, but CSC_{name.upper()} is not")
        wrong = [a for a in [*self._recipients, self.alert_mail_from or ""] if not ADDRESS.fullmatch(a)]
        if wrong:
            raise ValueError(
                f"CSC_ALERT_MAIL_TO and CSC_ALERT_MAIL_FROM must be e-mail addresses, not {', '.join(wrong)}"
            )
        if bool(self.alert_smtp_user) != bool(self.alert_smtp_password):
            raise ValueError("Set both CSC_ALERT_SMTP_USER and CSC_ALERT_SMTP_PASSWORD, or neither")
        if self.alert_smtp_user and self.alert_smtp_security == "none":
            raise ValueError(
                "CSC_ALERT_SMTP_PASSWORD would be sent unencrypted. Set CSC_ALERT_SMTP_SECURITY to starttls or tls"
            )
        return self

    @model_validator(mode="after")
    def _spark_is_named(self) -> "Settings":
        if self.engine == "spark" and not self.spark_remote:
            raise ValueError("CSC_ENGINE is spark, but CSC_SPARK_REMOTE is not set")
        return self

    @property
    def limits(self) -> Limits:
        """How much of a delivered file is read."""
        return Limits(
            file_mb=self.file_mb,
            unpacked_mb=self.unpacked_mb,
            rows=self.file_rows,
            columns=self.file_columns,
            cells=self.sheet_cells,
            merged_cells=self.merged_cells,
            seconds=self.file_seconds,
            memory_mb=self.file_memory_mb,
        )

    @property
    def retention(self) -> dict[str, int]:
        """How many years after closure the children of each list are kept."""
        named = [part.split(":") for part in (self.retention_years or "").split(",") if part.strip()]
        return {name.strip(): int(years) for name, years in named}

    @property
    def readers(self) -> int | None:
        """The id of the group of readers."""
        return group_id(self.readers_group) if self.readers_group else None

    @property
    def pack_folders(self) -> set[str] | None:
        """The folders of the authorities whose pack each run makes; None for all."""
        if self.packs_for is None:
            return None
        return {name.strip().casefold() for name in self.packs_for.split(",")} - {"", "none"}

    @property
    def _recipients(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(a.strip() for a in (self.alert_mail_to or "").split(",") if a.strip()))

    @property
    def channels(self) -> "Channels":
        """Where digests go."""
        from alerting.channels import Channels, MailServer  # few commands send

        server = None
        if self.alert_mail_to and self.alert_mail_from and self.alert_smtp_host:
            server = MailServer(
                host=self.alert_smtp_host,
                port=self.alert_smtp_port or PORTS[self.alert_smtp_security],
                security=self.alert_smtp_security,
                sender=self.alert_mail_from,
                user=self.alert_smtp_user,
                password=self.alert_smtp_password,
            )
        return Channels(
            home=self.home_dir,
            mail_server=server,
            mail_to=self._recipients,
            teams=self.alert_teams_url,
            slack=self.alert_slack_url,
            webhook=self.alert_webhook_url,
        )

    @property
    def today(self) -> date:
        """The day that counts as today for what is due."""
        return self.as_of or datetime.now(UTC).date()

    @property
    def landing_dir(self) -> Path:
        """Where councils drop files."""
        return (self.landing or self.home / "landing").resolve()

    @property
    def home_dir(self) -> Path:
        """Where everything a run makes is kept."""
        return self.home.resolve()

    @property
    def warehouse(self) -> Path:
        """The private DuckDB file; only runs open it."""
        return self.home_dir / "warehouse.duckdb"

    @property
    def replay(self) -> Path:
        """The file in which the builds of earlier months are made again, while they are."""
        return self.home_dir / "replay" / self.warehouse.name

    @property
    def vault(self) -> Path:
        """The original files."""
        return self.home_dir / "vault"

    @property
    def commentary(self) -> Path:
        """What officers write about a month, as <YYYY-MM>.md."""
        return self.home_dir / "commentary"

    @property
    def published(self) -> Path:
        """A link to the publication that readers see now."""
        return self.home_dir / "published"

    @property
    def packs(self) -> Path:
        """The scrutiny packs, by month."""
        return self.home_dir / "packs"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages on what the last run checked."""
        return self.home_dir / "data_docs"

    @property
    def dagster_home(self) -> Path:
        """Dagster's settings and its record of runs."""
        return self.home_dir / "dagster"

    @property
    def log_file(self) -> Path:
        """What runs said, as plain text."""
        return self.home_dir / "logs" / "csc.log"

    @property
    def spark_files(self) -> Path:
        """Rows on their way to Spark."""
        return (self.spark_folder or self.home_dir / "spark").resolve()

    @property
    def dbt_target(self) -> Path:
        """What dbt makes of the project."""
        return self.home_dir / "dbt"


SECRETS = {"child_key_secret", "encryption_key", "alert_smtp_password", *URL_FORMS}


def _wrong(error: "ErrorDetails") -> str:
    """Return what is wrong with a setting; of a secret, without the secret."""
    said = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:  # of several settings together
        return said
    name = str(error["loc"][0])
    if name in ("child_key_secret", "encryption_key"):
        return f"CSC_{name.upper()} must be text of at least 32 characters"
    return f"CSC_{name.upper()}{'' if name in SECRETS else ' is ' + repr(error['input'])}: {said}"


def _encrypt(current: Settings) -> None:
    """Tell what opens the private files which key they have."""
    from ingestion import encryption  # the libraries take a moment to import

    secret = current.encryption_key.get_secret_value() if current.encryption_key else None
    encryption.use(secret, current.home_dir)


@cache
def settings() -> Settings:
    """Return the settings of this process. Also switches every tool's telemetry off and points it at `home`.

    What the process writes from now on is private, whatever its umask was.

    Raises `ValueError`, naming each setting that is wrong and what was found.
    """
    try:
        current = Settings()
    except ValidationError as error:
        raise ValueError("; ".join(map(_wrong, error.errors()))) from None
    be_private()
    _encrypt(current)
    os.environ.update(
        CSC_HOME=str(current.home_dir),
        DAGSTER_HOME=str(current.dagster_home),
        DAGSTER_DISABLE_TELEMETRY="1",
        DO_NOT_TRACK="1",
        GX_ANALYTICS_ENABLED="false",
        CSC_MEMORY=current.memory,  # for dbt's profile
    )
    if current.dagster_postgres_url:  # Dagster's settings name the variable, so that no file has the password
        os.environ["CSC_DAGSTER_POSTGRES_URL"] = current.dagster_postgres_url.get_secret_value()
    if current.landing:
        os.environ["CSC_LANDING"] = str(current.landing_dir)  # for the processes that begin in another folder
    return current
