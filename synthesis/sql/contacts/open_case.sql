-- grain: one row per case that is open throughout the month, numbered from 0
create or replace temp table open_case as
select row_number() over () - 1 as place, child_no, child_h, born_on, is_uasc
from (
    select child_no, child_h, born_on, is_uasc
    from case_row
    where
        opened_on < getvariable('month_first')
        and (closed_on is null or closed_on > month_last())
        and (referred_on is not null or has_cpp or has_lac or has_cin or has_assessment)
    order by case_no
);
