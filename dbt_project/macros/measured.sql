{# The months a list was delivered for, with the last working day known of each and of the latest one. #}
{% macro delivered_months(extract) -%}
select
    delivered.authority_code,
    delivered.reporting_month as month,
    {{ add_months_to('delivered.reporting_month', 1) }} as next_month,
    {{ days_after(add_months_to('delivered.reporting_month', 1), -1) }} as month_end,
    delivered.last_reporting_month as reporting_month,
    delivered.first_reporting_month,
    month_ends.working_day_number as month_end_working_day,
    latest.working_day_number as latest_working_day
from {{ ref('int_lists__delivered') }} as delivered
left join {{ ref('dim_date') }} as month_ends
    on {{ days_after(add_months_to('delivered.reporting_month', 1), -1) }} = month_ends.calendar_date
left join {{ ref('dim_date') }} as latest
    on {{ days_after(add_months_to('delivered.last_reporting_month', 1), -1) }} = latest.calendar_date
where delivered.extract = '{{ extract }}'
{%- endmacro %}

{# What a list said of each of its events at the end of its own month. #}
{% macro as_listed(extract, columns) -%}
select
    staged.event_key,
    staged.reporting_month as month,
    {%- for name in columns %}
    staged.{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('stg_' ~ extract) }} as staged
inner join {{ ref('int_lists__delivered') }} as delivered
    on
        delivered.extract = '{{ extract }}'
        and staged.authority_code = delivered.authority_code
        and staged.reporting_month = delivered.reporting_month
        and staged.version = delivered.version
where {{ is_an_event('staged.') }}
{%- endmacro %}

{# Whether an event is open at a month's end: begun by then, and not ended by then. The end date is the first day on which it is
   no longer open, so one that ends on the last day is not. Nobody knows of one that lists no longer show without an end. #}
{% macro is_open_at_month_end(events, start_date, end_date, months) -%}
{{ events }}.{{ start_date }} < {{ months }}.next_month
and case
    when {{ events }}.{{ end_date }} is null then {{ months }}.month <= {{ events }}.last_reporting_month
    else {{ events }}.{{ end_date }} >= {{ months }}.next_month
end
and not {{ events }}.is_withdrawn
{%- endmacro %}

{# The months for which a list was delivered in full, which Annex A never does: it shows the latest visit and review, and no
   missing episodes. `known_from` is the first day that the list tells of: the yearly returns begin with their year. #}
{% macro months_in_full(list) -%}
select
    delivered.authority_code,
    delivered.reporting_month as month,
    {{ add_months_to('delivered.reporting_month', 1) }} as next_month,
    {{ days_after(add_months_to('delivered.reporting_month', 1), -1) }} as month_end,
    case
        when delivered.profile = 'ssd' then date '1900-01-01'
        else {{ financial_year_start('min(delivered.reporting_month) over (partition by delivered.authority_code, delivered.profile)') }}
    end as known_from
from {{ ref('int_lists__delivered') }} as delivered
where delivered.extract = '{{ list }}' and delivered.profile <> 'annex_a'
{%- endmacro %}

{# Whether every review of each case open at a month's end was held in time, as common table expressions that end in `reviewed`:
   one row per month and case; without one where reviews were not delivered in full. The first review is due on first_due, the
   second so many months after it, and each later one review_months after the one before; none may be outstanding. A delay is of
   the months `within` which the late review was held, or is still awaited; of any time where that is none.
   - cases: the table expression of the open ones (event_key, authority_code, month, start_date, first_due)
   - reviews, key: the fact of the reviews, and its column that names the case
   A delay from before the first day that the lists tell of may be a review nobody knows of: then nobody can tell. #}
{% macro reviewed_in_time(cases, list, reviews, key, second_months, within=none) -%}
review_months as (
    {{ months_in_full(list) }}
),

-- each case's start and each review until the month's end
review_days as (
    select
        cases.authority_code,
        cases.month,
        cases.event_key,
        cases.start_date,
        cases.first_due,
        cases.start_date as held_on,
        0 as is_review
    from {{ cases }} as cases

    union all

    select
        cases.authority_code,
        cases.month,
        cases.event_key,
        cases.start_date,
        cases.first_due,
        reviews.review_date as held_on,
        1 as is_review
    from {{ cases }} as cases
    inner join {{ ref(reviews) }} as reviews
        on
            cases.event_key = reviews.{{ key }}
            and reviews.review_date >= cases.start_date
            and reviews.review_date < {{ add_months_to('cases.month', 1) }}
            and not reviews.is_withdrawn
),

review_steps as (
    select
        days.authority_code,
        days.month,
        days.event_key,
        days.held_on,
        coalesce(lead(days.held_on) over of_case, months.month_end) as next_on,
        case
            when days.is_review = 0 then days.first_due
            -- where earlier reviews may be unknown, one soon after the start is the first
            when
                row_number() over of_case = 2
                and (days.start_date >= months.known_from or days.held_on < {{ add_months_to('days.start_date', 2) }})
                then {{ add_months_to('days.held_on', second_months) }}
            else {{ add_months_to('days.held_on', var('review_months')) }}
        end as due_date,
        days.held_on >= months.known_from as is_certain,
        {{ add_months_to('months.month_end', -(within or 0)) }} as delays_from
    from review_days as days
    inner join review_months as months on days.authority_code = months.authority_code and days.month = months.month
    window of_case as (
        partition by days.authority_code, days.month, days.event_key order by days.is_review asc nulls last, days.held_on asc nulls last
    )
),

reviewed as (
    select
        authority_code,
        month,
        event_key,
        case
            when max(case when is_late and is_certain then 1 else 0 end) = 1 then false
            when max(case when is_late then 1 else 0 end) = 0 then true
        end as is_in_time
    from (
        select
            authority_code,
            month,
            event_key,
            is_certain,
            next_on > due_date{{ ' and next_on > delays_from' if within }} as is_late
        from review_steps
    ) as judged
    group by authority_code, month, event_key
)
{%- endmacro %}
