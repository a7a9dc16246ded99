-- grain: one row per cell of a list that could not be read; every version
{% set lists = list_columns() %}
with
{%- for extract in var('lists') + var('own_lists') %}
{%- set list = lists[extract] %}
{%- set readings = list_readings(list) %}
{{ extract }} as (
    select
        staged.authority_code,
        '{{ extract }}' as list,
        staged.version as list_version,
        versions.own_extract as extract,
        staged.reporting_month,
        versions.own_version as version,
        versions.file_path,
        versions.sheet,
        staged.source_row - versions.first_row as source_row,
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
    inner join {{ ref('int_lists__versions') }} as versions
        on
            versions.extract = '{{ extract }}'
            and staged.authority_code = versions.authority_code
            and staged.reporting_month = versions.reporting_month
            and staged.version = versions.version
            and {{ is_from_table('staged', 'versions') }}
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
    {%- if extract in var('own_lists') %}
    -- what an Annex A list shows of them is rejected from that list
    and versions.profile <> 'annex_a'
    {%- endif %}
){{ ',' if not loop.last }}
{%- endfor %}

{% for extract in var('lists') + var('own_lists') %}
select
    authority_code,
    list,
    list_version,
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
