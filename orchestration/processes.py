"""Which process makes a run, and whether it is still there."""

import os

PROCESS_TAG = "csc/process"  # on the runs of `csc run`: the process that makes them


def is_alive(pid: int) -> bool:
    """Whether a process of this id runs on this machine, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
