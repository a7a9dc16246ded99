-- grain: one row per authority, month, measure, breakdown and category
with
    events_categorised as (
        -- one row per event and breakdown: the category that the event falls into
        select
            facts.authority_code,
            facts.event_month as month,
            'contacts' as measure_id,
            'source' as breakdown,
            coalesce(codes.roll_up, 'Not known') as category
        from {{ ref("fct_contacts") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'referral_source'
            and facts.contact_source_code = codes.code
        where not facts.is_withdrawn

        union all

        select
            facts.authority_code,
            facts.event_month as month,
            'contacts' as measure_id,
            'outcome' as breakdown,
            coalesce(codes.label, 'Not known') as category
        from {{ ref("fct_contacts") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'contact_outcome'
            and facts.contact_outcome_code = codes.code
        where not facts.is_withdrawn

        union all

        select
            facts.authority_code,
            facts.event_month as month,
            'referrals' as measure_id,
            'source' as breakdown,
            coalesce(codes.roll_up, 'Not known') as category
        from {{ ref("fct_referrals") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'referral_source'
            and facts.referral_source_code = codes.code
        where not facts.is_withdrawn

        union all

        select
            facts.authority_code,
            facts.event_month as month,
            'referrals' as measure_id,
            'outcome' as breakdown,
            coalesce(codes.label, 'Not known') as category
        from {{ ref("fct_referrals") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'referral_outcome'
            and facts.referral_outcome_code = codes.code
        where not facts.is_withdrawn

        union all

        select
            facts.authority_code,
            facts.month,
            'cpp_total' as measure_id,
            'category of abuse' as breakdown,
            coalesce(codes.label, 'Not known') as category
        from {{ ref("int_cpp__open_at_month_end") }} as facts
        left join
            {{ ref("code_lists") }} as codes on codes.code_list = 'abuse_category' and facts.category_code = codes.code
        where facts.is_delivered

        union all

        select
            facts.authority_code,
            facts.month,
            'lac_total' as measure_id,
            'age band' as breakdown,
            coalesce(facts.age_band, 'Not known') as category
        from {{ ref("int_lac__open_at_month_end") }} as facts

        union all

        select
            facts.authority_code,
            facts.month,
            'lac_total' as measure_id,
            'placement type' as breakdown,
            coalesce(codes.roll_up, 'Not known') as category
        from {{ ref("int_lac__open_at_month_end") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'placement_type'
            and facts.placement_type_code = codes.code
        where facts.is_delivered

        union all

        select
            facts.authority_code,
            facts.month,
            'lac_total' as measure_id,
            'placement location' as breakdown,
            coalesce(codes.label, 'Not known') as category
        from {{ ref("int_lac__open_at_month_end") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'placement_location'
            and facts.placement_location_code = codes.code
        where facts.is_delivered

        union all

        select
            facts.authority_code,
            facts.month,
            'lac_total' as measure_id,
            'unaccompanied asylum seeker' as breakdown,
            case when facts.is_uasc then 'Yes' else 'No' end as category
        from {{ ref("int_lac__open_at_month_end") }} as facts

        union all

        -- a series of short breaks is not a period of care
        select
            facts.authority_code,
            facts.filing_month as month,
            'lac_ceased' as measure_id,
            'reason' as breakdown,
            coalesce(codes.label, 'Not known') as category
        from {{ ref("fct_lac") }} as facts
        left join
            {{ ref("code_lists") }} as codes
            on codes.code_list = 'lac_end_reason'
            and facts.end_reason_code = codes.code
        where
            not facts.is_withdrawn
            and facts.filing_month is not null
            and coalesce(facts.legal_status_code not in ('V3', 'V4'), true)
    ),

    events_counted as (
        select authority_code, month, measure_id, breakdown, category, count(*) as value
        from events_categorised
        group by authority_code, month, measure_id, breakdown, category
    )

select
    counted.authority_code,
    counted.month,
    counted.measure_id,
    counted.breakdown,
    counted.category,
    cast(counted.value as double) as value,
    cast(kpi.value as double) as total,
    {{ percentage("counted.value", "kpi.value") }} as share
from events_counted as counted
-- only months that lists tell of
inner join
    {{ ref("kpi_monthly") }} as kpi
    on counted.authority_code = kpi.authority_code
    and counted.month = kpi.month
    and counted.measure_id = kpi.measure_id
    and kpi.basis = 'computed'
