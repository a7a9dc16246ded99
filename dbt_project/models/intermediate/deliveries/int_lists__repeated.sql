-- grain: one row per authority, list, reporting month and month of filing: what the list that leads holds, and what the
-- next one repeats of it
-- It is in the next one where that repeats a tenth of its events, or has events of half of its children.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "extract", "reporting_month"],
    )
}}
with
    due as (
        select authority_code, extract, reporting_month, next_reporting_month, changed_at
        from {{ ref("int_lists__delivered") }}
        where {{ is_new_to_this("changed_at") }}
    ),

    listed as (
        select
            extract,
            authority_code,
            reporting_month,
            coalesce(filing_month, date '9999-12-01') as filing_month,
            event_key,
            child_key
        from {{ ref("int_events__listed") }}
        where
            event_key is not null
            and repeated_in_row is null
            and (authority_code, extract, reporting_month) in (
                select due.authority_code, due.extract, due.reporting_month
                from due
                union
                select due.authority_code, due.extract, due.next_reporting_month
                from due
            )
    ),

    held as (
        select
            due.authority_code,
            due.extract,
            due.reporting_month,
            due.next_reporting_month,
            due.changed_at,
            listed.filing_month,
            count(*) as events,
            count(distinct listed.child_key) as children
        from due
        inner join
            listed
            on due.authority_code = listed.authority_code
            and due.extract = listed.extract
            and due.reporting_month = listed.reporting_month
        group by
            due.authority_code,
            due.extract,
            due.reporting_month,
            due.next_reporting_month,
            due.changed_at,
            listed.filing_month
    ),

    repeated as (
        select listed.authority_code, listed.extract, listed.reporting_month, listed.filing_month, count(*) as events
        from due
        inner join
            listed
            on due.authority_code = listed.authority_code
            and due.extract = listed.extract
            and due.reporting_month = listed.reporting_month
        inner join
            listed as next_listed
            on listed.authority_code = next_listed.authority_code
            and listed.extract = next_listed.extract
            and due.next_reporting_month = next_listed.reporting_month
            and listed.event_key = next_listed.event_key
        group by listed.authority_code, listed.extract, listed.reporting_month, listed.filing_month
    ),

    -- an event that got another date is still of the same child and month
    children_repeated as (
        select
            listed.authority_code,
            listed.extract,
            listed.reporting_month,
            listed.filing_month,
            count(distinct listed.child_key) as children
        from due
        inner join
            listed
            on due.authority_code = listed.authority_code
            and due.extract = listed.extract
            and due.reporting_month = listed.reporting_month
        inner join
            listed as next_listed
            on listed.authority_code = next_listed.authority_code
            and listed.extract = next_listed.extract
            and due.next_reporting_month = next_listed.reporting_month
            and listed.filing_month = next_listed.filing_month
            and listed.child_key = next_listed.child_key
        group by listed.authority_code, listed.extract, listed.reporting_month, listed.filing_month
    )

select
    held.authority_code,
    held.extract,
    held.reporting_month,
    held.next_reporting_month,
    held.filing_month,
    cast(held.events as bigint) as events,
    cast(coalesce(repeated.events, 0) as bigint) as repeated_events,
    coalesce(repeated.events, 0) * 10 >= held.events
    or coalesce(children_repeated.children, 0) * 2 >= held.children as is_in_next,
    held.changed_at as loaded_at
from held
left join
    repeated
    on held.authority_code = repeated.authority_code
    and held.extract = repeated.extract
    and held.reporting_month = repeated.reporting_month
    and held.filing_month = repeated.filing_month
left join
    children_repeated
    on held.authority_code = children_repeated.authority_code
    and held.extract = children_repeated.extract
    and held.reporting_month = children_repeated.reporting_month
    and held.filing_month = children_repeated.filing_month
