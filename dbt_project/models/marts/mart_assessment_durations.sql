-- grain: one row per authority, month and clock: the working days that the assessments completed in the month took
{% set bands = [(0, 0), (1, 10), (11, 20), (21, 30), (31, 40), (41, 45), (46, 50), (51, 60)] %}
with clocked as (
    select
        authority_code,
        month,
        'assessment' as clock,
        working_days
    from {{ ref('int_assessments__completed') }}

    union all

    select
        authority_code,
        month,
        'referral' as clock,
        working_days_from_referral as working_days
    from {{ ref('int_assessments__completed') }}
)

select
    clocked.authority_code,
    clocked.month,
    clocked.clock,
    cast(count(*) as bigint) as assessments,
    {%- for first, last in bands %}
    cast(count(case when clocked.working_days between {{ first }} and {{ last }} then 1 end) as bigint) as days_{{ first }}{{ '_' ~ last if last > first }},
    {%- endfor %}
    cast(count(case when clocked.working_days > 60 then 1 end) as bigint) as days_61_plus,
    cast(percentile_cont(0.25) within group (order by clocked.working_days asc nulls last) as double) as lower_quartile,
    cast(percentile_cont(0.5) within group (order by clocked.working_days asc nulls last) as double) as median,
    cast(percentile_cont(0.75) within group (order by clocked.working_days asc nulls last) as double) as upper_quartile
from clocked
inner join {{ ref('int_lists__delivered') }} as delivered
    on
        delivered.extract = 'annex_a_assessments'
        and clocked.authority_code = delivered.authority_code
        and clocked.month = delivered.reporting_month
where clocked.working_days is not null
group by clocked.authority_code, clocked.month, clocked.clock
