{# A ratio has both its parts, other kinds have none; and the year-to-date rule suits the kind of the measure and its parts. #}
{% test register_is_consistent(model) %}
select
    measures.measure_id,
    measures.kind,
    measures.unit,
    measures.ytd_rule,
    numerators.kind as numerator_kind,
    denominators.kind as denominator_kind
from {{ model }} as measures
left join {{ model }} as numerators on measures.numerator_id = numerators.measure_id
left join {{ model }} as denominators on measures.denominator_id = denominators.measure_id
where
    not coalesce(
        case measures.kind
            when 'flow' then measures.ytd_rule = 'sum'
            when 'stock' then measures.ytd_rule = 'latest'
            when 'ratio' then measures.ytd_rule = case denominators.kind when 'flow' then 'ratio_of_sums' else 'latest' end
        end,
        false
    )
    or (measures.kind = 'ratio') <> (numerators.measure_id is not null and denominators.measure_id is not null)
    or (measures.kind = 'ratio') <> (measures.unit = 'percentage')
    or (measures.kind <> 'ratio' and (measures.numerator_id is not null or measures.denominator_id is not null))
    or numerators.kind = 'ratio'
    or numerators.kind <> denominators.kind
{% endtest %}
