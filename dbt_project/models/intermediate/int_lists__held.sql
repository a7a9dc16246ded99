-- grain: one row per authority, list, reporting month and month of filing: what its current version holds
-- A list of events holds those of the month, or of the months since April; one of plans or periods of care holds what is open
-- or ended since April. What a list held is expected in the next one if that holds at least half as much of the same month.
with
{%- for extract in var('lists') %}
{{ extract }} as (
    select
        staged.authority_code,
        '{{ extract }}' as extract,
        staged.reporting_month,
        coalesce(staged.filing_month, date '9999-12-01') as filing_month,
        count(*) as events
    from {{ ref('stg_' ~ extract) }} as staged
    inner join {{ ref('int_lists__delivered') }} as delivered
        on
            delivered.extract = '{{ extract }}'
            and staged.authority_code = delivered.authority_code
            and staged.reporting_month = delivered.reporting_month
            and staged.version = delivered.version
    where staged.event_key is not null
    group by staged.authority_code, staged.reporting_month, coalesce(staged.filing_month, date '9999-12-01')
),
{%- endfor %}

held as (
    {%- for extract in var('lists') %}
    select
        authority_code,
        extract,
        reporting_month,
        filing_month,
        events
    from {{ extract }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    held.authority_code,
    held.extract,
    held.reporting_month,
    held.filing_month,
    cast(held.events as bigint) as events,
    coalesce(next_held.events * 2 >= held.events, false)
    -- what was open in March may have ended then after all, and the list that begins in April no longer shows it
    and not (
        held.filing_month = date '9999-12-01'
        and {{ financial_year_start('held.reporting_month') }} < {{ financial_year_start('delivered.next_reporting_month') }}
    ) as is_expected_next
from held
inner join {{ ref('int_lists__delivered') }} as delivered
    on
        held.authority_code = delivered.authority_code
        and held.extract = delivered.extract
        and held.reporting_month = delivered.reporting_month
left join held as next_held
    on
        held.authority_code = next_held.authority_code
        and held.extract = next_held.extract
        and delivered.next_reporting_month = next_held.reporting_month
        and held.filing_month = next_held.filing_month
