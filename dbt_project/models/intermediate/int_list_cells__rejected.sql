-- grain: one row per cell of a list that could not be read; every version
{% set lists = list_columns() %}
with versions as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        file_path,
        sheet,
        columns_chosen,
        file_sha256
    from {{ source('quality', 'ingest_ledger') }}
    where status = 'accepted'
),

{%- for extract in var('lists') %}
{%- set list = lists[extract] %}
{%- set readings = list_readings(list) %}
{{ extract }} as (
    select
        staged.authority_code,
        '{{ extract }}' as extract,
        staged.reporting_month,
        staged.version,
        versions.file_path,
        versions.sheet,
        staged.source_row,
        versions.file_sha256,
        readings.column_name,
        readings.reading,
        readings.code_list,
        readings.is_personal,
        readings.column_name in ('child_id', '{{ list['key'][0] }}') as is_event_lost,
        case readings.column_name
            {%- for name, _, _, _ in readings %}
            when '{{ name }}' then {{ json_text('staged.rejected_cells', name) }}
            {%- endfor %}
        end as raw_text,
        case readings.column_name
            {%- for name, _, _, _ in readings %}
            when '{{ name }}' then {{ json_text('versions.columns_chosen', name) }}
            {%- endfor %}
        end as column_letter
    from {{ ref('stg_' ~ extract) }} as staged
    inner join versions
        on
            versions.extract = '{{ extract }}'
            and staged.authority_code = versions.authority_code
            and staged.reporting_month = versions.reporting_month
            and staged.version = versions.version
    cross join (
        {%- for name, reading, code_list, is_personal in readings %}
        select
            '{{ name }}' as column_name,
            '{{ reading }}' as reading,
            {{ "'" ~ code_list ~ "'" if code_list else 'cast(null as string)' }} as code_list,
            {{ is_personal }} as is_personal
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as readings
    where staged.rejected_cells is not null
){{ ',' if not loop.last }}
{%- endfor %}

{% for extract in var('lists') %}
select
    authority_code,
    extract,
    reporting_month,
    version,
    file_path,
    sheet,
    source_row,
    file_sha256,
    column_name,
    code_list,
    is_personal,
    is_event_lost,
    raw_text,
    case when trim(raw_text) = '' then 'left blank, and without it the row counts nowhere' else reading end as reason,
    {{ list_cell('file_path', 'sheet', 'source_row', 'column_name', 'column_letter') }} as source_ref
from {{ extract }}
where raw_text is not null
{{ 'union all' if not loop.last }}
{% endfor %}
