-- grain: one row: the run whose checks came last, and when the last file came or was loaded, or a finding was accepted
select
    max_by(run_id, checked_at) as run_id,
    max_by(code_version, checked_at) as code_version,
    max(checked_at) as checked_at,
    greatest(
        (select max(greatest(presence_changed_at, loaded_at)) from quality.ingest_ledger),
        (select max(accepted_at) from decisions.accepted)
    ) as changed_at
from quality.check_results
