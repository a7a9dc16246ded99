-- grain: one row per measure of missing episodes, month and episode that counts in it, or may
{{ config(materialized="view") }}
with
    months as (
        select authority_code, month, next_month, month_end, known_from
        from {{ ref("int_months__told") }}
        where extract = 'missing_episodes' and is_in_full
    ),

    -- to be away without authorisation is not to be missing
    episodes as (
        select
            missing_episode_key, child_key, authority_code, missing_start_date, missing_end_date, last_reporting_month
        from {{ ref("fct_missing_episodes") }}
        where not is_withdrawn and coalesce(missing_type_code <> 'A', true)
    ),

    began as (
        select episodes.missing_episode_key as event_key, episodes.child_key, episodes.authority_code, months.month
        from episodes
        inner join
            months
            on episodes.authority_code = months.authority_code
            and cast(date_trunc('month', episodes.missing_start_date) as date) = months.month
    ),

    -- of a child's episodes in a month the first stands for the child; one without an end is known of as long as
    -- lists show it
    running as (
        select episodes.missing_episode_key as event_key, episodes.child_key, episodes.authority_code, months.month
        from episodes
        inner join
            months
            on episodes.authority_code = months.authority_code
            and episodes.missing_start_date < months.next_month
            and coalesce(episodes.missing_end_date >= months.month, episodes.last_reporting_month >= months.month)
        qualify
            row_number() over (
                partition by episodes.authority_code, months.month, episodes.child_key
                order by episodes.missing_start_date asc nulls last, episodes.missing_episode_key asc nulls last
            )
            = 1
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_begun' then true end as is_member,
            true as is_settled
        from began as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'missing_episodes'
            and measures.counted_at = 'began'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_missing' then true end as is_member,
            true as is_settled
        from running as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'missing_episodes'
            and measures.counted_at = 'running'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
