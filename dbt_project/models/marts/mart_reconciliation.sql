-- grain: one row per authority, month and printed measure that has a reported and a computed value
with
    reported as (
        select authority_code, month, measure_id, value, printed_value, is_supplied
        from {{ ref("kpi_monthly") }}
        where basis = 'reported'
    ),

    computed as (
        select authority_code, month, measure_id, value, is_supplied
        from {{ ref("kpi_monthly") }}
        where basis = 'computed'
    ),

    values_compared as (
        select
            reported.authority_code,
            reported.month,
            reported.measure_id,
            measures.measure_name,
            measures.unit,
            reported.printed_value as reported_value,
            computed.value as computed_value,
            -- a value is printed rounded: the computed one agrees when it rounds to the printed one
            {{ round_half_up("computed.value", "measures.decimals") }} as computed_as_printed,
            reported.is_supplied and computed.is_supplied as is_comparable
        from reported
        inner join
            computed
            on reported.authority_code = computed.authority_code
            and reported.month = computed.month
            and reported.measure_id = computed.measure_id
        inner join {{ ref("measures") }} as measures on reported.measure_id = measures.measure_id
    ),

    -- a finding about one measure may explain another that should agree with it, add up to it or be divided by it
    measures_related as (
        select distinct own.measure_id, other.measure_id as finding_measure_id
        from {{ ref("measure_relations") }} as own
        inner join {{ ref("measure_relations") }} as other on own.relation_id = other.relation_id

        union

        select measure_id, measure_id as finding_measure_id
        from {{ ref("measures") }}

        union

        select measure_id, numerator_id as finding_measure_id
        from {{ ref("measures") }}
        where numerator_id is not null

        union

        select measure_id, denominator_id as finding_measure_id
        from {{ ref("measures") }}
        where denominator_id is not null
    ),

    differences_explained as (
        select
            compared.authority_code,
            compared.month,
            compared.measure_id,
            findings.comparison_id,
            findings.check_id,
            findings.message,
            row_number() over (
                partition by compared.authority_code, compared.month, compared.measure_id
                order by
                    case when findings.measure_id = compared.measure_id then 0 else 1 end asc nulls last,
                    findings.check_id asc nulls last,
                    findings.comparison_id asc nulls last
            ) as place,
            count(*) over (partition by compared.authority_code, compared.month, compared.measure_id) as findings
        from values_compared as compared
        inner join measures_related as related on compared.measure_id = related.measure_id
        inner join
            {{ ref("figure_comparisons") }} as findings
            on compared.authority_code = findings.authority_code
            and compared.month = findings.month
            and related.finding_measure_id = findings.measure_id
            and not findings.is_agreed
        where compared.reported_value is distinct from compared.computed_as_printed
    ),

    conclusions_drawn as (
        select
            compared.authority_code,
            compared.month,
            compared.measure_id,
            compared.measure_name,
            compared.unit,
            compared.reported_value,
            compared.computed_value,
            case
                when compared.is_comparable then compared.computed_as_printed - compared.reported_value
            end as difference,
            case
                when compared.is_comparable then compared.reported_value = compared.computed_as_printed
            end as is_agreed,
            explained.comparison_id,
            explained.check_id,
            explained.message,
            explained.findings,
            -- a difference that nothing explains is a finding of its own: see quality.audit_reconciliation
            explained.comparison_id is null
            and compared.is_comparable
            and compared.reported_value <> compared.computed_as_printed as is_unexplained
        from values_compared as compared
        left join
            differences_explained as explained
            on compared.authority_code = explained.authority_code
            and compared.month = explained.month
            and compared.measure_id = explained.measure_id
            and explained.place = 1
    )

select
    authority_code,
    month,
    measure_id,
    measure_name,
    unit,
    reported_value,
    computed_value,
    difference,
    is_agreed,
    case
        when is_unexplained
        then {{ comparison_id(["'computed_agrees_with_printed'", "authority_code", "measure_id", "month"]) }}
        else comparison_id
    end as finding_id,
    case when is_unexplained then 'computed_agrees_with_printed' else check_id end as check_id,
    case
        when is_unexplained then 'The return and the lists differ, and no other finding says why.' else message
    end as message,
    cast(coalesce(findings, 0) as int) as findings
from conclusions_drawn
