-- grain: one row per number typed by hand in a commentary: whether a figure of its measure bears it out
-- A number in a sentence does not say which statistic it is: it stands if it is any that its words allow.
{{ config(materialized="view") }}
with
    home_authority as (select authority_code from {{ ref("dim_authority") }} where is_home_authority),

    typed as (
        select
            coalesce(typed.authority_code, home_authority.authority_code) as authority_code,
            typed.reporting_month,
            typed.file_path,
            typed.line,
            typed.place,
            typed.typed_text,
            typed.figure,
            typed.half_a_digit,
            typed.is_percentage,
            typed.statistic,
            typed.measure_id,
            typed.month,
            measures.measure_name
        from {{ source("commentary", "typed_figures") }} as typed
        inner join {{ ref("measures") }} as measures on typed.measure_id = measures.measure_id
        left join home_authority on typed.authority_code is null
    ),

    -- a share of contacts may be meant by "% of contacts", and the parts of a share by a count
    related_measures as (
        select measure_id, measure_id as related_id
        from {{ ref("measures") }}

        union

        select numerator_id as measure_id, measure_id as related_id
        from {{ ref("measures") }}
        where numerator_id is not null

        union

        select denominator_id as measure_id, measure_id as related_id
        from {{ ref("measures") }}
        where denominator_id is not null

        union

        select measure_id, numerator_id as related_id
        from {{ ref("measures") }}
        where numerator_id is not null

        union

        select measure_id, denominator_id as related_id
        from {{ ref("measures") }}
        where denominator_id is not null
    )

select
    typed.authority_code,
    typed.reporting_month,
    typed.file_path,
    typed.line,
    typed.place,
    typed.typed_text,
    typed.figure,
    typed.measure_id,
    typed.measure_name,
    max(typed.month) as month,
    max(
        case
            when statistics.measure_id = typed.measure_id and statistics.statistic = coalesce(typed.statistic, 'value')
            then statistics.figure
        end
    ) as expected,
    max(
        case
            when statistics.measure_id = typed.measure_id and statistics.statistic = coalesce(typed.statistic, 'value')
            then statistics.unit
        end
    ) as unit,
    max(
        case
            when
                (
                    typed.statistic is null
                    or statistics.statistic = typed.statistic
                    or statistics.statistic like typed.statistic || '!_%' escape '!'
                )
                and (statistics.unit = 'percentage') = typed.is_percentage
                and abs(statistics.figure) >= abs(typed.figure) - typed.half_a_digit
                and abs(statistics.figure) < abs(typed.figure) + typed.half_a_digit
            then 1
            else 0
        end
    )
    = 1 as is_borne_out
from typed
inner join related_measures on typed.measure_id = related_measures.measure_id
inner join
    {{ ref("kpi_statistics") }} as statistics
    on typed.authority_code = statistics.authority_code
    and typed.month = statistics.month
    and related_measures.related_id = statistics.measure_id
group by
    typed.authority_code,
    typed.reporting_month,
    typed.file_path,
    typed.line,
    typed.place,
    typed.typed_text,
    typed.figure,
    typed.measure_id,
    typed.measure_name
