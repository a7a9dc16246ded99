-- grain: one row per authority and validation rule of the yearly returns: whether the latest list keeps it
with
    latest as (
        select
            authority_code,
            extract,
            month,
            rule,
            events,
            breaches,
            named,
            max(month) over (partition by authority_code, extract) as latest_month
        from {{ ref("validation_counts") }}
    ),

    delivered as (select authority_code, extract, reporting_month, file_path, sheet from {{ ref("int_lists__files") }})

select
    'census_' || lower(latest.rule) as check_id,
    {{ comparison_id(["'census'", "latest.rule", "latest.authority_code"]) }} as comparison_id,
    latest.authority_code,
    latest.extract,
    latest.month as reporting_month,
    latest.month,
    cast(null as string) as measure_id,
    cast(latest.breaches as double) as observed,
    cast(0 as double) as expected,
    latest.breaches = 0 as is_agreed,
    'Rule '
    || latest.rule
    || ': '
    || rules.message
    || ' '
    || {{ show_count("latest.breaches") }}
    || ' of '
    || {{ show_count("latest.events") }}
    || case
        latest.extract
        when 'annex_a_assessments'
        then ' assessments'
        when 'annex_a_cin'
        then ' episodes of need'
        when 'annex_a_cpp'
        then ' child protection plans'
        when 'annex_a_lac'
        then ' periods of care'
        when 'annex_a_section_47'
        then ' section 47 enquiries'
        else ' episodes'
    end
    || coalesce(
        case when latest.breaches = 1 then ': row ' else ': rows ' end
        || latest.named
        || case
            when latest.breaches > {{ var("rows_named") }}
            then ' and ' || {{ show_count("latest.breaches - " ~ var("rows_named")) }} || ' more'
            else ''
        end,
        ''
    )
    -- a rule with a Q is a query: the record may be right
    || case
        when latest.rule like '%Q'
        then '. Check them, and correct those that are wrong.'
        else '. Correct them in the case system and send the list again.'
    end as message,
    delivered.file_path || coalesce(', sheet ' || delivered.sheet, '') as source_ref
from latest
inner join {{ ref("validation_rules") }} as rules on latest.rule = rules.rule
left join
    delivered
    on latest.authority_code = delivered.authority_code
    and latest.extract = delivered.extract
    and latest.month = delivered.reporting_month
where latest.month = latest.latest_month
