-- grain: one row per visit, assessment, plan or review that is due soon or overdue, as the temporary table `asked`
-- without a day, a list is looked at on the last day of the latest month that it was delivered for
create or replace temporary table asked as
with months as (
    select
        due_list,
        authority_code,
        max(month) as month,
        coalesce($as_of, last_day(max(month))) as as_of
    from measures.int_due
    where
        ($due_list is null or due_list = $due_list)
        and ($authority_code is null or authority_code = $authority_code)
        and ($as_of is null or month <= $as_of)
    group by due_list, authority_code
)

select
    due.due_list,
    due.authority_code,
    due.event_table,
    due.event_key,
    due.child_key,
    due.since_date,
    due.due_date,
    months.as_of,
    due.due_date < months.as_of as is_overdue
from measures.int_due as due
inner join months using (due_list, authority_code, month)
where due.show_from <= months.as_of
