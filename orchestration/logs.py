"""A log of runs in plain text below CSC_HOME: what a run says of its progress, and how it ended."""

import logging
from logging.handlers import RotatingFileHandler

from orchestration.settings import settings

OLDER_KEPT = 5
FORMAT = "%(asctime)s %(levelname)-7s %(message)s"


def write_down() -> None:
    """Write what this process says of runs into the log file from now on. Once is enough."""
    log, file = logging.getLogger("csc"), settings().log_file
    if any(getattr(handler, "baseFilename", None) == str(file) for handler in log.handlers):
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=settings().log_mb << 20, backupCount=OLDER_KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT, "%Y-%m-%d %H:%M:%S"))
    log.addHandler(handler)


def note(text: str) -> None:
    """Write one line into the log file that the terminal does not show, because it says so in its own words."""
    write_down()
    record = logging.LogRecord("csc", logging.INFO, __file__, 0, text, None, None)
    for handler in logging.getLogger("csc").handlers:
        if isinstance(handler, RotatingFileHandler):
            handler.handle(record)
