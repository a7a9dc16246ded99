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
            {{
                event_key(
                    "deliveries.authority_code",
                    "staged.child_key",
                    ["staged.referral_date", "staged.referral_source_code"],
                    number=1,
                )
            }} as referral_key,
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

    -- few are alike, so that only they are put in order
    alike as (
        select delivery_id, referral_key
        from listed
        where referral_key is not null
        group by delivery_id, referral_key
        having count(*) > 1
    ),

    told_apart as (
        select
            listed.delivery_id,
            listed.source_row,
            dense_rank() over (
                partition by listed.delivery_id, listed.referral_key
                order by coalesce(listed.referral_id, '') asc nulls last
            ) as event_number,
            lead(listed.source_row) over (
                partition by listed.delivery_id, listed.referral_key, coalesce(listed.referral_id, '')
                order by listed.source_row asc nulls last
            ) as repeated_in_row
        from listed
        inner join alike on listed.delivery_id = alike.delivery_id and listed.referral_key = alike.referral_key
    )

select
    listed.authority_code,
    listed.reporting_month,
    listed.delivery_id,
    listed.source_row,
    listed.loaded_at,
    listed.child_key,
    case
        when told_apart.event_number > 1
        then
            {{
                event_key(
                    "listed.authority_code",
                    "listed.child_key",
                    ["listed.referral_date", "listed.referral_source_code"],
                    number="told_apart.event_number",
                )
            }}
        else listed.referral_key
    end as referral_key,
    told_apart.repeated_in_row,
    listed.event_month,
    listed.filing_month,
    listed.birth_date,
    listed.is_birth_date_blank,
    listed.age_years,
    listed.gender_code,
    listed.ethnicity_code,
    listed.referral_date,
    listed.close_date,
    listed.conference_date,
    listed.referral_source_code,
    listed.referral_outcome_code,
    listed.close_reason_code,
    listed.is_no_further_action,
    listed.referrals_last_12_months,
    listed.rejected_cells
from listed
left join told_apart on listed.delivery_id = told_apart.delivery_id and listed.source_row = told_apart.source_row
