-- grain: one row per row of ssd_cin_episodes: a referral, every version
-- Events that are alike but for their id are numbered by it: not every dataset gives ids.
with
    listed as (
        select
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.delivery_id,
            staged.source_row,
            deliveries.loaded_at,
            staged.child_key,
            staged.referral_id,
            cast(date_trunc('month', staged.referral_date) as date) as event_month,
            cast(date_trunc('month', staged.close_date) as date) as filing_month,
            children.birth_date,
            coalesce(children.is_birth_date_blank, false) as is_birth_date_blank,
            cast(null as int) as age_years,
            children.gender_code,
            children.ethnicity_code,
            staged.referral_date,
            staged.close_date,
            cast(null as date) as conference_date,
            staged.referral_source_code,
            staged.referral_outcome_code,
            staged.close_reason_code,
            staged.is_no_further_action,
            cast(null as int) as referrals_last_12_months,
            children.rejected_cells
        from {{ ref("stg_ssd__cin_episodes") }} as staged
        inner join
            {{ ref("int_lists__deliveries") }} as deliveries
            on deliveries.list = 'annex_a_referrals'
            and deliveries.extract = 'ssd_cin_episodes'
            and staged.authority_code = deliveries.authority_code
            and staged.reporting_month = deliveries.reporting_month
            and staged.version = deliveries.version
        left join
            {{ ref("int_children__ssd") }} as children
            on deliveries.authority_code = children.authority_code
            and deliveries.reporting_month = children.reporting_month
            and staged.child_key = children.child_key
        where {{ is_new_to_this("deliveries.loaded_at") }}
    ),

    numbered as (
        select
            listed.*,
            dense_rank() over (
                partition by delivery_id, child_key, referral_date, referral_source_code
                order by coalesce(referral_id, '') asc nulls last
            ) as event_number
        from listed
    )

select
    authority_code,
    reporting_month,
    delivery_id,
    source_row,
    loaded_at,
    child_key,
    {{ event_key("authority_code", "child_key", ["referral_date", "referral_source_code"], number="event_number") }}
    as referral_key,
    lead(source_row) over (
        partition by delivery_id, child_key, referral_date, referral_source_code, event_number
        order by source_row asc nulls last
    ) as repeated_in_row,
    event_month,
    filing_month,
    birth_date,
    is_birth_date_blank,
    age_years,
    gender_code,
    ethnicity_code,
    referral_date,
    close_date,
    conference_date,
    referral_source_code,
    referral_outcome_code,
    close_reason_code,
    is_no_further_action,
    referrals_last_12_months,
    rejected_cells
from numbered
