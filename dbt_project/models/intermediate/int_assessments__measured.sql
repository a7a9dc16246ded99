-- grain: one row per authority, month and measure of assessments
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_assessments') }}
),

counted as (
    select
        authority_code,
        month,
        count(*) as assessments_completed,
        count(case when working_days <= 15 then 1 end) as days_1_15,
        count(case when working_days between 16 and 25 then 1 end) as days_16_25,
        count(case when working_days between 26 and 35 then 1 end) as days_26_35,
        count(case when working_days between 36 and 45 then 1 end) as days_36_45,
        count(case when working_days > 45 then 1 end) as days_45_plus,
        count(working_days) as grand_total,
        count(case when working_days <= {{ var('assessment_working_days') }} then 1 end) as assessments_within_45wd,
        count(working_days_from_referral) as assessments_after_referral,
        count(case when working_days_from_referral <= {{ var('assessment_working_days') }} then 1 end) as assessments_within_45wd_of_referral
    from {{ ref('int_assessments__completed') }}
    group by authority_code, month
),

{% set measure_ids = [
    'assessments_completed',
    'days_1_15',
    'days_16_25',
    'days_26_35',
    'days_36_45',
    'days_45_plus',
    'grand_total',
    'assessments_within_45wd',
    'assessments_after_referral',
    'assessments_within_45wd_of_referral',
] -%}
figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        {%- for measure_id in measure_ids %}
        {%- if 'referral' in measure_id %}
        case when referral_lists.version is not null then coalesce(counted.{{ measure_id }}, 0) end as {{ measure_id }}{{ ',' if not loop.last }}
        {%- else %}
        coalesce(counted.{{ measure_id }}, 0) as {{ measure_id }}{{ ',' if not loop.last }}
        {%- endif %}
        {%- endfor %}
    from months
    left join counted on months.authority_code = counted.authority_code and months.month = counted.month
    left join {{ ref('int_lists__delivered') }} as referral_lists
        on
            referral_lists.extract = 'annex_a_referrals'
            and months.authority_code = referral_lists.authority_code
            and months.month = referral_lists.reporting_month
)

{{ measured_from('figures', measure_ids) }}
