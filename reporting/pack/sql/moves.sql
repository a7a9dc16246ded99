-- grain: one row per computed measure that some month knew otherwise than its own list: how far the months up to
-- the pack's moved after their own list, as the pack's month knew them
with
    versions as (
        select measure_id, month, reporting_month, changed_in, value
        from marts.kpi_as_at
        where
            authority_code = $authority
            and basis = 'computed'
            and is_by_current_rules
            and month >= $start
            and month < $month
            and reporting_month <= $month
    ),

    moved as (
        select first.measure_id, first.month, known.value - first.value as difference
        from versions as first
        inner join
            versions as known
            on first.measure_id = known.measure_id
            and first.month = known.month
            and coalesce(known.changed_in > $month, true)
        where first.reporting_month = first.month and first.value is not null and known.value is not null
    )

select
    measure_id,
    cast(count(*) as int) as months,
    cast(count(case when difference <> 0 then 1 end) as int) as months_moved,
    median(abs(difference)) as typical,
    max_by(difference, (abs(difference), month)) as largest,
    max_by(month, (abs(difference), month)) as largest_month
from moved
group by measure_id
having count(case when difference <> 0 then 1 end) > 0
order by measure_id
