-- grain: one row per authority, month and child of the module Header, as last delivered: who the child is
with
    due as (
        select authority_code, reporting_month, max(loaded_at) as loaded_at
        from {{ ref("int_deliveries") }}
        where extract = 'ssda903_header' and is_current
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    )

select
    due.authority_code,
    due.reporting_month,
    staged.child_key,
    staged.birth_date,
    staged.is_birth_date_blank,
    staged.gender_code,
    staged.ethnicity_code,
    staged.rejected_cells,
    due.loaded_at
from due
inner join
    {{ ref("stg_ssda903__header") }} as staged
    on due.authority_code = staged.authority_code
    and due.reporting_month = staged.reporting_month
where staged.child_key is not null and {{ is_current("ssda903_header", "staged") }}
-- a child who is there twice is who the last row says
qualify
    row_number() over (
        partition by staged.authority_code, staged.reporting_month, staged.child_key
        order by staged.source_row desc nulls last
    )
    = 1
