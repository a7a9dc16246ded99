-- grain: one row per published figure, from the current version of each month's file
-- `obstacle` says what keeps it from being compared.
with
    published as (
        select
            published.authority_code,
            published.reporting_month,
            lower(coalesce(published.measure, '')) as measure_id,
            coalesce(published.area_code, '') as area_code,
            coalesce(published.area_name, published.area_code, '') as area_name,
            coalesce(published.period, '') as period,
            lower(coalesce(published.unit, '')) as unit_text,
            coalesce(published.value, '') as value_text,
            {{ squeeze("coalesce(published.value, '')") }} as squeezed_text,
            coalesce(published.definition, '') as definition,
            published.source,
            published.published_on,
            published.note,
            published.file_path
            || coalesce(', sheet ' || published.sheet, '')
            || ', row '
            || cast(published.source_row as string) as source_ref,
            published.source_row
        from {{ ref("stg_published__published_statistics") }} as published
        left join
            {{ source("quality", "ingest_ledger") }} as withdrawn
            on withdrawn.status = 'withdrawn'
            and withdrawn.extract = 'published_statistics'
            and published.authority_code = withdrawn.authority_code
            and published.reporting_month = withdrawn.reporting_month
            and published.version = withdrawn.version
        where withdrawn.version is null
        qualify
            published.version
            = max(published.version) over (partition by published.authority_code, published.reporting_month)
    ),

    parsed as (
        select
            published.*,
            -- a financial year is known by the month that it ends in
            case
                when {{ matches("published.period", "[0-9]{4}-[0-9]{2}") }}
                then try_cast(published.period || '-01' as date)
                when
                    {{ matches("published.period", "[0-9]{4}/[0-9]{2}") }}
                    and (cast(substr(published.period, 1, 4) as int) + 1) % 100
                    = cast(substr(published.period, 6, 2) as int)
                then {{ add_months_to("cast(substr(published.period, 1, 4) || '-03-01' as date)", 12) }}
            end as period_month,
            published.period like '%/%' as is_year,
            case
                when published.unit_text in ('percentage', 'per cent', '%')
                then 'percentage'
                when published.unit_text in ('rate per 10,000', 'rate per 10000', 'rate_per_10000')
                then 'rate per 10,000'
            end as unit,
            {{ printed_figure("published.squeezed_text") }} as figure,
            marks.mark is not null as is_withheld
        from published
        left join {{ ref("not_supplied_marks") }} as marks on lower(published.squeezed_text) = marks.mark
    )

select
    parsed.authority_code,
    parsed.reporting_month,
    parsed.measure_id,
    parsed.area_code,
    parsed.area_name,
    parsed.period,
    parsed.period_month,
    -- a share of a whole year's events stands beside the year to date, one of a caseload beside the month's end
    case
        when parsed.unit = 'rate per 10,000'
        then 'rate_per_10000'
        when parsed.is_year and measures.ytd_rule = 'ratio_of_sums'
        then 'ytd'
        else 'value'
    end as statistic,
    parsed.figure,
    parsed.definition,
    parsed.source,
    parsed.published_on,
    parsed.note,
    parsed.source_ref,
    parsed.source_row,
    case
        when measures.measure_id is null
        then 'the measure "' || parsed.measure_id || '" is not in the register'
        when parsed.area_code = ''
        then 'it does not name an area'
        when parsed.period_month is null
        then 'its period "' || parsed.period || '" is not a month (YYYY-MM) or a financial year (YYYY/YY)'
        when parsed.published_on is null
        then 'its publication date is not a valid date'
        when parsed.figure is null and not parsed.is_withheld
        then 'its value "' || parsed.value_text || '" is not a number'
        when parsed.unit is null
        then 'its unit "' || parsed.unit_text || '" is not a percentage or a rate per 10,000'
        when (parsed.unit = 'percentage') <> (measures.unit = 'percentage')
        then 'it is a ' || parsed.unit || ', but ' || measures.measure_id || ' is a ' || measures.unit
        when measures.definition_id is null
        then measures.measure_id || ' follows a local definition, which no published figure follows'
        when lower(parsed.definition) <> lower(measures.definition_id)
        then
            'it follows the definition "'
            || parsed.definition
            || '", but '
            || measures.measure_id
            || ' follows "'
            || measures.definition_id
            || '"'
    end as obstacle,
    -- the same may be stated twice
    row_number() over (
        partition by
            parsed.authority_code,
            parsed.reporting_month,
            parsed.measure_id,
            parsed.area_code,
            parsed.period,
            parsed.definition
        order by parsed.source_row asc nulls last
    ) as occurrence
from parsed
left join {{ ref("measures") }} as measures on parsed.measure_id = measures.measure_id
