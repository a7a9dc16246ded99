-- grain: one row per authority, child-level list and month delivered after another
with
    compared as (
        select
            ids.authority_code,
            ids.extract,
            ids.reporting_month,
            ids.ids_known_bare - ids.ids_known as ids_changed,
            ids.ids_known_bare < {{ var("ids_judged_least") }}
            or ids.ids_known * 100 >= ids.ids_known_bare * {{ var("ids_known_percent") }} as is_agreed,
            extracts.title
            || ', '
            || months.month_name
            || ': '
            || {{ show_count("ids.ids_known_bare") }}
            || ' ids are those of '
            || previous.month_name
            || ' without their letters, punctuation and leading zeros, but only '
            || {{ show_count("ids.ids_known") }}
            || ' as they are written. Ids like '
            || ids.id_form_before
            || ' are now like '
            || ids.id_form
            || ' (9 is any digit, A any letter). Children would look new, and those of '
            || previous.month_name
            || ' gone. Send the file again with the ids as they were. If they have changed for good, run csc accept.'
            as message
        from {{ ref("int_ids__compared") }} as ids
        inner join {{ ref("extracts") }} as extracts on ids.extract = extracts.extract
        inner join {{ ref("months") }} as months on ids.reporting_month = months.month
        inner join {{ ref("months") }} as previous on ids.previous_month = previous.month
    ),

    identified as (
        select
            {{ comparison_id(["'ids_keep_their_form'", "authority_code", "extract", "reporting_month"]) }}
            as comparison_id,
            authority_code,
            extract,
            reporting_month,
            ids_changed,
            is_agreed,
            message
        from compared
    )

select
    'ids_keep_their_form' as check_id,
    identified.comparison_id,
    identified.authority_code,
    identified.extract,
    identified.reporting_month,
    identified.reporting_month as month,
    cast(null as string) as measure_id,
    cast(identified.ids_changed as double) as observed,
    cast(0 as double) as expected,
    identified.is_agreed or accepted.finding_id is not null as is_agreed,
    identified.message,
    files.file_path || coalesce(', sheet ' || files.sheet, '') as source_ref
from identified
inner join
    {{ ref("int_deliveries") }} as files
    on identified.authority_code = files.authority_code
    and identified.extract = files.extract
    and identified.reporting_month = files.reporting_month
    and files.is_current
left join
    {{ source("decisions", "accepted") }} as accepted
    on identified.comparison_id = accepted.finding_id
    and identified.ids_changed = accepted.observed
