-- grain: one row per plan or period of care that begins while another of the same child has not ended
-- Ending is the first day no longer on it, so one may begin on the day another ends.
{{ config(materialized="view") }}
{% set spells = [
    ("annex_a_cpp", ref("fct_cpp"), "cpp_key", "cpp_start_date", "cpp_end_date"),
    ("annex_a_lac", ref("fct_lac"), "lac_key", "lac_start_date", "lac_end_date"),
] %}
with
    found as (
        {% for extract, facts, key, start_date, end_date in spells %}
            select
                later.authority_code,
                '{{ extract }}' as list,
                later.delivery_id,
                later.source_row,
                later.child_key,
                later.{{ key }} as event_key,
                '{{ start_date }}' as source_column,
                case when earlier.delivery_id = later.delivery_id then earlier.source_row end as other_row
            from {{ facts }} as later
            inner join
                {{ facts }} as earlier
                on later.authority_code = earlier.authority_code
                and later.child_key = earlier.child_key
                and later.{{ start_date }} > earlier.{{ start_date }}
                and case
                    when earlier.{{ end_date }} is null
                    then later.event_month <= earlier.last_reporting_month
                    else later.{{ start_date }} < earlier.{{ end_date }}
                end
            where not later.is_withdrawn and not earlier.is_withdrawn
            qualify
                row_number() over (
                    partition by later.{{ key }}
                    order by earlier.{{ start_date }} desc nulls last, earlier.{{ key }} asc nulls last
                )
                = 1
            union all
        {% endfor %}

        -- an episode left open, though another period of care began later: we take it as over by then
        select
            later.authority_code,
            'annex_a_lac' as list,
            later.delivery_id,
            later.source_row,
            later.child_key,
            later.lac_key as event_key,
            'lac_start_date' as source_column,
            case when earlier.delivery_id = later.delivery_id then earlier.source_row end as other_row
        from {{ ref("fct_lac") }} as later
        inner join
            {{ ref("fct_lac_episodes") }} as earlier
            on later.authority_code = earlier.authority_code
            and later.child_key = earlier.child_key
            and later.lac_start_date > earlier.episode_start_date
            and earlier.episode_end_date is null
            and later.event_month <= earlier.last_reporting_month
        where not later.is_withdrawn and not earlier.is_withdrawn
        qualify
            row_number() over (
                partition by later.lac_key
                order by earlier.episode_start_date desc nulls last, earlier.source_row asc nulls last
            )
            = 1
    )

select authority_code, list, delivery_id, source_row, child_key, event_key, source_column, other_row
from found
qualify row_number() over (partition by list, event_key order by other_row desc nulls last) = 1
