-- grain: one row per secret that children's keys were made with, which is one: what it makes of a known text
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
    )
}}
with children as (
    {%- for extract in var('lists') + delivered_of(tables_with_children()) %}
    select exists (select 1 from {{ source('raw', extract) }}) as are_there
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select {{ keyed_hash("'csc-warehouse'") }} as secret_check
from children
{%- if is_incremental() %}
where (select count(*) from {{ this }}) = 0
{%- endif %}
having bool_or(are_there)
