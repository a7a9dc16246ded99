-- grain: one row: whether a build has loaded the list of authorities
select count(*) > 0 as is_there
from information_schema.tables
where table_schema = 'reference' and table_name = 'authorities'
