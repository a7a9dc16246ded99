-- grain: one row per measure of the register, or median, that may have members
select measure_id
from reference.measures
union
select measure_id
from measures.int_kpi_members
where value is not null
