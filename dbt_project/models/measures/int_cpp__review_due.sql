-- grain: one row per month and plan open at its end for as long as the first review may take: those that NI 67 is of
select
    plans.authority_code,
    plans.month,
    plans.cpp_key as event_key,
    plans.cpp_start_date as start_date,
    {{ add_months_to("plans.cpp_start_date", var("cpp_first_review_months")) }} as first_due
from {{ ref("int_cpp__open_at_month_end") }} as plans
where
    {{ add_months_to("plans.cpp_start_date", var("cpp_first_review_months")) }}
    <= {{ days_after(add_months_to("plans.month", 1), -1) }}
