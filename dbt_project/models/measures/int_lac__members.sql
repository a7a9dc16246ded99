-- grain: one row per measure of children looked after, month and period of care that counts in it, or may
{{ config(materialized="view") }}
with
    months as (select authority_code, month from {{ ref("int_months__told") }} where extract = 'annex_a_lac'),

    on_plan as (select distinct authority_code, child_key, month from {{ ref("int_cpp__open_at_month_end") }}),

    -- a series of short breaks is not a period of care
    periods as (
        select lac_key, child_key, authority_code, lac_start_date, event_month as start_month, filing_month as end_month
        from {{ ref("fct_lac") }}
        where not is_withdrawn and coalesce(legal_status_code not in ('V3', 'V4'), true)
    ),

    open_at_month_end as (
        select
            lac.lac_key as event_key,
            lac.child_key,
            lac.authority_code,
            lac.month,
            lac.is_uasc,
            lac.placements_last_12_months,
            lac.placement_location_code,
            -- where no row of the month has one, we cannot know how many there are
            max(lac.placements_last_12_months) over month_of_authority is not null as has_placement_counts,
            max(lac.placement_location_code) over month_of_authority is not null as has_locations,
            lac.is_long_term,
            lac.is_stable,
            carers.has_one_carer,
            case when cpp_lists.extract is not null then on_plan.child_key is not null end as is_on_plan,
            review_due.event_key is not null as is_review_due,
            reviewed.is_in_time
        from {{ ref("int_lac__open_at_month_end") }} as lac
        left join
            on_plan
            on lac.authority_code = on_plan.authority_code
            and lac.child_key = on_plan.child_key
            and lac.month = on_plan.month
        left join
            {{ ref("int_lac__review_due") }} as review_due
            on lac.lac_key = review_due.event_key
            and lac.month = review_due.month
        left join
            {{ ref("int_lac__reviewed_in_time") }} as reviewed
            on lac.lac_key = reviewed.event_key
            and lac.month = reviewed.month
        left join
            {{ ref("int_lac__with_one_carer") }} as carers
            on lac.lac_key = carers.event_key
            and lac.month = carers.month
        left join
            {{ ref("int_months__told") }} as cpp_lists
            on cpp_lists.extract = 'annex_a_cpp'
            and lac.authority_code = cpp_lists.authority_code
            and lac.month = cpp_lists.month
        window month_of_authority as (partition by lac.authority_code, lac.month)
    ),

    started as (
        select
            periods.lac_key as event_key,
            periods.child_key,
            periods.authority_code,
            months.month,
            row_number() over (
                partition by periods.authority_code, months.month, periods.child_key
                order by periods.lac_start_date asc nulls last, periods.lac_key asc nulls last
            )
            = 1 as is_first_of_child
        from periods
        inner join months on periods.authority_code = months.authority_code and periods.start_month = months.month
    ),

    ceased as (
        select periods.lac_key as event_key, periods.child_key, periods.authority_code, months.month
        from periods
        inner join months on periods.authority_code = months.authority_code and periods.end_month = months.month
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_open'
                then true
                when 'is_other_than_uasc'
                then not events.is_uasc
                when 'is_uasc'
                then events.is_uasc
                when 'is_on_plan'
                then events.is_on_plan
                when 'has_three_placements'
                then
                    case
                        when events.has_placement_counts
                        then coalesce(events.placements_last_12_months >= {{ var("unstable_placements") }}, false)
                    end
                when 'is_placed_outside'
                then case when events.has_locations then coalesce(events.placement_location_code = 'OUT', false) end
                when 'is_long_term'
                then events.is_long_term
                when 'is_long_term_and_stable'
                then events.is_long_term and events.is_stable
                when 'is_long_term_with_one_carer'
                then events.is_long_term and events.has_one_carer
                when 'is_review_due'
                then events.is_review_due
                when 'is_reviewed_in_time'
                then case when events.is_review_due then events.is_in_time else false end
            end as is_member
        from open_at_month_end as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'lac'
            and measures.counted_at = 'open_at_month_end'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by when 'is_started' then true when 'is_first_of_child' then events.is_first_of_child
            end as is_member
        from started as events
        inner join {{ ref("measures") }} as measures on measures.counted_in = 'lac' and measures.counted_at = 'started'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_ceased' then true end as is_member
        from ceased as events
        inner join {{ ref("measures") }} as measures on measures.counted_in = 'lac' and measures.counted_at = 'ceased'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, true as is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true)
