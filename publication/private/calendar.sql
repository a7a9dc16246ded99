-- grain: one row per authority, list or summary return, and month in which one of its kind came or is due
-- reads the temporary view `refused`: a build knows of no refusals, nor which day it is today
with
    calendar as materialized(
        select authority_code, extract, reporting_month, due_on, received_at, version, is_late
        from quality.delivery_calendar
    ),

    begun as (
        select distinct calendar.authority_code, extracts.dataset, calendar.reporting_month
        from calendar
        inner join reference.extracts as extracts using (extract)
        where calendar.received_at is not null
    ),

    cells as (
        select authority_code, extract, reporting_month
        from calendar
        union
        select authority_code, extract, reporting_month
        from refused
        where extract is not null
        union
        select begun.authority_code, extracts.extract, begun.reporting_month
        from begun
        inner join reference.extracts as extracts using (dataset)
    ),

    -- a file that was not recognised came all the same: it is one of those awaited, if there are no more of them
    unrecognised as (
        select authority_code, reporting_month, count(distinct file) as files
        from refused
        where extract is null and authority_code is not null
        group by authority_code, reporting_month
    ),

    awaited as (
        select authority_code, reporting_month, count(*) as lists
        from calendar
        where received_at is null and due_on < $today
        group by authority_code, reporting_month
    ),

    came_unrecognised as (
        select unrecognised.authority_code, unrecognised.reporting_month
        from unrecognised
        inner join awaited using (authority_code, reporting_month)
        where awaited.lists <= unrecognised.files
    )

select
    authorities.authority_name,
    authorities.folder,
    cells.authority_code,
    cells.extract,
    cells.reporting_month,
    calendar.due_on,
    calendar.received_at,
    calendar.version,
    case
        when
            (cells.authority_code, cells.extract, cells.reporting_month)
            in (select (authority_code, extract, reporting_month) from refused where extract is not null)
        then 'refused'
        when
            calendar.received_at is null
            and calendar.due_on < $today
            and (cells.authority_code, cells.reporting_month)
            in (select (authority_code, reporting_month) from came_unrecognised)
        then 'refused'
        when calendar.received_at is null and calendar.due_on < $today
        then 'overdue'
        when calendar.received_at is null and calendar.due_on is not null
        then 'awaited'
        when calendar.received_at is null
        then 'missing'
        when calendar.is_late
        then 'late'
        when
            calendar.version > 1
            or (cells.authority_code, cells.extract, cells.reporting_month)
            in (select (authority_code, extract, reporting_month) from quality.restatements)
        then 'restated'
        else 'landed'
    end as state
from cells
left join calendar using (authority_code, extract, reporting_month)
left join reference.authorities as authorities using (authority_code)
order by authorities.authority_name, cells.extract, cells.reporting_month
