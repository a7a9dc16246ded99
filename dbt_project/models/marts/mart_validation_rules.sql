-- grain: one row per authority, month, list and validation rule: how many events of the list break the rule
select
    counted.authority_code,
    counted.month,
    counted.extract,
    counted.rule,
    rules.severity,
    rules.message,
    counted.events,
    counted.breaches,
    {{ percentage("counted.breaches", "counted.events") }} as share,
    lag(counted.breaches) over (
        partition by counted.authority_code, counted.rule order by counted.month asc nulls last
    ) as breaches_before
from {{ ref("validation_counts") }} as counted
inner join {{ ref("validation_rules") }} as rules on counted.rule = rules.rule
