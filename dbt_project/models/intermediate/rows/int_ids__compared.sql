-- grain: one row per authority, child-level list and month delivered after another: how many of its ids the month
-- before
-- had, as they are written and without their letters, punctuation and leading zeros
{{ config(unique_key=["authority_code", "extract", "reporting_month"]) }}
with
    due as (
        select authority_code, extract, reporting_month, version, previous_month, previous_version, loaded_at
        from {{ ref("int_deliveries__followed") }}
        where {{ is_new_to_this() }}
    ),

    ids_now as (
        select
            due.authority_code,
            due.extract,
            due.reporting_month,
            ids.id_number,
            ids.bare_id_number,
            ids.id_form,
            ids.begins_with_zero
        from due
        inner join
            {{ ref("int_ids__delivered") }} as ids
            on due.authority_code = ids.authority_code
            and due.extract = ids.extract
            and due.reporting_month = ids.reporting_month
            and due.version = ids.version
        where ids.id_number is not null
    ),

    ids_before as (
        select
            due.authority_code,
            due.extract,
            due.reporting_month,
            ids.id_number,
            ids.bare_id_number,
            ids.id_form,
            ids.begins_with_zero
        from due
        inner join
            {{ ref("int_ids__delivered") }} as ids
            on due.authority_code = ids.authority_code
            and due.extract = ids.extract
            and due.previous_month = ids.reporting_month
            and due.previous_version = ids.version
    ),

    bare_ids_before as (
        select authority_code, extract, reporting_month, bare_id_number, min(id_form) as id_form
        from ids_before
        group by authority_code, extract, reporting_month, bare_id_number
    ),

    known as (
        select
            ids_now.authority_code,
            ids_now.extract,
            ids_now.reporting_month,
            ids_now.id_form,
            bare_ids_before.id_form as id_form_before,
            ids_before.id_number is not null as is_known,
            bare_ids_before.bare_id_number is not null as is_known_bare,
            ids_before.begins_with_zero and not ids_now.begins_with_zero as is_without_its_zeros,
            length({{ without_matches("ids_now.id_form", "[^0-9]+") }}) as digits,
            length({{ without_matches("ids_before.id_form", "[^0-9]+") }}) as digits_before
        from ids_now
        left join
            ids_before
            on ids_now.authority_code = ids_before.authority_code
            and ids_now.extract = ids_before.extract
            and ids_now.reporting_month = ids_before.reporting_month
            and ids_now.id_number = ids_before.id_number
        left join
            bare_ids_before
            on ids_now.authority_code = bare_ids_before.authority_code
            and ids_now.extract = bare_ids_before.extract
            and ids_now.reporting_month = bare_ids_before.reporting_month
            and ids_now.bare_id_number = bare_ids_before.bare_id_number
    ),

    totals as (
        select
            authority_code,
            extract,
            reporting_month,
            count(*) as ids,
            count(case when is_known then 1 end) as ids_known,
            count(case when is_known or is_known_bare then 1 end) as ids_known_bare,
            count(case when is_without_its_zeros then 1 end) as ids_without_zeros,
            min(case when is_without_its_zeros then digits end) as fewest_digits,
            max(case when is_without_its_zeros then digits end) as most_digits,
            min(case when is_without_its_zeros then digits_before end) as fewest_digits_before,
            max(case when is_without_its_zeros then digits_before end) as most_digits_before
        from known
        group by authority_code, extract, reporting_month
    ),

    ways as (
        select authority_code, extract, reporting_month, id_form, id_form_before, count(*) as ids
        from known
        where is_known_bare and not is_known
        group by authority_code, extract, reporting_month, id_form, id_form_before
    ),

    -- the way in which most ids changed
    changes as (
        select authority_code, extract, reporting_month, id_form, id_form_before
        from ways
        qualify
            row_number() over (
                partition by authority_code, extract, reporting_month
                order by ids desc nulls last, id_form asc nulls last, id_form_before asc nulls last
            )
            = 1
    )

select
    due.authority_code,
    due.extract,
    due.previous_month,
    totals.ids,
    totals.ids_known,
    totals.ids_known_bare,
    totals.ids_without_zeros,
    totals.fewest_digits,
    totals.most_digits,
    totals.fewest_digits_before,
    totals.most_digits_before,
    changes.id_form,
    changes.id_form_before,
    due.loaded_at,
    due.reporting_month
from due
inner join
    totals
    on due.authority_code = totals.authority_code
    and due.extract = totals.extract
    and due.reporting_month = totals.reporting_month
left join
    changes
    on due.authority_code = changes.authority_code
    and due.extract = changes.extract
    and due.reporting_month = changes.reporting_month
