-- grain: one row: whether a build has made every table that the reach of lists is read from
select count(*) = 6 as are_there
from information_schema.tables
where
    table_schema || '.' || table_name in (
        'intermediate.int_lists__delivered',
        'intermediate.int_lists__told',
        'intermediate.int_lists__held',
        'reference.extracts',
        'reference.list_reaches',
        'reference.authorities'
    )
