-- grain: one row per relation of measures, authority and month: whether the computed figures in it fit together
with
    compared as (
        select
            case
                compared.relation
                when 'same_as'
                then 'computed_twins_agree'
                when 'ratio'
                then 'computed_percentages_follow'
                else 'computed_parts_fit_their_whole'
            end as check_id,
            compared.relation,
            compared.relation_id,
            compared.authority_code,
            compared.month,
            compared.measure_id,
            compared.observed,
            compared.expected,
            -- binary fractions are not exact
            coalesce(
                case
                    compared.relation
                    when 'part_of'
                    then compared.observed <= compared.expected
                    else abs(compared.observed - compared.expected) < 0.000001
                end,
                false
            ) as is_agreed,
            measures.measure_name || ', ' || months.month_name || ': ' as heading,
            {{ show_figure("compared.observed", "measures.unit") }} as said_observed,
            {{ show_figure("compared.expected", "measures.unit") }} as said_expected,
            others.measure_name as other_name,
            kpi.reporting_month,
            kpi.source_ref,
            counted.due_with as extract
        from {{ ref("computed_figures__compared") }} as compared
        inner join {{ ref("months") }} as months on compared.month = months.month
        inner join {{ ref("measures") }} as measures on compared.measure_id = measures.measure_id
        inner join
            {{ ref("measures") }} as counted
            on case measures.kind when 'ratio' then measures.numerator_id else measures.measure_id end
            = counted.measure_id
        inner join
            {{ ref("kpi_monthly") }} as kpi
            on kpi.basis = 'computed'
            and compared.authority_code = kpi.authority_code
            and compared.month = kpi.month
            and compared.measure_id = kpi.measure_id
        left join {{ ref("measures") }} as others on compared.other_id = others.measure_id
    )

select
    check_id,
    {{ comparison_id(["check_id", "authority_code", "relation_id", "month"]) }} as comparison_id,
    authority_code,
    extract,
    reporting_month,
    month,
    measure_id,
    observed,
    expected,
    is_agreed,
    heading || case
        relation
        when 'same_as'
        then
            'the lists give '
            || said_observed
            || ', but '
            || said_expected
            || ' of "'
            || other_name
            || '". Look for events that end before they begin: they count in one and not in the other.'
        when 'part_of'
        then
            'the lists give '
            || said_observed
            || ', more than the '
            || said_expected
            || ' of "'
            || other_name
            || '", of which they are a part.'
        when 'shares'
        then 'it and the other shares add up to ' || said_observed || ', not to 100%.'
        when 'ratio'
        then 'the lists give ' || said_observed || ', but its parts give ' || coalesce(said_expected, 'none') || '.'
        else 'the lists give ' || said_observed || ', but its parts add up to ' || said_expected || '.'
    end as message,
    source_ref
from compared
