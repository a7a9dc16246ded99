-- grain: one row per event and row of a list that shows it: where the team finds it
{{ config(materialized="view") }}
with
    shown as (
        select
            'fct_contacts' as event_table,
            contact_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_contacts__unioned") }}
        where contact_key is not null
        union all
        select
            'fct_referrals' as event_table,
            referral_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_referrals__unioned") }}
        where referral_key is not null
        union all
        select
            'fct_assessments' as event_table,
            assessment_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_assessments__unioned") }}
        where assessment_key is not null
        union all
        select
            'fct_section_47' as event_table,
            section_47_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_section_47__unioned") }}
        where section_47_key is not null
        union all
        select
            'fct_cin_episodes' as event_table,
            cin_episode_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_cin__unioned") }}
        where cin_episode_key is not null
        union all
        select
            'fct_cpp' as event_table,
            cpp_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_cpp__unioned") }}
        where cpp_key is not null
        union all
        select
            'fct_cpp_visits' as event_table,
            cpp_visit_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_cpp_visits__unioned") }}
        where cpp_visit_key is not null
        union all
        select
            'fct_lac' as event_table,
            lac_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_lac__unioned") }}
        where lac_key is not null
        union all
        select
            'fct_missing_episodes' as event_table,
            missing_episode_key as event_key,
            authority_code,
            reporting_month,
            delivery_id,
            delivery_number,
            source_row
        from {{ ref("int_missing_episodes__unioned") }}
        where missing_episode_key is not null
    )

select
    shown.event_table,
    shown.event_key,
    shown.authority_code,
    shown.reporting_month,
    deliveries.version,
    shown.delivery_number,
    deliveries.file_path,
    deliveries.sheet,
    shown.source_row
from shown
inner join {{ ref("int_deliveries") }} as deliveries on shown.delivery_id = deliveries.delivery_id
