-- grain: one row per authority, list, reporting month and month of filing: what the list that leads holds, and what the
-- next one repeats of it
-- It is in the next one where that repeats a tenth of its events, or has events of half of its children.
{{
    config(
        materialized="incremental",
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

    -- an event that got another date is still of the same child and month
    children_listed as (select distinct extract, authority_code, reporting_month, filing_month, child_key from listed)

select
    due.authority_code,
    due.extract,
    due.reporting_month,
    due.next_reporting_month,
    listed.filing_month,
    cast(count(*) as bigint) as events,
    cast(count(next_listed.event_key) as bigint) as repeated_events,
    count(next_listed.event_key) * 10 >= count(*)
    or count(distinct next_children.child_key) * 2 >= count(distinct listed.child_key) as is_in_next,
    due.changed_at as loaded_at
from due
inner join
    listed
    on due.authority_code = listed.authority_code
    and due.extract = listed.extract
    and due.reporting_month = listed.reporting_month
left join
    listed as next_listed
    on listed.authority_code = next_listed.authority_code
    and listed.extract = next_listed.extract
    and due.next_reporting_month = next_listed.reporting_month
    and listed.event_key = next_listed.event_key
left join
    children_listed as next_children
    on listed.authority_code = next_children.authority_code
    and listed.extract = next_children.extract
    and due.next_reporting_month = next_children.reporting_month
    and listed.filing_month = next_children.filing_month
    and listed.child_key = next_children.child_key
group by
    due.authority_code, due.extract, due.reporting_month, due.next_reporting_month, due.changed_at, listed.filing_month
