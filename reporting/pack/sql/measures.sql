-- grain: one row per measure, in the register's order
select
    measure_id,
    measure_name,
    domain,
    unit,
    kind,
    ytd_rule,
    numerator_id,
    denominator_id,
    home_extract,
    polarity,
    target,
    decimals,
    definition,
    source
from reference.measures
order by rowid
