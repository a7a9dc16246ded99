-- grain: one row per row of a month's lists that repeats another or gives its child another date of birth or gender;
-- one per month that was compared
-- Of rows that contradict each other those are meant that have no majority of the child's rows on their side.
{% set is_possible -%}
{{ days_between("listed.birth_date", "listed.reporting_month") }}
between -{{ var("days_before_birth") }} and {{ var("days_of_a_childhood") }}
{%- endset %}
with
    months as (
        select authority_code, reporting_month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    -- few children are contradicted: only their rows are weighed
    contradicted as (
        select listed.reporting_month, listed.child_key
        from {{ ref("int_events__listed") }} as listed
        where
            listed.child_key is not null
            and (listed.authority_code, listed.reporting_month)
            in (select months.authority_code, months.reporting_month from months)
            and {{ is_possible }}
        group by listed.reporting_month, listed.child_key
        having
            min(listed.birth_date) < max(listed.birth_date)
            or min(case when listed.gender_code in ('M', 'F') then listed.gender_code end)
            < max(case when listed.gender_code in ('M', 'F') then listed.gender_code end)
    ),

    -- an impossible date of birth is a finding of its own
    claims as (
        select
            listed.extract,
            listed.authority_code,
            listed.reporting_month,
            listed.delivery_id,
            listed.source_row,
            listed.child_key,
            listed.event_key,
            listed.birth_date,
            case when listed.gender_code in ('M', 'F') then listed.gender_code end as gender_code
        from {{ ref("int_events__listed") }} as listed
        inner join
            contradicted
            on listed.reporting_month = contradicted.reporting_month
            and listed.child_key = contradicted.child_key
        where {{ is_possible }}
    ),

    weighed as (
        select
            claims.extract,
            claims.authority_code,
            claims.reporting_month,
            claims.delivery_id,
            claims.source_row,
            claims.child_key,
            claims.event_key,
            claims.gender_code,
            count(*) over (
                partition by claims.reporting_month, claims.child_key, claims.birth_date
            ) as rows_with_birth_date,
            count(*) over (partition by claims.reporting_month, claims.child_key) as rows_of_child,
            count(claims.gender_code) over (
                partition by claims.reporting_month, claims.child_key, claims.gender_code
            ) as rows_with_gender,
            count(claims.gender_code) over (
                partition by claims.reporting_month, claims.child_key
            ) as rows_of_child_with_gender
        from claims
    ),

    found as (
        select
            extract,
            authority_code,
            reporting_month,
            delivery_id,
            source_row,
            child_key,
            event_key,
            'child_id' as source_column,
            'children_keep_their_birth_date' as check_id
        from weighed
        where
            rows_with_birth_date * 2 <= rows_of_child
            or rows_with_gender * 2 <= rows_of_child_with_gender
            and gender_code is not null

        union all

        select
            listed.extract,
            listed.authority_code,
            listed.reporting_month,
            listed.delivery_id,
            listed.repeated_in_row as source_row,
            listed.child_key,
            listed.event_key,
            columns.column_name as source_column,
            'rows_appear_once' as check_id
        from {{ ref("int_events__listed") }} as listed
        inner join {{ ref("int_deliveries") }} as deliveries on listed.delivery_id = deliveries.delivery_id
        inner join
            {{ ref("list_columns") }} as columns
            on deliveries.extract = columns.extract
            and columns.is_needed
            and columns.type = 'date'
        where
            listed.repeated_in_row is not null
            and listed.event_key is not null
            and (listed.authority_code, listed.reporting_month)
            in (select months.authority_code, months.reporting_month from months)
    )

select
    months.authority_code,
    found.extract,
    found.delivery_id,
    found.source_row,
    found.child_key,
    found.event_key,
    found.source_column,
    found.check_id,
    months.loaded_at,
    months.reporting_month
from months
left join found on months.authority_code = found.authority_code and months.reporting_month = found.reporting_month
