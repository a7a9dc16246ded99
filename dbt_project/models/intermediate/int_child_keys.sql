-- grain: one row per authority and child id, as text as a list wrote it
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
    )
}}
with listed as (
    {% for extract in var('lists') + delivered_of(tables_with_children()) %}
    select
        authority_code,
        child_id,
        loaded_at
    from {{ source('raw', extract) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

children as (
    select
        authority_code,
        child_id,
        max(loaded_at) as loaded_at
    from listed
    where
        trim(child_id) <> ''
        {% if is_incremental() %}
        and loaded_at > (select coalesce(max(known.loaded_at), timestamp '1900-01-01 00:00:00') from {{ this }} as known)
        {% endif %}
    group by authority_code, child_id
)

select
    children.authority_code,
    children.child_id,
    {{ keyed_hash("children.authority_code || '|' || " ~ normalised_id('children.child_id')) }} as child_key,
    {{ keyed_hash("'csc-warehouse'") }} as secret_check,
    children.loaded_at
from children
{% if is_incremental() %}
left join {{ this }} as known
    on children.authority_code = known.authority_code and children.child_id = known.child_id
where known.child_id is null
{% endif %}
