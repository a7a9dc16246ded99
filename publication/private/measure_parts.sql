-- grain: one row: the measures whose members a measure of the register is counted from
select coalesce(numerator_id, measure_id) as numerator_id, coalesce(denominator_id, measure_id) as denominator_id
from reference.measures
where measure_id = $measure_id
