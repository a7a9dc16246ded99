-- grain: one row per authority, month and episode of care of that month's list, with what the rules of the yearly
-- returns ask about
{{ config(materialized="incremental", unique_key=["authority_code", "month"]) }}
with
    due as (
        select authority_code, reporting_month as month, max(loaded_at) as loaded_at
        from {{ ref("int_lists__delivered") }}
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    care_episodes as (

        select
            lac_episode_key as event_key,
            reporting_month as month,
            authority_code,
            child_key,
            episode_start_date,
            episode_end_date,
            start_reason,
            end_reason_code,
            legal_status_code,
            need_code,
            placement_type_code,
            placement_provider_code,
            is_at_home_postcode,
            placement_postcode_key,
            placement_urn_key
        from {{ ref("int_lac_episodes__unioned") }}
        where
            is_leading
            and repeated_in_row is null
            and lac_episode_key is not null
            and (
                (authority_code, reporting_month) in (select due.authority_code, due.month from due)
                or (authority_code, reporting_month)
                in (select due.authority_code, {{ add_months_to(financial_year_start("due.month"), -1) }} from due)
            )

    ),

    care_episodes_placed as (
        select
            event_key,
            child_key,
            month,
            episode_start_date,
            episode_end_date,
            legal_status_code,
            placement_type_code,
            placement_provider_code,
            -- null where neither is said
            nullif(coalesce(placement_postcode_key, '') || '|' || coalesce(placement_urn_key, ''), '|') as home
        from care_episodes
    ),

    care_episodes_in_order as (
        select
            event_key,
            month,
            home,
            lag(home) over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as home_before,
            row_number() over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as place,
            lag(episode_end_date) over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as end_before,
            lag(legal_status_code) over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as legal_status_before,
            lag(placement_type_code) over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as type_before,
            lag(placement_provider_code) over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as provider_before,
            lead(episode_start_date) over (
                partition by child_key, month
                order by episode_start_date asc nulls last, episode_end_date asc nulls last
            ) as next_start
        from care_episodes_placed
    )

select
    care_episodes.authority_code,
    care_episodes.month,
    care_episodes.event_key,
    care_episodes.child_key,
    care_episodes.start_reason,
    care_episodes.end_reason_code,
    care_episodes.legal_status_code,
    care_episodes.need_code,
    care_episodes.placement_type_code,
    care_episodes.placement_provider_code,
    care_episodes.is_at_home_postcode,
    care_episodes.placement_postcode_key,
    care_episodes.placement_urn_key,
    in_order.place = 1 as is_first,
    care_episodes.episode_start_date >= month_ends.year_start as is_of_year,
    coalesce(in_order.next_start = care_episodes.episode_end_date, false) as is_continued,
    case
        when in_order.place > 1 then coalesce(in_order.end_before = care_episodes.episode_start_date, false)
    end as is_continuation,
    in_order.legal_status_before = care_episodes.legal_status_code as is_legal_status_same,
    in_order.type_before = care_episodes.placement_type_code
    and coalesce(in_order.provider_before, '') = coalesce(care_episodes.placement_provider_code, '')
    and in_order.home_before = in_order.home as is_placement_same,
    in_order.type_before <> care_episodes.placement_type_code
    or in_order.provider_before <> care_episodes.placement_provider_code
    or in_order.home_before <> in_order.home as is_placement_changed,
    in_march.start_reason as march_start_reason,
    in_march.legal_status_code as march_legal_status_code,
    in_march.need_code as march_need_code,
    in_march.placement_type_code as march_placement_type_code,
    in_march.placement_provider_code as march_placement_provider_code,
    in_march.placement_postcode_key as march_placement_postcode_key,
    in_march.placement_urn_key as march_placement_urn_key,
    due.loaded_at
from care_episodes
inner join due on care_episodes.authority_code = due.authority_code and care_episodes.month = due.month
inner join {{ ref("validation_months") }} as month_ends on care_episodes.month = month_ends.month
inner join
    care_episodes_in_order as in_order
    on care_episodes.event_key = in_order.event_key
    and care_episodes.month = in_order.month
left join
    care_episodes as in_march
    on care_episodes.event_key = in_march.event_key
    and in_march.month = {{ add_months_to("month_ends.year_start", -1) }}
    and in_march.episode_end_date is null
