-- grain: one row per measure of section 47 enquiries, month and enquiry, or referral with a conference, that counts in
-- it
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
        where extract = 'annex_a_section_47'
    ),

    started as (
        select
            'fct_section_47' as event_table,
            facts.section_47_key as event_key,
            facts.child_key,
            facts.authority_code,
            months.month
        from {{ ref("fct_section_47") }} as facts
        inner join months on facts.authority_code = months.authority_code and facts.event_month = months.month
        where not facts.is_withdrawn
    ),

    conferences as (
        select
            'fct_section_47' as event_table,
            section_47_key as event_key,
            child_key,
            authority_code,
            section_47_start_date,
            conference_date,
            -- a conference before its enquiry was held, and took no time
            case
                when conference_date >= section_47_start_date then working_days_to_conference
            end as working_days_to_conference
        from {{ ref("fct_section_47") }}
        where not is_withdrawn and section_47_start_date is not null and conference_date is not null

        union all

        -- of a child who moved in, which no enquiry of this authority led to
        select
            'fct_referrals' as event_table,
            referral_key as event_key,
            child_key,
            authority_code,
            cast(null as date) as section_47_start_date,
            conference_date,
            cast(null as int) as working_days_to_conference
        from {{ ref("fct_referrals") }}
        where not is_withdrawn and conference_date is not null
    ),

    conferred as (
        select
            facts.event_table,
            facts.event_key,
            facts.child_key,
            facts.authority_code,
            months.month,
            facts.working_days_to_conference,
            row_number() over (
                partition by facts.authority_code, facts.child_key, months.month
                order by
                    facts.conference_date asc nulls last,
                    facts.section_47_start_date desc nulls last,
                    facts.event_key asc nulls last
            )
            = 1 as is_first_of_child
        from conferences as facts
        inner join
            months
            on facts.authority_code = months.authority_code
            and cast(date_trunc('month', facts.conference_date) as date) = months.month
        -- one conference in the rows of two enquiries is one, held after the later of those before it
        qualify
            row_number() over (
                partition by facts.authority_code, facts.child_key, facts.conference_date
                order by
                    case when facts.conference_date >= facts.section_47_start_date then 1 end asc nulls last,
                    facts.section_47_start_date desc nulls last,
                    facts.event_key asc nulls last
            )
            = 1
    ),

    judged as (
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_table,
            events.event_key,
            events.child_key,
            case measures.counted_by when 'is_started' then true end as is_member,
            true as is_settled
        from started as events
        inner join
            {{ ref("measures") }} as measures on measures.counted_in = 'section_47' and measures.counted_at = 'started'
        union all
        select
            events.authority_code,
            events.month,
            measures.measure_id,
            events.event_table,
            events.event_key,
            events.child_key,
            case
                measures.counted_by
                when 'is_held'
                then true
                when 'is_first_of_child'
                then events.is_first_of_child
                when 'has_duration'
                then events.working_days_to_conference is not null
                when 'is_held_in_time'
                then coalesce(events.working_days_to_conference <= {{ var("conference_working_days") }}, false)
            end as is_member,
            true as is_settled
        from conferred as events
        inner join
            {{ ref("measures") }} as measures
            on measures.counted_in = 'section_47'
            and measures.counted_at = 'conferred'
    )

select authority_code, month, measure_id, event_table, event_key, child_key, is_member, is_settled
from judged
-- of others it is known that they do not count
where coalesce(is_member, true) or not is_settled
