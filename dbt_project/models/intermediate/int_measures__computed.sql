-- grain: one row per authority, month and measure, as the child-level lists give it; a ratio waits for its parts
with members as (
    {%- for domain in counted_measures() %}
    select
        authority_code,
        month,
        measure_id,
        is_member,
        is_settled
    from {{ ref('int_' ~ domain ~ '__members') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- every measure of every month that its list was delivered for, also where nobody is in it
due as (
    select
        delivered.authority_code,
        delivered.reporting_month as month,
        measured.measure_id,
        delivered.last_reporting_month as reporting_month,
        measured.list is null or lists.version is not null as is_told
    from {{ ref('int_lists__delivered') }} as delivered
    inner join (
        {%- for domain, it in counted_measures().items() %}
        {%- for name, measures in event_sets(domain).items() %}
        {%- for measure_id in measures %}
        select
            '{{ it.get('beside', it.list) }}' as extract,
            {{ "'" ~ it.list ~ "'" if it.beside else 'cast(null as string)' }} as list,
            '{{ measure_id }}' as measure_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as measured on delivered.extract = measured.extract
    left join {{ ref('int_lists__delivered') }} as lists
        on
            measured.list = lists.extract
            and delivered.authority_code = lists.authority_code
            and delivered.reporting_month = lists.reporting_month
            and lists.profile <> 'annex_a'
),

counted as (
    select
        authority_code,
        month,
        measure_id,
        count(case when is_member then 1 end) as members,
        count(case when is_member is null then 1 end) as untold,
        count(case when not is_settled then 1 end) as unsettled
    from members
    group by authority_code, month, measure_id
),

figures as (
    select
        due.authority_code,
        due.month,
        due.measure_id,
        cast(case when due.is_told and coalesce(counted.untold, 0) = 0 then coalesce(counted.members, 0) end as double) as value,
        coalesce(counted.unsettled, 0) = 0 as is_mature,
        due.reporting_month
    from due
    left join counted
        on
            due.authority_code = counted.authority_code
            and due.month = counted.month
            and due.measure_id = counted.measure_id
),

with_ratios as (
    select
        authority_code,
        month,
        measure_id,
        value,
        is_mature,
        reporting_month
    from figures

    union all

    select
        numerators.authority_code,
        numerators.month,
        ratios.measure_id,
        cast(null as double) as value,
        numerators.is_mature and denominators.is_mature as is_mature,
        greatest(numerators.reporting_month, denominators.reporting_month) as reporting_month
    from {{ ref('measures') }} as ratios
    inner join figures as numerators on ratios.numerator_id = numerators.measure_id
    inner join figures as denominators
        on
            ratios.denominator_id = denominators.measure_id
            and numerators.authority_code = denominators.authority_code
            and numerators.month = denominators.month
    where ratios.kind = 'ratio'
)

select
    authority_code,
    month,
    measure_id,
    'computed' as basis,
    value,
    cast(null as double) as printed_value,
    cast(null as double) as printed_ytd,
    value is not null as is_supplied,
    is_mature,
    reporting_month,
    'Annex A lists up to ' || substr(cast(reporting_month as string), 1, 7) as source_ref
from with_ratios
