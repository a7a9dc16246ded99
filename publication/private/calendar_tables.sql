-- grain: one row: whether a build has made every table that the calendar reads
select count(*) = 4 as are_there
from information_schema.tables
where
    table_schema || '.' || table_name
    in ('quality.delivery_calendar', 'quality.restatements', 'reference.extracts', 'reference.authorities')
