-- grain: one row per measure, in the register's order, with the authority's target of the month
select
    measures.measure_id,
    measures.measure_name,
    measures.domain,
    measures.unit,
    measures.kind,
    measures.ytd_rule,
    measures.numerator_id,
    measures.denominator_id,
    measures.home_extract,
    measures.polarity,
    coalesce(kpi.target, measures.target) as target,
    measures.decimals,
    measures.definition,
    measures.source
from reference.measures as measures
left join
    marts.kpi as kpi
    on measures.measure_id = kpi.measure_id
    and kpi.authority_code = $authority
    and kpi.month = $month
order by measures.rowid
