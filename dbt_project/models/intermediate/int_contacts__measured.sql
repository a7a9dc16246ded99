-- grain: one row per authority, month and measure of contacts
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_contacts') }}
),

contacts as (
    select
        facts.contact_key,
        facts.authority_code,
        facts.child_key,
        facts.contact_date,
        facts.event_month as month,
        facts.is_open_case,
        days.working_day_number
    from {{ ref('fct_contacts') }} as facts
    left join {{ ref('dim_date') }} as days on facts.contact_date = days.calendar_date
    where not facts.is_withdrawn
),

-- where the list does not say whether the case was open, it was if the child was then in need, on a plan or looked after
spells as (
    select
        authority_code,
        child_key,
        cin_start_date as start_date,
        cin_closure_date as end_date
    from {{ ref('fct_cin_episodes') }}
    where not is_withdrawn

    union all

    select
        authority_code,
        child_key,
        cpp_start_date as start_date,
        cpp_end_date as end_date
    from {{ ref('fct_cpp') }}
    where not is_withdrawn

    union all

    select
        authority_code,
        child_key,
        lac_start_date as start_date,
        lac_end_date as end_date
    from {{ ref('fct_lac') }}
    where not is_withdrawn
),

found_open as (
    select distinct contacts.contact_key
    from contacts
    inner join spells
        on
            contacts.authority_code = spells.authority_code
            and contacts.child_key = spells.child_key
            and spells.start_date < contacts.contact_date
            and coalesce(spells.end_date > contacts.contact_date, true)
    where contacts.is_open_case is null
),

referred as (
    select distinct contacts.contact_key
    from contacts
    inner join {{ ref('fct_referrals') }} as referrals
        on
            contacts.authority_code = referrals.authority_code
            and contacts.child_key = referrals.child_key
            and contacts.contact_date <= referrals.referral_date
            and not referrals.is_withdrawn
    inner join {{ ref('dim_date') }} as days on referrals.referral_date = days.calendar_date
    where days.working_day_number - contacts.working_day_number <= {{ var('contact_to_referral_working_days') }}
),

described as (
    select
        contacts.authority_code,
        contacts.month,
        coalesce(contacts.is_open_case, case when cin_lists.version is not null then found_open.contact_key is not null end) as is_open,
        referred.contact_key is not null as is_referred
    from contacts
    left join found_open on contacts.contact_key = found_open.contact_key
    left join referred on contacts.contact_key = referred.contact_key
    left join {{ ref('int_lists__delivered') }} as cin_lists
        on
            cin_lists.extract = 'annex_a_cin'
            and contacts.authority_code = cin_lists.authority_code
            and contacts.month = cin_lists.reporting_month
),

counted as (
    select
        authority_code,
        month,
        count(*) as contacts,
        count(is_open) as known_contacts,
        count(case when not is_open then 1 end) as contacts_not_open_cases,
        count(case when is_referred then 1 end) as contacts_followed_by_referral
    from described
    group by authority_code, month
),

figures as (
    select
        months.authority_code,
        months.month,
        months.reporting_month,
        coalesce(counted.contacts, 0) as contacts,
        case when coalesce(counted.contacts, 0) = coalesce(counted.known_contacts, 0) then coalesce(counted.contacts_not_open_cases, 0) end
            as contacts_not_open_cases,
        case when referral_lists.version is not null then coalesce(counted.contacts_followed_by_referral, 0) end
            as contacts_followed_by_referral,
        months.latest_working_day - months.month_end_working_day < {{ var('contact_to_referral_working_days') }} as is_too_recent
    from months
    left join counted on months.authority_code = counted.authority_code and months.month = counted.month
    left join {{ ref('int_lists__delivered') }} as referral_lists
        on
            referral_lists.extract = 'annex_a_referrals'
            and months.authority_code = referral_lists.authority_code
            and months.month = referral_lists.reporting_month
)

{{ measured_from(
    'figures',
    ['contacts', 'contacts_not_open_cases', 'contacts_followed_by_referral'],
    {'contacts_followed_by_referral': 'is_too_recent'}
) }}
