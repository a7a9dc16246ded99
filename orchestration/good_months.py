"""A warehouse without some deliveries, for what readers get of an authority that is held back."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from data_quality.never_delivered import never_delivered
from ingestion import withdraw
from orchestration import dbt
from orchestration.modes import make_home
from orchestration.settings import settings
from orchestration.warehouse import connect

log = logging.getLogger("csc")


@contextmanager
def without(delivery_ids: Sequence[str]) -> Iterator[Path]:
    """Build a copy of the private warehouse in which these deliveries do not count; give its file, then remove it.

    Raises `DbtError` when a model or an error test of dbt fails.
    """
    log.info("Building the months without an error of the authorities held back")
    place = settings().replay
    shutil.rmtree(place.parent, ignore_errors=True)  # of a run that was killed
    make_home(place.parent)
    try:
        shutil.copy2(settings().warehouse, place)
        with connect(place) as con:
            empty = never_delivered(con)  # also before they are left out
            withdraw.leave_out(con, delivery_ids)
        # what is left out is in every table that was built with it
        built = dbt.build(*dbt.without_what_stays(empty), full_refresh=True, target="replay")
        if broken := [one for one in built if one.status == "error" or (one.status == "fail" and not one.is_warning)]:
            raise dbt.DbtError("; ".join(f"{one.name}: {one.message}" for one in broken))
        yield place
    finally:
        shutil.rmtree(place.parent, ignore_errors=True)
