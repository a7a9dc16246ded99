"""What runs said is in a file that one can read, and that does not grow for ever."""

import logging

from orchestration import disk, logs


def test_the_log_is_written_once_rotates_and_is_counted(configured, caplog):
    given = configured(CSC_LOG_MB="1")
    log = logging.getLogger("csc")
    before = list(log.handlers)
    caplog.set_level(logging.INFO, "csc")
    try:
        logs.write_down()
        logs.write_down()
        log.info("Loaded %s rows", 12)
        logs.note("Croydon: Published")
        lines = given.log_file.read_text().splitlines()
        assert [line[20:] for line in lines] == ["INFO    Loaded 12 rows", "INFO    Croydon: Published"]
        for _ in range(12):
            log.info("x" * 100_000)
        assert {path.name for path in given.log_file.parent.iterdir()} == {"csc.log", "csc.log.1"}
        use = disk.used()
        assert (use.home, use.places.keys()) == (str(given.home_dir), {"logs"})
        assert use.places["logs"] > 1_200_000
    finally:
        for handler in set(log.handlers) - set(before):
            log.removeHandler(handler)
            handler.close()
