-- grain: one row per measure of contacts, month and contact that counts in it, or may
{{ config(materialized="view") }}
with
    months as (
        select
            authority_code,
            month,
            next_month,
            month_end,
            reporting_month,
            first_reporting_month,
            month_end_working_day,
            latest_working_day
        from {{ ref("int_months__told") }}
        where extract = 'annex_a_contacts'
    ),

    -- where the list does not say whether the case was open, it was if the child was then in need, on a plan or
    -- looked after
    spells as (
        select authority_code, child_key, cin_start_date as start_date, cin_closure_date as end_date
        from {{ ref("fct_cin_episodes") }}
        where not is_withdrawn

        union all

        select authority_code, child_key, cpp_start_date as start_date, cpp_end_date as end_date
        from {{ ref("fct_cpp") }}
        where not is_withdrawn

        union all

        select authority_code, child_key, lac_start_date as start_date, lac_end_date as end_date
        from {{ ref("fct_lac") }}
        where not is_withdrawn
    ),

    found_open as (
        select distinct contacts.contact_key
        from {{ ref("fct_contacts") }} as contacts
        inner join
            spells
            on contacts.authority_code = spells.authority_code
            and contacts.child_key = spells.child_key
            and spells.start_date < contacts.contact_date
            and coalesce(spells.end_date > contacts.contact_date, true)
        where contacts.is_open_case is null
    ),

    referred as (
        select distinct contacts.contact_key
        from {{ ref("fct_contacts") }} as contacts
        inner join
            {{ ref("fct_referrals") }} as referrals
            on contacts.authority_code = referrals.authority_code
            and contacts.child_key = referrals.child_key
            and contacts.contact_date <= referrals.referral_date
            and not referrals.is_withdrawn
        inner join {{ ref("dim_date") }} as contact_days on contacts.contact_date = contact_days.calendar_date
        inner join {{ ref("dim_date") }} as referral_days on referrals.referral_date = referral_days.calendar_date
        where
            referral_days.working_day_number - contact_days.working_day_number
            <= {{ var("contact_to_referral_working_days") }}
    ),

    received as (
        select
            contacts.contact_key as event_key,
            contacts.child_key,
            contacts.authority_code,
            contacts.event_month as month,
            coalesce(
                contacts.is_open_case,
                case when cin_lists.extract is not null then found_open.contact_key is not null end
            ) as is_open,
            case when referral_lists.extract is not null then referred.contact_key is not null end as is_referred,
            coalesce(
                months.latest_working_day - months.month_end_working_day
                >= {{ var("contact_to_referral_working_days") }},
                false
            ) as is_interval_over
        from {{ ref("fct_contacts") }} as contacts
        inner join months on contacts.authority_code = months.authority_code and contacts.event_month = months.month
        left join found_open on contacts.contact_key = found_open.contact_key
        left join referred on contacts.contact_key = referred.contact_key
        left join
            {{ ref("int_months__told") }} as cin_lists
            on cin_lists.extract = 'annex_a_cin'
            and contacts.authority_code = cin_lists.authority_code
            and contacts.event_month = cin_lists.month
        left join
            {{ ref("int_months__told") }} as referral_lists
            on referral_lists.extract = 'annex_a_referrals'
            and contacts.authority_code = referral_lists.authority_code
            and contacts.event_month = referral_lists.month
        where not contacts.is_withdrawn
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_received'
                then true
                when 'is_not_open_case'
                then not events.is_open
                when 'is_referred'
                then events.is_referred
            end as is_member,
            case measures.settled_by when 'is_interval_over' then events.is_interval_over else true end as is_settled
        from received as events
        inner join
            {{ ref("measures") }} as measures on measures.counted_in = 'contacts' and measures.counted_at = 'received'
    )

select authority_code, month, measure_id, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
