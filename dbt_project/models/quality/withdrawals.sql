-- grain: one row per event that the list no longer has that should have it, and that is therefore not counted
with
    gone as (
        select
            'annex_a_contacts' as list,
            contact_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_contacts") }}
        where is_withdrawn
        union all
        select
            'annex_a_referrals' as list,
            referral_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_referrals") }}
        where is_withdrawn
        union all
        select
            'annex_a_assessments' as list,
            assessment_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_assessments") }}
        where is_withdrawn or ended_by_month is not null
        union all
        select
            'annex_a_section_47' as list,
            section_47_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_section_47") }}
        where is_withdrawn
        union all
        select
            'annex_a_cin' as list,
            cin_episode_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_cin_episodes") }}
        where is_withdrawn or ended_by_month is not null
        union all
        select
            'annex_a_cpp' as list,
            cpp_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_cpp") }}
        where is_withdrawn or ended_by_month is not null
        union all
        select
            'annex_a_lac' as list,
            lac_key as event_key,
            child_key,
            authority_code,
            first_reporting_month,
            last_reporting_month,
            delivery_id,
            is_withdrawn
        from {{ ref("fct_lac") }}
        where is_withdrawn or ended_by_month is not null
    )

select
    gone.authority_code,
    gone.list,
    gone.event_key,
    gone.child_key,
    gone.first_reporting_month,
    gone.last_reporting_month,
    case
        when gone.is_withdrawn and deliveries.is_leading
        then 'not in the next list'
        when gone.is_withdrawn
        then 'not in the correction'
        else 'not open in the list of April'
    end as reason
from gone
left join
    {{ ref("int_lists__deliveries") }} as deliveries
    on gone.list = deliveries.list
    and gone.delivery_id = deliveries.delivery_id
