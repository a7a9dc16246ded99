-- grain: one row per authority, child-level list and month delivered after another, and check of how its ids are
-- written
with
    compared as (
        select
            ids.authority_code,
            ids.extract,
            ids.reporting_month,
            extracts.title || ', ' || months.month_name || ': ' as place,
            coalesce(headers.header, columns.header) as header,
            previous.month_name as previous_month_name,
            ids.ids_known,
            ids.ids_known_bare,
            ids.id_form,
            ids.id_form_before,
            ids.ids_without_zeros,
            cast(ids.fewest_digits as string) || case
                when ids.most_digits > ids.fewest_digits then ' to ' || cast(ids.most_digits as string) else ''
            end as digits,
            cast(ids.fewest_digits_before as string) || case
                when ids.most_digits_before > ids.fewest_digits_before
                then ' to ' || cast(ids.most_digits_before as string)
                else ''
            end as digits_before,
            files.file_path || coalesce(', sheet ' || files.sheet, '') as source_ref
        from {{ ref("int_ids__compared") }} as ids
        inner join {{ ref("extracts") }} as extracts on ids.extract = extracts.extract
        inner join {{ ref("months") }} as months on ids.reporting_month = months.month
        inner join {{ ref("months") }} as previous on ids.previous_month = previous.month
        inner join
            {{ ref("int_deliveries") }} as files
            on ids.authority_code = files.authority_code
            and ids.extract = files.extract
            and ids.reporting_month = files.reporting_month
            and files.is_current
        inner join
            {{ ref("list_columns") }} as columns on ids.extract = columns.extract and columns.column_name = 'child_id'
        left join
            {{ ref("int_deliveries__headers") }} as headers
            on files.delivery_id = headers.delivery_id
            and headers.column_name = 'child_id'
    ),

    judged as (
        select
            'ids_keep_their_form' as check_id,
            authority_code,
            extract,
            reporting_month,
            source_ref,
            ids_known_bare - ids_known as ids_changed,
            ids_known_bare < {{ var("ids_judged_least") }}
            or ids_known * 100 >= ids_known_bare * {{ var("ids_known_percent") }} as is_agreed,
            place
            || {{ show_count("ids_known_bare") }}
            || ' ids are those of '
            || previous_month_name
            || ' without their letters, punctuation and leading zeros, but only '
            || {{ show_count("ids_known") }}
            || ' as they are written. Ids like '
            || id_form_before
            || ' are now like '
            || id_form
            || ' (9 is any digit, A any letter). Children would look new, and those of '
            || previous_month_name
            || ' gone. Send the file again with the ids as they were. If they have changed for good, run csc accept.'
            as message
        from compared
        union all
        select
            'ids_keep_their_zeros' as check_id,
            authority_code,
            extract,
            reporting_month,
            source_ref,
            ids_without_zeros as ids_changed,
            ids_without_zeros = 0 as is_agreed,
            place
            || 'in the column "'
            || header
            || '", '
            || {{ show_count("ids_without_zeros") }}
            || ' of the '
            || {{ show_count("ids_known") }}
            || ' ids that are in the list of '
            || previous_month_name
            || ' too lost the zeros that they began with: '
            || digits_before
            || ' digits then, '
            || digits
            || ' now. A spreadsheet drops such zeros when it opens a CSV. We read both as the same child, so no figure'
            || ' is wrong. Other systems may not: next time, send the file as the case system wrote it.' as message
        from compared
    ),

    identified as (
        select
            {{ comparison_id(["check_id", "authority_code", "extract", "reporting_month"]) }} as comparison_id,
            check_id,
            authority_code,
            extract,
            reporting_month,
            source_ref,
            ids_changed,
            is_agreed,
            message
        from judged
    )

select
    identified.check_id,
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
    identified.source_ref
from identified
left join
    {{ source("decisions", "accepted") }} as accepted
    on identified.comparison_id = accepted.finding_id
    and identified.ids_changed = accepted.observed
