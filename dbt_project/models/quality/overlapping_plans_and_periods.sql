-- grain: one row per plan or period of care that begins while another of the same child has not ended
-- Ending is the first day no longer on it, so one may begin on the day another ends.
{% set spells = [
    ("annex_a_cpp", ref("fct_cpp"), "cpp_key", "cpp_start_date", "cpp_end_date"),
    ("annex_a_lac", ref("fct_lac"), "lac_key", "lac_start_date", "lac_end_date"),
] %}
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
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
