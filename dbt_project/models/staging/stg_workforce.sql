-- grain: one row per authority, reporting month, measure and printed cell, from the current version of the return
with cells as (
    {{ return_cells('workforce') }}
)

select *
from cells
where is_in_period
qualify version = max(version) over (partition by authority_code, reporting_month)
