-- grain: one row per pair of neighbouring bands, compared by the bounds in their labels
with
    labels as (
        select
            relations.relation_id,
            relations.role as unit,
            figures.authority_code,
            figures.extract,
            figures.measure_id,
            max(figures.reporting_month) as reporting_month,
            max_by(figures.label, figures.reporting_month) as label,
            max_by(figures.source_ref, figures.reporting_month) as source_ref
        from {{ ref("int_printed_figures__current") }} as figures
        inner join
            {{ ref("measure_relations") }} as relations
            on figures.measure_id = relations.measure_id
            and relations.relation = 'bands'
        where figures.period = 'ytd'
        group by relations.relation_id, relations.role, figures.authority_code, figures.extract, figures.measure_id
    ),

    bounds as (
        select
            relation_id,
            unit,
            authority_code,
            extract,
            measure_id,
            reporting_month,
            label,
            source_ref,
            try_cast(nullif(regexp_extract(label, '([0-9]+)', 1), '') as int)
            + case when lower(label) like 'over %' or lower(label) like 'more than %' then 1 else 0 end as first_value,
            try_cast(nullif(regexp_extract(label, '[0-9]+ *[-–] *([0-9]+)', 1), '') as int) as last_value
        from labels
    ),

    neighbours as (
        select
            relation_id,
            unit,
            authority_code,
            extract,
            measure_id,
            reporting_month,
            label,
            source_ref,
            first_value,
            lag(label) over in_order as previous_label,
            -- whole days end where the next day begins; months are elapsed time, so one band ends where the next begins
            lag(last_value) over in_order + case unit when 'days' then 1 else 0 end as expected_first
        from bounds
        window
            in_order as (
                partition by relation_id, authority_code, reporting_month
                order by first_value asc nulls last, measure_id asc nulls last
            )
    )

select
    'bands_meet_without_overlap' as check_id,
    {{ comparison_id(["'bands_meet_without_overlap'", "authority_code", "relation_id", "measure_id"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    measure_id,
    cast(first_value as double) as observed,
    cast(expected_first as double) as expected,
    coalesce(first_value = expected_first, false) as is_agreed,
    case
        when expected_first is null or first_value is null
        then 'We cannot read where the bands "' || previous_label || '" and "' || label || '" start and end.'
        when first_value < expected_first
        then
            'The bands "'
            || previous_label
            || '" and "'
            || label
            || '" overlap at '
            || cast(first_value as string)
            || ' '
            || unit
            || '. The second should start at '
            || cast(expected_first as string)
            || '.'
        else
            'The bands "'
            || previous_label
            || '" and "'
            || label
            || '" leave a gap. The second should start at '
            || cast(expected_first as string)
            || ' '
            || unit
            || '.'
    end as message,
    source_ref
from neighbours
where previous_label is not null
