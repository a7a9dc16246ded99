-- grain: one row per child in need plan, and per episode of need that is or was open for something else, every version
-- An episode ends when the case is closed; where a child in need plan follows, with what went before the plan. Then the
-- case is still open; a reason for closing that it gives all the same is kept, to be asked about.
with
    -- what the last version says of the plan's episode of need
    need as (
        select
            authority_code, reporting_month, child_key, referral_date, primary_need_code, close_reason_code, close_date
        from {{ ref("stg_cin_census__referrals") }}
        where {{ is_current("cin_census_referrals") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, child_key, referral_date
                order by source_row desc nulls last
            )
            = 1
    ),

    listed as (
        select
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.delivery_id,
            deliveries.delivery_number,
            deliveries.versions_behind,
            staged.source_row,
            deliveries.loaded_at,
            staged.child_key,
            staged.birth_date,
            staged.is_birth_date_blank,
            cast(null as int) as age_years,
            staged.gender_code,
            staged.ethnicity_code,
            staged.referral_date as cin_start_date,
            case
                when involved.open_kind > 0
                then null
                when involved.has_plan
                then involved.last_day
                else staged.close_date
            end as cin_closure_date,
            staged.primary_need_code,
            staged.close_reason_code,
            staged.close_date,
            involved.open_kind,
            false as is_cin_plan,
            {{ disability_code("staged.disability") }} as disability_code,
            staged.rejected_cells
        from {{ ref("stg_cin_census__referrals") }} as staged
        inner join
            {{ ref("int_lists__deliveries") }} as deliveries
            on deliveries.list = 'annex_a_cin'
            and deliveries.extract = 'cin_census_referrals'
            and staged.authority_code = deliveries.authority_code
            and staged.reporting_month = deliveries.reporting_month
            and staged.version = deliveries.version
        inner join
            {{ ref("int_cin_involved__cin_census") }} as involved
            on staged.authority_code = involved.authority_code
            and staged.reporting_month = involved.reporting_month
            and staged.child_key = involved.child_key
            and staged.referral_date = involved.referral_date
        where {{ is_new_to_this("deliveries.loaded_at") }}
        union all
        select
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.delivery_id,
            deliveries.delivery_number,
            deliveries.versions_behind,
            staged.source_row,
            deliveries.loaded_at,
            staged.child_key,
            staged.birth_date,
            staged.is_birth_date_blank,
            cast(null as int) as age_years,
            staged.gender_code,
            staged.ethnicity_code,
            staged.cin_plan_start_date as cin_start_date,
            staged.cin_plan_end_date as cin_closure_date,
            need.primary_need_code,
            need.close_reason_code,
            need.close_date,
            cast(null as int) as open_kind,
            true as is_cin_plan,
            {{ disability_code("staged.disability") }} as disability_code,
            staged.rejected_cells
        from {{ ref("stg_cin_census__plans") }} as staged
        inner join
            {{ ref("int_lists__deliveries") }} as deliveries
            on deliveries.list = 'annex_a_cin'
            and deliveries.extract = 'cin_census_plans'
            and staged.authority_code = deliveries.authority_code
            and staged.reporting_month = deliveries.reporting_month
            and staged.version = deliveries.version
        left join
            need
            on staged.authority_code = need.authority_code
            and staged.reporting_month = need.reporting_month
            and staged.child_key = need.child_key
            and staged.referral_date = need.referral_date
        where {{ is_new_to_this("deliveries.loaded_at") }}
    )

select
    authority_code,
    reporting_month,
    delivery_id,
    source_row,
    loaded_at,
    child_key,
    {{ event_key("authority_code", "child_key", ["cin_start_date"]) }} as cin_episode_key,
    lead(source_row) over (
        partition by authority_code, reporting_month, versions_behind, child_key, cin_start_date
        order by delivery_number asc nulls last, source_row asc nulls last
    ) as repeated_in_row,
    cast(date_trunc('month', cin_start_date) as date) as event_month,
    cast(date_trunc('month', cin_closure_date) as date) as filing_month,
    birth_date,
    is_birth_date_blank,
    age_years,
    gender_code,
    ethnicity_code,
    cin_start_date,
    cin_closure_date,
    cast(null as date) as last_seen_date,
    primary_need_code,
    case when cin_closure_date is not null or close_date is null then close_reason_code end as closure_reason_code,
    {{ case_status("cin_closure_date", "is_cin_plan", "open_kind") }} as case_status_code,
    is_cin_plan,
    close_date is null as is_case_open,
    disability_code,
    rejected_cells
from listed
