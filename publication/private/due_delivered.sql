-- grain: one row: whether any list that due dates follow from had been delivered by a day
select count(*) > 0 as was_delivered
from measures.int_due
where ($as_of is null or month <= $as_of) and ($authority_code is null or authority_code = $authority_code)
