-- grain: one row per authority, month, stage and next stage
-- How many days children took between the two, of those who reached the next stage in the month.
with
    journeys as (
        select
            authority_code,
            cast(date_trunc('month', next_stage_date) as date) as month,
            stage,
            next_stage,
            -- the list that shows who reaches the next stage
            case
                next_stage
                when 'referral'
                then 'annex_a_referrals'
                when 'assessment'
                then 'annex_a_assessments'
                when 'section_47'
                then 'annex_a_section_47'
                when 'conference'
                then 'annex_a_section_47'
                when 'plan'
                then 'annex_a_cpp'
                when 'care'
                then 'annex_a_lac'
            end as next_stage_extract,
            days_to_next_stage
        from {{ ref("fct_child_journey") }}
        where next_stage is not null
    )

select
    journeys.authority_code,
    journeys.month,
    journeys.stage,
    journeys.next_stage,
    'days_' || journeys.stage || '_to_' || journeys.next_stage as measure_id,
    cast(count(*) as bigint) as journeys,
    percentile_cont(0.25) within group (order by journeys.days_to_next_stage asc nulls last) as lower_quartile,
    percentile_cont(0.5) within group (order by journeys.days_to_next_stage asc nulls last) as median,
    percentile_cont(0.75) within group (order by journeys.days_to_next_stage asc nulls last) as upper_quartile
from journeys
-- only months that the list of the next stage tells of
inner join
    {{ ref("int_months__told") }} as told
    on journeys.next_stage_extract = told.extract
    and journeys.authority_code = told.authority_code
    and journeys.month = told.month
group by journeys.authority_code, journeys.month, journeys.stage, journeys.next_stage
