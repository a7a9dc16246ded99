-- grain: one row per authority, month, stage and next stage: the days between them, of the children who reached it in the month
select
    journeys.authority_code,
    cast(date_trunc('month', journeys.next_stage_date) as date) as month,
    journeys.stage,
    journeys.next_stage,
    {{ journey_measure('journeys') }} as measure_id,
    cast(count(*) as bigint) as journeys,
    cast(percentile_cont(0.25) within group (order by journeys.days_to_next_stage asc nulls last) as double) as lower_quartile,
    cast(percentile_cont(0.5) within group (order by journeys.days_to_next_stage asc nulls last) as double) as median,
    cast(percentile_cont(0.75) within group (order by journeys.days_to_next_stage asc nulls last) as double) as upper_quartile
from {{ ref('fct_child_journey') }} as journeys
inner join {{ ref('int_lists__delivered') }} as delivered
    on
        delivered.extract = {{ list_of_stage('journeys.next_stage') }}
        and journeys.authority_code = delivered.authority_code
        and cast(date_trunc('month', journeys.next_stage_date) as date) = delivered.reporting_month
where journeys.next_stage is not null
group by
    journeys.authority_code, cast(date_trunc('month', journeys.next_stage_date) as date), journeys.stage, journeys.next_stage
