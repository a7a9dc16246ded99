-- grain: one row per month and period of care open at its end whose first review is due, where reviews were delivered
-- in full: was every review in time?
-- The first review is due within 20 working days of the start, the second three months after it, each later one six
-- months after the one before. A delay counts if the late review was held, or is still awaited, in the twelve months to
-- the month's end.
with
    months as (
        select authority_code, month, month_end, known_from
        from {{ ref("int_months__told") }}
        where extract = 'lac_reviews' and is_in_full
    ),

    cases as (select authority_code, month, event_key, start_date, first_due from {{ ref("int_lac__review_due") }}),

    -- each case's start and each review until the month's end
    review_days as (
        select authority_code, month, event_key, start_date, first_due, start_date as held_on, 0 as is_review
        from cases

        union all

        select
            cases.authority_code,
            cases.month,
            cases.event_key,
            cases.start_date,
            cases.first_due,
            reviews.review_date as held_on,
            1 as is_review
        from cases
        inner join
            {{ ref("fct_lac_reviews") }} as reviews
            on cases.event_key = reviews.lac_key
            and reviews.review_date >= cases.start_date
            and reviews.review_date < {{ add_months_to("cases.month", 1) }}
            and not reviews.is_withdrawn
    ),

    review_steps as (
        select
            days.authority_code,
            days.month,
            days.event_key,
            coalesce(lead(days.held_on) over of_case, months.month_end) as next_on,
            case
                when days.is_review = 0
                then days.first_due
                -- where earlier reviews may be unknown, one soon after the start is the first
                when
                    row_number() over of_case = 2
                    and (
                        days.start_date >= months.known_from or days.held_on < {{ add_months_to("days.start_date", 2) }}
                    )
                then {{ add_months_to("days.held_on", var("lac_second_review_months")) }}
                else {{ add_months_to("days.held_on", var("review_months")) }}
            end as due_date,
            months.month_end,
            days.held_on >= months.known_from as is_certain
        from review_days as days
        inner join months on days.authority_code = months.authority_code and days.month = months.month
        window
            of_case as (
                partition by days.authority_code, days.month, days.event_key
                order by days.is_review asc nulls last, days.held_on asc nulls last
            )
    ),

    judged as (
        select
            authority_code,
            month,
            event_key,
            is_certain,
            next_on > due_date
            and {{ add_months_to("next_on", var("lac_reviews_judged_months")) }} > month_end as is_late
        from review_steps
    )

select
    authority_code,
    month,
    event_key,
    -- a gap that begins before the lists do may hide a review, so we cannot tell
    case
        when max(case when is_late and is_certain then 1 else 0 end) = 1
        then false
        when max(case when is_late then 1 else 0 end) = 0
        then true
    end as is_in_time
from judged
group by authority_code, month, event_key
