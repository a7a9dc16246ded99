-- grain: one row per authority, month and computed measure, and value that a build gave it
-- The lists are folded into facts that keep only the latest of each event, so what they gave before is written down as
-- each build finds it changed; a cohort only once it is mature, for until then it is still filling. Never made anew: no
-- list holds what an earlier build computed.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        full_refresh=false,
        on_schema_change="append_new_columns",
    )
}}
with
    lists as (
        select authority_code, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code
    ),

    figures as (
        select
            kpi.authority_code,
            kpi.month,
            kpi.measure_id,
            kpi.value,
            kpi.reporting_month,
            kpi.source_ref,
            lists.loaded_at,
            told.dataset
        from {{ ref("kpi_monthly") }} as kpi
        inner join lists on kpi.authority_code = lists.authority_code
        inner join {{ ref("measures") }} as measures on kpi.measure_id = measures.measure_id
        left join
            {{ ref("measures") }} as counted
            on coalesce(measures.numerator_id, measures.measure_id) = counted.measure_id
        left join
            {{ ref("int_months__told") }} as told
            on counted.due_with = told.extract
            and kpi.authority_code = told.authority_code
            and kpi.month = told.month
        where kpi.basis = 'computed' and kpi.is_mature and kpi.is_supplied
    ),

    {% if is_incremental() -%}
        stated as (
            select
                known.authority_code,
                known.month,
                known.measure_id,
                max(known.statement) as statement,
                max_by(known.value, known.statement) as value
            from {{ this }} as known
            group by known.authority_code, known.month, known.measure_id
        )

    {%- else -%}
        stated as (
            select authority_code, month, measure_id, 0 as statement, cast(null as double) as value
            from figures
            where false
        )

    {%- endif %}

select
    figures.authority_code,
    figures.month,
    figures.measure_id,
    cast(coalesce(stated.statement, 0) + 1 as int) as statement,
    figures.value,
    figures.reporting_month,
    figures.source_ref,
    figures.loaded_at,
    figures.dataset
from figures
left join
    stated
    on figures.authority_code = stated.authority_code
    and figures.month = stated.month
    and figures.measure_id = stated.measure_id
where stated.statement is null or figures.value is distinct from stated.value
