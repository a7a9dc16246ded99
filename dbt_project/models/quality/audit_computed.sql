-- grain: one row per check and computed figure that others should give: a month's stock by last month's, and new plans
-- by what the list says of plans before
with
    figures as (
        select
            relations.relation_id,
            relations.role,
            computed.authority_code,
            computed.month,
            months.month_name,
            computed.measure_id,
            measures.measure_name,
            measures.due_with as extract,
            computed.reporting_month,
            computed.value,
            computed.source_ref
        from {{ ref("int_measures__computed") }} as computed
        inner join
            {{ ref("measure_relations") }} as relations
            on computed.measure_id = relations.measure_id
            and relations.relation = 'stock_flow'
        inner join {{ ref("measures") }} as measures on computed.measure_id = measures.measure_id
        inner join {{ ref("months") }} as months on computed.month = months.month
        where computed.value is not null
    ),

    movements as (
        select
            closing.authority_code,
            closing.extract,
            closing.reporting_month,
            closing.month,
            closing.month_name,
            closing.measure_id,
            closing.measure_name,
            closing.source_ref,
            opening.month_name as opening_month_name,
            opening.value as opening,
            started.value as started,
            ended.value as ended,
            closing.value as closing,
            opening.value + started.value - ended.value as follows
        from figures as closing
        inner join
            figures as opening
            on closing.relation_id = opening.relation_id
            and closing.authority_code = opening.authority_code
            and closing.role = 'stock'
            and opening.role = 'stock'
            and closing.month = {{ add_months_to("opening.month", 1) }}
        inner join
            figures as started
            on closing.relation_id = started.relation_id
            and closing.authority_code = started.authority_code
            and closing.month = started.month
            and started.role = 'inflow'
        inner join
            figures as ended
            on closing.relation_id = ended.relation_id
            and closing.authority_code = ended.authority_code
            and closing.month = ended.month
            and ended.role = 'outflow'
    ),

    contradicted as (
        select
            authority_code, month, count(*) as plans, count(case when is_contradicted then 1 end) as contradicted_plans
        from {{ ref("int_cpp__started") }}
        group by authority_code, month
    )

select
    'computed_stock_and_flow_reconcile' as check_id,
    {{ comparison_id(["'computed_stock_and_flow_reconcile'", "authority_code", "measure_id", "month"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    closing as observed,
    follows as expected,
    closing = follows as is_agreed,
    measure_name
    || ', '
    || month_name
    || ': the lists give '
    || {{ show_count("closing") }}
    || ', but '
    || {{ show_count("opening") }}
    || ' in '
    || opening_month_name
    || ' plus '
    || {{ show_count("started") }}
    || ' begun less '
    || {{ show_count("ended") }}
    || ' ended is '
    || {{ show_count("follows") }}
    || '. Look for children with two at once, and for some that a list no longer has.' as message,
    source_ref
from movements

union all

select
    'previous_plans_agree_with_lists' as check_id,
    {{ comparison_id(["'previous_plans_agree_with_lists'", "contradicted.authority_code", "contradicted.month"]) }}
    as comparison_id,
    contradicted.authority_code,
    'annex_a_cpp' as extract,
    contradicted.month as reporting_month,
    contradicted.month,
    'cpp_new_second_or_subsequent' as measure_id,
    cast(contradicted.contradicted_plans as double) as observed,
    cast(0 as double) as expected,
    contradicted.contradicted_plans = 0 as is_agreed,
    {{ show_count("contradicted.contradicted_plans") }}
    || ' of '
    || {{ show_count("contradicted.plans") }}
    || ' plans that began in '
    || months.month_name
    || ' are listed with 0 previous plans, but earlier lists had a plan of the child that had ended. They count as second'
    || ' or subsequent plans. Correct "Number of Previous Child Protection Plans".' as message,
    files.file_path as source_ref
from contradicted
inner join {{ ref("months") }} as months on contradicted.month = months.month
left join
    {{ ref("int_lists__files") }} as files
    on files.extract = 'annex_a_cpp'
    and contradicted.authority_code = files.authority_code
    and contradicted.month = files.reporting_month
