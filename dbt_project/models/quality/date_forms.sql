-- grain: one row per authority, child-level file (every version), date column and way of writing
-- Staging writes down one letter for each date of a row, in the order of the contract.
with
    letters as (
        select
            written.authority_code,
            written.extract,
            written.reporting_month,
            written.version,
            columns.column_name as source_column,
            substr(written.date_forms, columns.date_number, 1) as letter,
            written.cells
        from {{ ref("int_rows__date_forms") }} as written
        inner join
            {{ ref("list_columns") }} as columns
            on written.extract = columns.extract
            and columns.date_number is not null
    )

select
    authority_code,
    extract,
    reporting_month,
    version,
    source_column,
    case
        letter
        when 'i'
        then 'yyyy-mm-dd'
        when 'I'
        then 'yyyy-mm-dd with a time'
        when 'd'
        then 'dd/mm/yyyy'
        when 'D'
        then 'dd/mm/yyyy with a time'
        when 'y'
        then 'dd/mm/yy'
        when 'Y'
        then 'dd/mm/yy with a time'
        when 'x'
        then 'day number of Excel'
        when 'X'
        then 'day number of Excel with a time'
        when 'p'
        then 'dd.mm.yyyy, dd-mm-yyyy or dd mm yyyy'
        when 'q'
        then 'dd.mm.yy'
        when 'm'
        then 'day, month in words, year'
        when 'M'
        then 'day, month in words, year with a time'
        when 'n'
        then 'month in words, day, year'
        when 'w'
        then 'weekday, dd/mm/yyyy'
        when 'e'
        then 'ddmmyyyy'
        when 's'
        then 'yyyy/mm/dd'
        when 'c'
        then 'yyyymmdd'
        when 'a'
        then 'mm/dd/yyyy'
        when 'b'
        then 'dd/mm/yyyy or mm/dd/yyyy'
        when '-'
        then 'blank'
        else 'not recognised'
    end as form,
    cast(sum(cells) as bigint) as cells
from letters
group by authority_code, extract, reporting_month, version, source_column, letter
