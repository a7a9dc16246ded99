"""Work out what earlier reporting months knew: the builds of these months again, in a warehouse of their own."""

import logging
import shutil
from datetime import date

from data_quality import history
from data_quality.never_delivered import never_delivered
from ingestion import encryption
from orchestration import dbt
from orchestration.settings import settings
from orchestration.warehouse import connect, prepare

log = logging.getLogger("csc")


def replay() -> list[date]:
    """Work out each month that is not known, or not by the rules of today, and those after it; return these months.

    The first is built from every delivery up to it. Each other one adds its own, as if they had come month by month.
    Raises `DbtError` when a model fails.
    """
    with connect(settings().warehouse) as con:
        since = history.missing(con)
        months = history.months(con, since) if since else []
    if not since or not months:
        return []
    shutil.rmtree(settings().replay.parent, ignore_errors=True)  # of a run that was killed
    prepare(settings().replay)
    try:
        before = date.min
        for month in months:
            log.info("Working out what %s knew", f"{month:%B %Y}")
            _deliver(before, month)
            _build(is_first=month == months[0])
            before = month
        with connect(settings().warehouse) as con:
            con.execute(encryption.attached(settings().replay, "replayed"))
            history.copy(con, "replayed", months)
    finally:
        shutil.rmtree(settings().replay.parent)
    return months


def _deliver(before: date, month: date) -> None:
    with connect(settings().replay) as con:
        con.execute(encryption.attached(settings().warehouse, "whole"))
        history.deliver(con, "whole", before, month)
        history.begin(con)


def _build(is_first: bool) -> None:
    """Build the measures in the warehouse of the replay, and keep what the latest months give."""
    with connect(settings().replay) as con:
        selection = [] if is_first else dbt.without_what_stays(never_delivered(con))
    failed = [built for built in dbt.build_measures(*selection) if built.status == "error"]
    if failed:
        raise dbt.DbtError("; ".join(f"{built.name}: {built.message}" for built in failed))
    with connect(settings().replay) as con:
        history.keep(con)
