-- grain: one row per month and child looked after long term at its end, of whom episodes of care were delivered: with
-- one carer for two years?
-- A child is with one carer from an episode that began with a change of carer (S, P or B) to the next such. A change of
-- legal status (L), or of the placement with the same carer (T or U), goes on with the stay.
with
    episodes as (
        select
            authority_code,
            child_key,
            lac_episode_key,
            episode_start_date,
            episode_end_date,
            start_reason,
            placement_type_code,
            lag(coalesce(episode_end_date, date '9999-12-31')) over of_child as end_before,
            lag(placement_type_code) over of_child as type_before,
            lag(placement_provider_code) over of_child as provider_before,
            placement_provider_code
        from {{ ref("fct_lac_episodes") }}
        where not is_withdrawn and coalesce(legal_status_code not in ('V3', 'V4'), true)
        window
            of_child as (
                partition by authority_code, child_key
                order by
                    episode_start_date asc nulls last, episode_end_date asc nulls last, lac_episode_key asc nulls last
            )
    ),

    numbered as (
        select
            authority_code,
            child_key,
            episode_start_date,
            episode_end_date,
            start_reason,
            placement_type_code,
            row_number() over so_far as episode_number,
            -- care that begins again on the same day in a home of the same kind goes on with the carer
            sum(
                case
                    when
                        episode_start_date <= end_before
                        and (
                            start_reason in ('L', 'T', 'U')
                            or (
                                start_reason = 'S'
                                and placement_type_code = type_before
                                and coalesce(placement_provider_code, '') = coalesce(provider_before, '')
                            )
                        )
                    then 0
                    else 1
                end
            ) over so_far as stay_number
        from episodes
        window
            so_far as (
                partition by authority_code, child_key
                order by
                    episode_start_date asc nulls last, episode_end_date asc nulls last, lac_episode_key asc nulls last
            )
    ),

    first_episodes as (
        select authority_code, child_key, stay_number, episode_start_date, start_reason, placement_type_code
        from numbered
        qualify
            row_number() over (
                partition by authority_code, child_key, stay_number order by episode_number asc nulls last
            )
            = 1
    ),

    stay_ends as (
        select authority_code, child_key, stay_number, max(coalesce(episode_end_date, date '9999-12-31')) as until_date
        from numbered
        group by authority_code, child_key, stay_number
    ),

    stays as (
        select
            firsts.authority_code,
            firsts.child_key,
            firsts.stay_number,
            firsts.episode_start_date as since_date,
            -- where the episodes before were not delivered, the child may have been with the carer for longer
            coalesce(firsts.start_reason in ('S', 'P', 'B'), false) as is_begin_known,
            coalesce(firsts.placement_type_code like 'A%', false) as is_for_adoption,
            case
                when lag(ends.until_date) over of_child >= firsts.episode_start_date
                then lag(firsts.episode_start_date) over of_child
            end as since_before,
            case
                when lag(ends.until_date) over of_child >= firsts.episode_start_date
                then coalesce(lag(firsts.start_reason) over of_child in ('S', 'P', 'B'), false)
                else coalesce(firsts.start_reason = 'S', false)
            end as is_before_known
        from first_episodes as firsts
        inner join
            stay_ends as ends
            on firsts.authority_code = ends.authority_code
            and firsts.child_key = ends.child_key
            and firsts.stay_number = ends.stay_number
        window
            of_child as (
                partition by firsts.authority_code, firsts.child_key order by firsts.stay_number asc nulls last
            )
    ),

    stays_at_month_end as (
        select
            lac.lac_key,
            lac.month,
            lac.month_end,
            stays.since_date,
            stays.is_begin_known,
            stays.is_for_adoption,
            stays.since_before,
            stays.is_before_known
        from {{ ref("int_lac__open_at_month_end") }} as lac
        inner join
            stays
            on lac.authority_code = stays.authority_code
            and lac.child_key = stays.child_key
            and stays.since_date <= lac.month_end
        where lac.is_long_term
        qualify row_number() over (partition by lac.lac_key, lac.month order by stays.stay_number desc nulls last) = 1
    )

select
    lac_key as event_key,
    month,
    case
        when {{ add_months_to("since_date", var("stable_placement_months")) }} <= month_end
        then true
        when is_for_adoption and {{ add_months_to("since_before", var("stable_placement_months")) }} <= month_end
        then true
        when not is_begin_known or (is_for_adoption and not is_before_known)
        then cast(null as boolean)
        else false
    end as has_one_carer
from stays_at_month_end
