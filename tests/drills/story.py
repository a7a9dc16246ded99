"""Tell the whole story of two councils, month by month, and count what an officer is told and what it takes of the disk."""

import argparse
import tempfile
from pathlib import Path

from drill import home_at, say
from year import long_form, tell


def main() -> None:
    """Print a line for each month, and the sums."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--months", type=int, default=99, help="only the first so many steps")
    with tempfile.TemporaryDirectory() as folder:
        home = home_at(Path(folder) / "home")
        home.landing.mkdir()
        lines = acted = 0
        for step in long_form()[: asked.parse_args().months]:
            told = tell(home, step)
            new = "NEW SINCE THE LAST DIGEST: nothing" not in told.mail
            lines, acted = lines + len(told.mail.splitlines()), acted + new
            say(
                f"{step.month:%Y-%m} {step.act.__name__:17} exit {told.code}, {len(told.said.splitlines()):3} lines, "
                f"mail of {len(told.mail.splitlines()):3} lines with {'news' if new else 'no news'}, "
                f"{len(told.findings)} findings, record of runs {told.dagster_mb:.1f} MB"
            )
        say(f"{lines} lines in mails; {acted} mails with news")


if __name__ == "__main__":
    main()
