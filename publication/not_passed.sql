-- grain: one row per check that keeps a publication back: its latest verdict is not a pass, is missing, or is too old
with
    blocking as (select unnest($blocking) as check_id),

    verdicts as (
        select
            check_id,
            tool,
            code_version,
            severity,
            breaches,
            case
                when checked_at < (select max(greatest(presence_changed_at, loaded_at)) from quality.ingest_ledger)
                then 'made before the last file came'
                when
                    tool <> 'dbt'
                    and asset not like 'raw.%'
                    and checked_at < (select max(checked_at) from quality.check_results where tool = 'dbt')
                then 'made before the last build'
                else status
            end as status
        from quality.check_results
        qualify row_number() over (partition by check_id order by checked_at desc) = 1
    )

select blocking.check_id, coalesce(verdicts.status, 'never made') as status, coalesce(verdicts.breaches, 0) as breaches
from blocking
left join verdicts using (check_id)
where verdicts.status is distinct from 'passed'
union all
-- a test that is no longer in the project was last made by other code
select check_id, status, coalesce(breaches, 0) as breaches
from verdicts
where
    tool = 'dbt'
    and severity = 'error'
    and status = 'failed'
    and code_version = (select max_by(code_version, checked_at) from quality.check_results)
order by check_id
