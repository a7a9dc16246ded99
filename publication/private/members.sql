-- grain: one row per event that a measure counts, as the temporary table `asked`
create or replace temporary table asked as
select authority_code, part, event_table, event_key, child_key, value
from measures.int_kpi_members
where
    measure_id = $measure_id
    and month = $month
    and list_contains($counted_ids, counted_id)
    and ($authority_code is null or authority_code = $authority_code)
    and ($part is null or part = $part)
