-- grain: one row per measure of a relation
select relation_id, relation, role, measure_id from reference.measure_relations order by all
