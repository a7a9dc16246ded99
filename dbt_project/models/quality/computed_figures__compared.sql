-- grain: one row per relation of measures, authority and month: a computed figure and what others make it
{{ config(materialized="view") }}
with
    figures as (
        select authority_code, month, measure_id, value
        from {{ ref("kpi_monthly") }}
        where basis = 'computed' and value is not null
    ),

    stated_pairs as (
        select second.relation, second.relation_id, second.measure_id, first.measure_id as other_id
        from {{ ref("measure_relations") }} as first
        inner join
            {{ ref("measure_relations") }} as second
            on first.relation_id = second.relation_id
            and first.role in ('whole', 'first')
            and second.role in ('part', 'second')
    ),

    -- a numerator is part of its denominator, unless it is of other events, as referrals per contact are
    pairs as (
        select relation, relation_id, measure_id, other_id
        from stated_pairs

        union all

        select
            'part_of' as relation,
            ratios.measure_id as relation_id,
            ratios.numerator_id as measure_id,
            ratios.denominator_id as other_id
        from {{ ref("measures") }} as ratios
        inner join {{ ref("measures") }} as numerators on ratios.numerator_id = numerators.measure_id
        inner join {{ ref("measures") }} as denominators on ratios.denominator_id = denominators.measure_id
        left join
            stated_pairs
            on ratios.numerator_id = stated_pairs.measure_id
            and ratios.denominator_id = stated_pairs.other_id
        where numerators.counted_in = denominators.counted_in and stated_pairs.relation_id is null
    ),

    relations as (
        select
            relation_id,
            relation,
            max(case when role = 'total' then measure_id end) as total_id,
            count(case when role = 'part' then 1 end) as parts
        from {{ ref("measure_relations") }}
        where relation in ('adds_up', 'divides', 'shares')
        group by relation_id, relation
    ),

    sums as (
        select
            parts.relation_id,
            figures.authority_code,
            figures.month,
            min(figures.measure_id) as measure_id,
            count(*) as parts,
            sum(figures.value) as value
        from figures
        inner join
            {{ ref("measure_relations") }} as parts on figures.measure_id = parts.measure_id and parts.role = 'part'
        group by parts.relation_id, figures.authority_code, figures.month
    )

select
    pairs.relation,
    pairs.relation_id,
    figures.authority_code,
    figures.month,
    figures.measure_id,
    others.measure_id as other_id,
    figures.value as observed,
    others.value as expected
from pairs
inner join figures on pairs.measure_id = figures.measure_id
inner join
    figures as others
    on pairs.other_id = others.measure_id
    and figures.authority_code = others.authority_code
    and figures.month = others.month

union all

-- parts add up only where each of them is supplied
select
    relations.relation,
    relations.relation_id,
    sums.authority_code,
    sums.month,
    coalesce(totals.measure_id, sums.measure_id) as measure_id,
    cast(null as string) as other_id,
    coalesce(totals.value, sums.value) as observed,
    case when totals.measure_id is null then 100 else sums.value end as expected
from sums
inner join relations on sums.relation_id = relations.relation_id and sums.parts = relations.parts
left join
    figures as totals
    on relations.total_id = totals.measure_id
    and sums.authority_code = totals.authority_code
    and sums.month = totals.month
where totals.measure_id is not null or relations.relation = 'shares'

union all

select
    'ratio' as relation,
    ratios.measure_id as relation_id,
    figures.authority_code,
    figures.month,
    ratios.measure_id,
    cast(null as string) as other_id,
    figures.value as observed,
    {{ percentage("numerators.value", "denominators.value") }} as expected
from {{ ref("measures") }} as ratios
inner join figures on ratios.measure_id = figures.measure_id
left join
    figures as numerators
    on ratios.numerator_id = numerators.measure_id
    and figures.authority_code = numerators.authority_code
    and figures.month = numerators.month
left join
    figures as denominators
    on ratios.denominator_id = denominators.measure_id
    and figures.authority_code = denominators.authority_code
    and figures.month = denominators.month
where ratios.kind = 'ratio'
