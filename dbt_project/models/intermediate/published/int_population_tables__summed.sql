-- grain: one row per area of a table of population estimates by single year of age, every version: its residents aged 0
-- to 17, or the first cell that is no number
{{ config(materialized="view") }}
{% set ages = range(18) %}
with
    rows_told as (
        select
            authority_code as delivered_to,
            reporting_month as published_on,
            version,
            file_path,
            source_row,
            upper(area_code) as area_code,
            lower(
                coalesce(sheet, '')
                || ' '
                || coalesce({{ json_text_at("ages", "'above the header'") }}, '')
                || ' '
                || file_path
            ) as told,
            {% for age in ages %}
                {{ json_text_at("ages", "'" ~ age ~ "'") }} as age_{{ age }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("stg_published__population_tables") }}
        -- unitary authorities, boroughs, counties, regions and England; not districts, nor counties of boroughs
        where upper(substr(area_code, 1, 3)) in ('E06', 'E08', 'E09', 'E10', 'E12', 'E92')
    ),

    residents as (
        select
            delivered_to,
            published_on,
            version,
            file_path,
            source_row,
            area_code,
            told,
            {% for age in ages %}
                age_{{ age }}, {{ printed_figure("age_" ~ age) }} as residents_{{ age }}{{ "," if not loop.last }}
            {% endfor %}
        from rows_told
    )

select
    'population_tables' as extract,
    delivered_to,
    published_on,
    version,
    file_path,
    source_row,
    area_code,
    -- such as mid-2024, or mye24 in the name of the file
    coalesce(
        try_cast(regexp_extract(told, 'mid[^0-9a-z]{0,3}(20[0-9][0-9])', 1) as int),
        2000 + try_cast(regexp_extract(told, 'mye([0-9][0-9])[^0-9]', 1) as int)
    ) as year_ending,
    'residents aged 0 to 17' as statistic,
    coalesce(
        cast(
            cast({% for age in ages %}residents_{{ age }}{{ " + " if not loop.last }}{% endfor %} as bigint) as string
        ),
        {% for age in ages %}
            case
                when residents_{{ age }} is null then coalesce(nullif(age_{{ age }}, ''), 'blank')
            end{{ "," if not loop.last }}
        {% endfor %}
    ) as value_text
from residents
