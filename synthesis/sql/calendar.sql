-- grain: one row per day, with the number of working days up to it
create or replace table day as
select
    day,
    isodow(day) < 6 and not list_contains(getvariable('bank_holidays'), day) as is_working,
    count(*) filter (isodow(day) < 6 and not list_contains(getvariable('bank_holidays'), day)) over (order by day) as no
from (
    select
        unnest(
            generate_series(getvariable('calendar_first')::timestamp, getvariable('calendar_last')::timestamp, interval 1 day)
        )::date as day
);

-- grain: one row per working day, by its number
create or replace table workday as
select no, day from day where is_working order by no;

-- grain: one row per month; idx 1 is the first month of the extracts
create or replace table month as
select
    month_idx(day) as idx,
    min(day) as first,
    max(day) as last,
    min(no) filter (is_working) as first_workday,
    count(*) filter (is_working) as workdays,
    list(day order by day) filter (is_working) as days,
    case
        when month(min(day)) < 4 then make_date(year(min(day)) - 1, 4, 1) else make_date(year(min(day)), 4, 1)
    end as fy_start
from day
group by 1
order by 1;
