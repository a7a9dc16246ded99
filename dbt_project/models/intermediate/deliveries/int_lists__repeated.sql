-- grain: one row per authority, list, reporting month and month of filing: what the list that leads holds, and what the
-- next one repeats of it
-- It is in the next one where that repeats a tenth of its events, or has events of half of its children. An event that
-- the next one files under a later month says nothing: an enquiry of March whose conference was in April is in a list
-- that begins in April. So may one or two be that still wait for their conference: of a list that keeps its events by
-- one
-- of two dates it takes three.
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
            due.authority_code,
            due.extract,
            due.reporting_month,
            due.next_reporting_month,
            due.changed_at,
            coalesce(events.filing_month, date '9999-12-01') as filing_month,
            events.event_key,
            events.child_key
        from due
        inner join
            {{ ref("int_events__listed") }} as events
            on due.authority_code = events.authority_code
            and due.extract = events.extract
            and due.reporting_month = events.reporting_month
        where events.event_key is not null and events.repeated_in_row is null
    ),

    next_listed as (
        select
            due.authority_code,
            due.extract,
            due.reporting_month,
            coalesce(events.filing_month, date '9999-12-01') as filing_month,
            events.event_key,
            events.child_key
        from due
        inner join
            {{ ref("int_events__listed") }} as events
            on due.authority_code = events.authority_code
            and due.extract = events.extract
            and due.next_reporting_month = events.reporting_month
        where events.event_key is not null and events.repeated_in_row is null
    ),

    events_counted as (
        select
            listed.authority_code,
            listed.extract,
            listed.reporting_month,
            listed.next_reporting_month,
            listed.changed_at,
            listed.filing_month,
            count(*) as events,
            count(next_listed.event_key) as repeated_events,
            count(case when next_listed.filing_month <= listed.filing_month then 1 end) as still_filed_events
        from listed
        left join
            next_listed
            on listed.authority_code = next_listed.authority_code
            and listed.extract = next_listed.extract
            and listed.reporting_month = next_listed.reporting_month
            and listed.event_key = next_listed.event_key
        group by
            listed.authority_code,
            listed.extract,
            listed.reporting_month,
            listed.next_reporting_month,
            listed.changed_at,
            listed.filing_month
    ),

    -- an event that got another date is still of the same child and month
    children_listed as (
        select distinct authority_code, extract, reporting_month, filing_month, child_key
        from listed
        where next_reporting_month is not null and child_key is not null
    ),

    next_children as (
        select distinct authority_code, extract, reporting_month, filing_month, child_key from next_listed
    ),

    children_counted as (
        select
            children.authority_code,
            children.extract,
            children.reporting_month,
            children.filing_month,
            count(*) as children,
            count(next_children.child_key) as repeated_children
        from children_listed as children
        left join
            next_children
            on children.authority_code = next_children.authority_code
            and children.extract = next_children.extract
            and children.reporting_month = next_children.reporting_month
            and children.filing_month = next_children.filing_month
            and children.child_key = next_children.child_key
        group by children.authority_code, children.extract, children.reporting_month, children.filing_month
    )

select
    events_counted.authority_code,
    events_counted.extract,
    events_counted.reporting_month,
    events_counted.next_reporting_month,
    events_counted.filing_month,
    cast(events_counted.events as bigint) as events,
    cast(events_counted.repeated_events as bigint) as repeated_events,
    (
        events_counted.still_filed_events * 10 >= events_counted.events
        and events_counted.still_filed_events >= case when extracts.filing_dates > 1 then 3 else 1 end
    )
    or coalesce(children_counted.repeated_children * 2 >= children_counted.children, false) as is_in_next,
    events_counted.changed_at as loaded_at
from events_counted
inner join {{ ref("extracts") }} as extracts on events_counted.extract = extracts.extract
left join
    children_counted
    on events_counted.authority_code = children_counted.authority_code
    and events_counted.extract = children_counted.extract
    and events_counted.reporting_month = children_counted.reporting_month
    and events_counted.filing_month = children_counted.filing_month
