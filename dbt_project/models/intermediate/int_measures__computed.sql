-- grain: one row per authority, month and measure, as the child-level lists give it; a ratio waits for its parts
with counted as (
    {%- for domain in ['contacts', 'referrals', 'assessments', 'section_47', 'cin', 'cpp', 'lac'] %}
    select
        authority_code,
        month,
        measure_id,
        value,
        is_mature,
        reporting_month
    from {{ ref('int_' ~ domain ~ '__measured') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

figures as (
    select
        authority_code,
        month,
        measure_id,
        value,
        is_mature,
        reporting_month
    from counted

    union all

    select
        numerators.authority_code,
        numerators.month,
        ratios.measure_id,
        cast(null as double) as value,
        numerators.is_mature and denominators.is_mature as is_mature,
        greatest(numerators.reporting_month, denominators.reporting_month) as reporting_month
    from {{ ref('measures') }} as ratios
    inner join counted as numerators on ratios.numerator_id = numerators.measure_id
    inner join counted as denominators
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
from figures
