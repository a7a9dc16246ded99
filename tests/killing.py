"""SIGKILL of a piece of work before one of its changes of a file. `tests/drills/doomed.py` does so with whole commands.

CSC_KILLS=all kills at each change, as `make drill` does; otherwise at every third.
"""

import os
import signal
import sys
from pathlib import Path

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod"}
STRIDE = 1 if os.environ.get("CSC_KILLS") == "all" else 3


def killed(work, home: Path, nth: int) -> bool:
    """Do `work` in a fork of this process that is killed just before its nth change of a file; False: it has fewer."""
    process = os.fork()
    if process:
        _, status = os.waitpid(process, 0)
        assert status in (0, signal.SIGKILL), status
        return status == signal.SIGKILL
    left = [nth]

    def hook(event, arguments):
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (is_write or event in CHANGES) and str(home) in str(arguments[0]):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    work()
    os._exit(0)
