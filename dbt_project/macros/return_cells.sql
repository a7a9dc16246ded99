{# One row per cell of a summary return, every version: the printed text, and what it can be read as.
   The months run from April of the reporting month's financial year; `month` of the year to date is the reporting month. #}
{% macro return_cells(extract) -%}
{%- set months = ['apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec', 'jan', 'feb', 'mar'] -%}
with printed_columns as (
    {%- for name in months + ['ytd'] %}
    select
        {{ loop.index }} as column_number,
        '{{ name }}' as source_column
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{{ withdrawn(extract) }},

cells as (
    select
        delivered.authority_code,
        delivered.reporting_month,
        delivered.version,
        delivered.measure_id,
        delivered.label,
        delivered.file_path,
        delivered.sheet,
        delivered.source_row,
        delivered.file_sha256,
        case
            when month(delivered.reporting_month) < 4 then month(delivered.reporting_month) + 9
            else month(delivered.reporting_month) - 3
        end as reporting_financial_month,
        printed_columns.column_number,
        printed_columns.source_column,
        case printed_columns.source_column
            {%- for name in months + ['ytd'] %}
            when '{{ name }}' then delivered.{{ name }}
            {%- endfor %}
        end as printed_text,
        case printed_columns.source_column
            {%- for name in months + ['ytd'] %}
            when '{{ name }}' then {{ json_text('delivered.columns_chosen', name) }}
            {%- endfor %}
        end as column_letter
    from {{ source('raw', extract) }} as delivered
    cross join printed_columns
    left join withdrawn
        on
            delivered.authority_code = withdrawn.authority_code
            and delivered.reporting_month = withdrawn.reporting_month
            and delivered.version = withdrawn.version
    where withdrawn.version is null
),

cleaned as (
    select
        authority_code,
        reporting_month,
        version,
        measure_id,
        label,
        file_path,
        sheet,
        source_row,
        file_sha256,
        reporting_financial_month,
        column_number,
        source_column,
        printed_text,
        column_letter,
        {{ squeeze('printed_text') }} as squeezed_text
    from cells
    where printed_text is not null
),

parsed as (
    select
        cleaned.authority_code,
        cleaned.reporting_month,
        cleaned.version,
        cleaned.measure_id,
        cleaned.label,
        cleaned.file_path,
        cleaned.sheet,
        cleaned.source_row,
        cleaned.file_sha256,
        cleaned.reporting_financial_month,
        cleaned.column_number,
        cleaned.source_column,
        cleaned.printed_text,
        cleaned.column_letter,
        cleaned.squeezed_text,
        marks.mark is not null or cleaned.squeezed_text = '' as is_blank,
        case
            when {{ matches("cleaned.squeezed_text", "-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?") }}
                then try_cast(replace(replace(cleaned.squeezed_text, ',', ''), '%', '') as decimal(28, 10))
        end as parsed_figure
    from cleaned
    left join {{ ref('not_supplied_marks') }} as marks
        on lower(cleaned.squeezed_text) = marks.mark
)

select
    authority_code,
    '{{ extract }}' as extract,
    reporting_month,
    version,
    measure_id,
    label,
    case when source_column = 'ytd' then 'ytd' else 'month' end as period,
    case
        when source_column = 'ytd' then reporting_month
        else {{ add_months_to('reporting_month', 'column_number - reporting_financial_month') }}
    end as month,
    printed_text,
    cast(parsed_figure as double) as figure,
    case when squeezed_text <> replace(squeezed_text, '%', '') then 'percentage' else 'count' end as printed_unit,
    case
        when squeezed_text like '%.%' then length(replace(squeezed_text, '%', '')) - instr(squeezed_text, '.')
        else 0
    end as printed_decimals,
    parsed_figure is not null as is_supplied,
    parsed_figure is not null or is_blank as is_readable,
    source_column = 'ytd' or column_number <= reporting_financial_month as is_in_period,
    file_path || coalesce(', sheet ' || sheet, '') || ', row ' || cast(source_row as string)
    || ', column ' || upper(source_column) || ' (cell ' || column_letter || cast(source_row as string) || ')' as source_ref,
    source_row,
    upper(source_column) as source_column,
    file_sha256
from parsed
{%- endmacro %}

{# The versions of an extract that had been put into the wrong folder. #}
{% macro withdrawn(extract) -%}
withdrawn as (
    select
        authority_code,
        reporting_month,
        version
    from {{ source('quality', 'ingest_ledger') }}
    where status = 'withdrawn' and extract = '{{ extract }}'
)
{%- endmacro %}
