-- grain: one row per authority, month and measure of contacts
{{ config(materialized="view") }}
with months as (
    {{ delivered_months('annex_a_contacts') }}
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

-- the two that need a second list are counted by month before anything else is joined: there may be millions of contacts
found_open as (
    select
        contacts.authority_code,
        contacts.event_month as month,
        count(distinct contacts.contact_key) as contacts
    from {{ ref('fct_contacts') }} as contacts
    inner join spells
        on
            contacts.authority_code = spells.authority_code
            and contacts.child_key = spells.child_key
            and spells.start_date < contacts.contact_date
            and coalesce(spells.end_date > contacts.contact_date, true)
    where contacts.is_open_case is null and not contacts.is_withdrawn
    group by contacts.authority_code, contacts.event_month
),

referred as (
    select
        contacts.authority_code,
        contacts.event_month as month,
        count(distinct contacts.contact_key) as contacts
    from {{ ref('fct_contacts') }} as contacts
    inner join {{ ref('fct_referrals') }} as referrals
        on
            contacts.authority_code = referrals.authority_code
            and contacts.child_key = referrals.child_key
            and contacts.contact_date <= referrals.referral_date
            and not referrals.is_withdrawn
    inner join {{ ref('dim_date') }} as contact_days on contacts.contact_date = contact_days.calendar_date
    inner join {{ ref('dim_date') }} as days on referrals.referral_date = days.calendar_date
    where
        not contacts.is_withdrawn
        and days.working_day_number - contact_days.working_day_number <= {{ var('contact_to_referral_working_days') }}
    group by contacts.authority_code, contacts.event_month
),

received as (
    select
        authority_code,
        event_month as month,
        count(*) as contacts,
        count(is_open_case) as stated_contacts,
        count(case when not is_open_case then 1 end) as contacts_stated_not_open
    from {{ ref('fct_contacts') }}
    where not is_withdrawn
    group by authority_code, event_month
),

counted as (
    select
        received.authority_code,
        received.month,
        received.contacts,
        case when cin_lists.version is not null then received.contacts else received.stated_contacts end as known_contacts,
        received.contacts_stated_not_open
        + case
            when cin_lists.version is not null then received.contacts - received.stated_contacts - coalesce(found_open.contacts, 0)
            else 0
        end as contacts_not_open_cases,
        coalesce(referred.contacts, 0) as contacts_followed_by_referral
    from received
    left join found_open on received.authority_code = found_open.authority_code and received.month = found_open.month
    left join referred on received.authority_code = referred.authority_code and received.month = referred.month
    left join {{ ref('int_lists__delivered') }} as cin_lists
        on
            cin_lists.extract = 'annex_a_cin'
            and received.authority_code = cin_lists.authority_code
            and received.month = cin_lists.reporting_month
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
