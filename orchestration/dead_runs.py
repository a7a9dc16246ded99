"""Runs whose process was killed: Dagster takes them for running until somebody looks."""

import dagster as dg

from orchestration.processes import PROCESS_TAG, is_alive


def end_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark the runs of `csc run` whose process was killed as failed, for they would hold up the queue.

    Dagster asks the launcher about the runs it launched; of one made in another process it knows nothing.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        if (pid := run.tags.get(PROCESS_TAG)) and not is_alive(int(pid)):
            instance.report_run_failed(run, f"Process {pid}, which made this run, has ended")
