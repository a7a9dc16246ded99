-- grain: one row: whether the warehouse keeps what people accepted; one that older code made does not
select count(*) > 0 as is_there
from information_schema.tables
where table_schema = 'decisions' and table_name = 'accepted'
