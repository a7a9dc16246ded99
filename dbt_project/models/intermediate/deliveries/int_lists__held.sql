-- grain: one row per authority, list, reporting month and month of filing: what the list that leads holds
-- A list of events holds those of the month, or of some months back; one of plans or periods of care holds what is open
-- or ended in them. How far back the next list holds everything is declared in reference.list_reaches, or else told by
-- it: as far as a month of which it repeats a tenth of the events, or has events of half of the children.
-- What one list held and the next one should hold and does not is withdrawn.
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
    ),

    compared as (
        select
            held.authority_code,
            held.extract,
            held.reporting_month,
            held.next_reporting_month,
            held.filing_month,
            held.changed_at,
            held.events,
            coalesce(repeated.events, 0) as repeated_events,
            coalesce(repeated.events, 0) * 10 >= held.events
            or coalesce(children_repeated.children, 0) * 2 >= held.children as is_in_next
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
    ),

    -- the month from which on the next list holds everything
    with_reach as (
        select
            compared.authority_code,
            compared.extract,
            compared.reporting_month,
            compared.next_reporting_month,
            compared.filing_month,
            compared.changed_at,
            compared.events,
            compared.repeated_events,
            compared.is_in_next,
            reaches.reach is not null as is_declared,
            case
                reaches.reach
                when 'month'
                then compared.next_reporting_month
                when 'financial_year'
                then {{ financial_year_start("compared.next_reporting_month") }}
                when 'six_months'
                then {{ add_months_to("compared.next_reporting_month", -5) }}
                when 'twelve_months'
                then {{ add_months_to("compared.next_reporting_month", -11) }}
                when 'everything'
                then date '1900-01-01'
                else
                    min(
                        case
                            when compared.is_in_next and compared.filing_month < date '9999-12-01'
                            then compared.filing_month
                        end
                    ) over (partition by compared.authority_code, compared.extract, compared.reporting_month)
            end as next_reaches_from
        from compared
        left join
            {{ ref("list_reaches") }} as reaches
            on compared.authority_code = reaches.authority_code
            and compared.extract = reaches.list
    )

select
    authority_code,
    extract,
    filing_month,
    cast(events as bigint) as events,
    cast(repeated_events as bigint) as repeated_events,
    next_reaches_from,
    is_declared,
    next_reporting_month is not null
    and case
        when filing_month < date '9999-12-01'
        then coalesce(filing_month >= next_reaches_from, false)
        else
            (is_declared or is_in_next)
            and {{ financial_year_start("reporting_month") }} = {{ financial_year_start("next_reporting_month") }}
    end as is_expected_next,
    -- what was open in March may have ended then after all, and the list that begins in April no longer shows it
    coalesce(
        filing_month = date '9999-12-01'
        and (is_declared or is_in_next)
        and {{ financial_year_start("reporting_month") }} < {{ financial_year_start("next_reporting_month") }},
        false
    ) as is_ended_unless_next,
    changed_at as loaded_at,
    reporting_month
from with_reach
