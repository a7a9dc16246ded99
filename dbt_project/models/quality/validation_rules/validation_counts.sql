-- grain: one row per authority, reporting month and validation rule: how many events of that month's list break it
-- A month is judged when its list comes, and again when a correction does; what was found stays as the history of the
-- year.
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    listed as (
        select authority_code, extract, reporting_month as month, event_key, source_row
        from {{ ref("int_events__listed") }}
        where
            event_key is not null
            and repeated_in_row is null
            and (authority_code, reporting_month) in (select due.authority_code, due.month from due)

        union all

        select
            authority_code,
            'lac_episodes' as extract,
            reporting_month as month,
            lac_episode_key as event_key,
            source_row
        from {{ ref("int_lac_episodes__unioned") }}
        where
            lac_episode_key is not null
            and is_leading
            and repeated_in_row is null
            and (authority_code, reporting_month) in (select due.authority_code, due.month from due)
    ),

    held as (
        select authority_code, extract, month, count(*) as events from listed group by authority_code, extract, month
    ),

    -- an event that is no longer in the list has no row there
    found as (
        select
            breaches.authority_code,
            breaches.month,
            breaches.rule,
            listed.source_row,
            row_number() over (
                partition by breaches.authority_code, breaches.month, breaches.rule
                order by listed.source_row asc nulls last, breaches.event_key asc nulls last
            ) as place
        from {{ ref("validation_breaches") }} as breaches
        inner join {{ ref("validation_rules") }} as rules on breaches.rule = rules.rule
        left join
            listed
            on breaches.authority_code = listed.authority_code
            and rules.list = listed.extract
            and breaches.month = listed.month
            and breaches.event_key = listed.event_key
        where (breaches.authority_code, breaches.month) in (select due.authority_code, due.month from due)
    ),

    counted as (
        select
            authority_code,
            month,
            rule,
            count(*) as breaches,
            {{
                join_sorted(
                    "case when place <= " ~ var("rows_named") ~ " then cast(source_row as string) end",
                    "place",
                )
            }} as named
        from found
        group by authority_code, month, rule
    )

select
    due.authority_code,
    delivered.extract,
    rules.rule,
    cast(
        coalesce(held.events, 0) + case when rules.is_of_missing then coalesce(counted.breaches, 0) else 0 end as bigint
    ) as events,
    cast(coalesce(counted.breaches, 0) as bigint) as breaches,
    counted.named,
    due.loaded_at,
    due.month
from due
inner join
    {{ ref("int_lists__delivered") }} as delivered
    on due.authority_code = delivered.authority_code
    and due.month = delivered.reporting_month
inner join {{ ref("validation_rules") }} as rules on delivered.extract = rules.list
left join
    held on due.authority_code = held.authority_code and delivered.extract = held.extract and due.month = held.month
left join
    counted on due.authority_code = counted.authority_code and due.month = counted.month and rules.rule = counted.rule
