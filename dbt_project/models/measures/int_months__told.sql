-- grain: one row per authority, list and month that lists tell of: its bounds, and the last working day known of it and
-- of the latest month
-- Those are the months that the list was delivered for. A yearly return also tells of the months of its year before,
-- since the delivery before it, unless lists of another dataset came in that year: of those nobody expects more than
-- the months they were delivered for.
-- Lists have told of every month since `told_since`, and this dataset since `known_from`.
with
    -- from which month on a delivery is the first to tell
    deliveries as (
        select
            delivered.authority_code,
            delivered.extract,
            delivered.reporting_month,
            delivered.last_reporting_month,
            delivered.first_reporting_month,
            delivered.dataset,
            told.told_since,
            case
                when
                    max(case when delivered.dataset in ('annex_a', 'ssd') then 1 else 0 end) over (
                        partition by
                            delivered.authority_code,
                            delivered.extract,
                            {{ financial_year_start("delivered.reporting_month") }}
                    )
                    = 1
                then delivered.reporting_month
                else
                    greatest(
                        told.reaches_from,
                        {{ financial_year_start("delivered.reporting_month") }},
                        coalesce(
                            {{ add_months_to("lag(delivered.reporting_month) over in_order", 1) }}, told.reaches_from
                        )
                    )
            end as tells_from
        from {{ ref("int_lists__delivered") }} as delivered
        inner join
            {{ ref("int_lists__told") }} as told
            on delivered.authority_code = told.authority_code
            and delivered.extract = told.extract
            and delivered.reporting_month = told.reporting_month
        window
            in_order as (
                partition by delivered.authority_code, delivered.extract
                order by delivered.reporting_month asc nulls last
            )
    ),

    months_told as (
        select
            authority_code,
            extract,
            reporting_month as month,
            reporting_month as told_in,
            last_reporting_month,
            first_reporting_month,
            dataset,
            told_since
        from deliveries

        union all

        select
            deliveries.authority_code,
            deliveries.extract,
            months.month,
            deliveries.reporting_month as told_in,
            deliveries.last_reporting_month,
            deliveries.first_reporting_month,
            deliveries.dataset,
            deliveries.told_since
        from deliveries
        inner join
            {{ ref("months") }} as months
            on deliveries.tells_from <= months.month
            and deliveries.reporting_month > months.month
    )

select
    told.authority_code,
    told.extract,
    told.month,
    {{ add_months_to("told.month", 1) }} as next_month,
    {{ days_after(add_months_to("told.month", 1), -1) }} as month_end,
    told.told_in,
    told.told_in = told.month as is_delivered,
    told.dataset,
    told.last_reporting_month as reporting_month,
    told.first_reporting_month,
    month_ends.working_day_number as month_end_working_day,
    latest.working_day_number as latest_working_day,
    -- Annex A shows the latest visit, review and placement only, and no missing episodes
    told.dataset <> 'annex_a' as is_in_full,
    told.told_since,
    case
        when told.dataset = 'ssd'
        then date '1900-01-01'
        else
            greatest(
                told.told_since,
                {{
                    financial_year_start(
                        "min(told.month) over (partition by told.authority_code, told.extract, told.dataset)"
                    )
                }}
            )
    end as known_from
from months_told as told
left join
    {{ ref("dim_date") }} as month_ends
    on {{ days_after(add_months_to("told.month", 1), -1) }} = month_ends.calendar_date
left join
    {{ ref("dim_date") }} as latest
    on {{ days_after(add_months_to("told.last_reporting_month", 1), -1) }} = latest.calendar_date
