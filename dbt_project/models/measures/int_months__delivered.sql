-- grain: one row per authority, list and month it was delivered for: its bounds, and the last working day known of it
-- and of the latest month. Lists have told of every month since `told_since`, and this dataset
-- since `known_from`: the yearly returns begin with their year.
select
    delivered.authority_code,
    delivered.extract,
    delivered.reporting_month as month,
    {{ add_months_to("delivered.reporting_month", 1) }} as next_month,
    {{ days_after(add_months_to("delivered.reporting_month", 1), -1) }} as month_end,
    delivered.last_reporting_month as reporting_month,
    delivered.first_reporting_month,
    month_ends.working_day_number as month_end_working_day,
    latest.working_day_number as latest_working_day,
    -- Annex A shows the latest visit, review and placement only, and no missing episodes
    delivered.dataset <> 'annex_a' as is_in_full,
    told.told_since,
    case
        when delivered.dataset = 'ssd'
        then date '1900-01-01'
        else
            greatest(
                told.told_since,
                {{
                    financial_year_start(
                        "min(delivered.reporting_month) over (partition by delivered.authority_code, delivered.extract, delivered.dataset)"
                    )
                }}
            )
    end as known_from
from {{ ref("int_lists__delivered") }} as delivered
inner join
    {{ ref("int_lists__told") }} as told
    on delivered.authority_code = told.authority_code
    and delivered.extract = told.extract
    and delivered.reporting_month = told.reporting_month
left join
    {{ ref("dim_date") }} as month_ends
    on {{ days_after(add_months_to("delivered.reporting_month", 1), -1) }} = month_ends.calendar_date
left join
    {{ ref("dim_date") }} as latest
    on {{ days_after(add_months_to("delivered.last_reporting_month", 1), -1) }} = latest.calendar_date
