-- grain: one row per check and child-level file: whether every row was counted or stands aside for a reason, and
-- whether
-- a table of children has each child once
{% set rows_shown = 10 %}
with
    judged as (
        select
            deliveries.delivery_id,
            deliveries.authority_code,
            deliveries.extract,
            deliveries.reporting_month,
            deliveries.version,
            deliveries.file_path
        from {{ ref("int_deliveries") }} as deliveries
        inner join {{ ref("deliveries_judged") }} as judged on deliveries.delivery_id = judged.delivery_id
    ),

    children as (
        select
            judged.delivery_id,
            described.child_key,
            described.source_row,
            lag(described.source_row) over of_child as earlier_row,
            lag(described.described_as) over of_child <> described.described_as as is_otherwise
        from {{ ref("int_rows__of_children") }} as described
        inner join
            judged
            on described.extract = judged.extract
            and described.authority_code = judged.authority_code
            and described.reporting_month = judged.reporting_month
            and described.version = judged.version
        window
            of_child as (
                partition by judged.delivery_id, described.child_key order by described.source_row asc nulls last
            )
    ),

    -- a row that only repeats another contradicts nothing
    contradicting as (
        select delivery_id, source_row, case when is_otherwise then earlier_row end as earlier_row from children
    ),

    numbered as (
        select
            delivery_id,
            source_row,
            earlier_row,
            count(earlier_row) over (partition by delivery_id order by source_row asc nulls last) as place
        from contradicting
    ),

    described as (
        select
            delivery_id,
            count(earlier_row) as rows_again,
            {{
                join_sorted(
                    "case when earlier_row is not null and place <= "
                    ~ rows_shown
                    ~ " then cast(source_row as string) || ' (with row ' || cast(earlier_row as string) || ')' end",
                    "place",
                )
            }} as rows_shown,
            min(case when earlier_row is not null then source_row end) as first_row
        from numbered
        group by delivery_id
    ),

    accounted as (
        select authority_code, extract, reporting_month, version, rows_read, rows_set_aside, rows_unaccounted
        from {{ ref("row_accounting") }}
    ),

    checked as (
        select
            'rows_are_accounted_for' as check_id,
            judged.authority_code,
            judged.extract,
            judged.reporting_month,
            accounted.rows_unaccounted as observed,
            'Of '
            || {{ show_count("accounted.rows_read") }}
            || ' rows '
            || {{ show_count("abs(accounted.rows_unaccounted)") }}
            || case when accounted.rows_unaccounted > 0 then ' are lost' else ' are counted too often' end
            || ' on the way. The file is not to blame: ask whoever looks after the warehouse.' as message,
            judged.file_path as source_ref
        from judged
        inner join
            accounted
            on judged.authority_code = accounted.authority_code
            and judged.extract = accounted.extract
            and judged.reporting_month = accounted.reporting_month
            and judged.version = accounted.version

        union all

        select
            'rows_belong_to_something_listed' as check_id,
            judged.authority_code,
            judged.extract,
            judged.reporting_month,
            accounted.rows_set_aside as observed,
            {{ show_count("accounted.rows_set_aside") }}
            || ' of '
            || {{ show_count("accounted.rows_read") }}
            || ' rows count nowhere: they were cancelled, or their period of care, plan or enquiry is in no table.'
            || ' quality.rows_not_counted has them.' as message,
            judged.file_path as source_ref
        from judged
        inner join
            accounted
            on judged.authority_code = accounted.authority_code
            and judged.extract = accounted.extract
            and judged.reporting_month = accounted.reporting_month
            and judged.version = accounted.version

        union all

        select
            'children_are_described_once' as check_id,
            judged.authority_code,
            judged.extract,
            judged.reporting_month,
            described.rows_again as observed,
            {{ show_count("described.rows_again") }}
            || case when described.rows_again = 1 then ' row describes a child' else ' rows describe a child' end
            || ' otherwise than a row above, for example with another date of birth or sex: row '
            || described.rows_shown
            || case when described.rows_again > {{ rows_shown }} then ' and more' else '' end
            || '. The last row counts. Correct the rows, or give each child an id of its own.' as message,
            judged.file_path || ', row ' || cast(described.first_row as string) as source_ref
        from judged
        inner join described on judged.delivery_id = described.delivery_id
    )

select
    check_id,
    {{ comparison_id(["check_id", "authority_code", "extract", "reporting_month"]) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    cast(observed as double) as observed,
    cast(0 as double) as expected,
    observed = 0 as is_agreed,
    message,
    source_ref
from checked
