-- grain: one row per measure of children in need, month and episode that counts in it
{{ config(materialized="view") }}
with
    months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            first_reporting_month,
            month_end_working_day,
            latest_working_day,
            is_delivered
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_cin'
    ),

    listed as (

        select cin_episode_key as event_key, reporting_month as month, case_status_code, is_cin_plan
        from {{ ref("int_cin__unioned") }}
        where is_leading and repeated_in_row is null and cin_episode_key is not null

    ),

    -- episodes that were a child in need plan at any time
    plans as (select distinct event_key from listed where case_status_code = 'CIN' or is_cin_plan),

    open_episodes as (
        select
            facts.cin_episode_key as event_key,
            facts.child_key,
            months.authority_code,
            months.month,
            facts.cin_start_date,
            -- a status of the end of the year says nothing of the months before
            case
                when months.is_delivered
                then coalesce(listed.case_status_code, facts.case_status_code, '') = 'CIN'
                else facts.is_cin_plan
            end as is_plan
        from months
        inner join
            {{ ref("fct_cin_episodes") }} as facts
            on months.authority_code = facts.authority_code
            and {{ is_open_at_month_end("facts", "cin_start_date", "cin_closure_date", "months") }}
        left join listed on facts.cin_episode_key = listed.event_key and months.month = listed.month
        -- one that the list calls closed is not open, though nobody knows since when
        where
            facts.cin_closure_date is not null
            or coalesce(listed.case_status_code, facts.case_status_code, '') <> 'CLOSED'
    ),

    -- a child with several open episodes counts once, with its plan if it has one
    open_at_month_end as (
        select event_key, child_key, authority_code, month, is_plan
        from open_episodes
        qualify
            row_number() over (
                partition by authority_code, month, child_key
                order by
                    case when is_plan then 0 else 1 end asc nulls last,
                    cin_start_date desc nulls last,
                    event_key asc nulls last
            )
            = 1
    ),

    started as (
        select facts.cin_episode_key as event_key, facts.child_key, facts.authority_code, months.month
        from {{ ref("fct_cin_episodes") }} as facts
        inner join months on facts.authority_code = months.authority_code and facts.event_month = months.month
        inner join plans on facts.cin_episode_key = plans.event_key
        where not facts.is_withdrawn
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_open' then true when 'is_plan' then events.is_plan end as is_member,
            true as is_settled
        from open_at_month_end as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'cin'
            and measures.counted_at = 'open_at_month_end'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_started' then true end as is_member,
            true as is_settled
        from started as events
        inner join {{ ref("measures") }} as measures on measures.counted_in = 'cin' and measures.counted_at = 'started'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
