{# The list's rows as delivered, every version, parsed and recoded by list_columns; a run reads only what was loaded since
   the last. What is the same for every row of a file is in the ledger: a million repetitions cost as much as a column.
   repeated_in_row: the next row of the same delivery that is of the same event. #}
{% macro staged_list(extract) -%}
{#- the secret is put on record before anything is keyed with it -#}
{%- do ref('int_child_key_secret') -%}
{%- set list = list_columns()[extract] -%}
{%- set key, texts, apart = list['key'], text_columns(list), list.get('told_apart_by') -%}
{%- set of_a_day = 'authority_code, reporting_month, version, normalised_child_id, ' ~ key[0] -%}
{%- set alike = ([of_a_day] + key[1:]) | join(', ') -%}
{%- set of_an_event = alike ~ (", coalesce(" ~ apart ~ ", '')" if apart else '') -%}
{%- set dates, integers = date_columns(list), dict({'age_years': [0, 40]}, **list.get('integers', {})) -%}
{%- set codes = dict({'gender_code': 'gender', 'ethnicity_code': 'ethnicity'}, **list['codes']) -%}
{%- set flags = flag_columns(list) -%}
{%- set recoded = dict(codes, **flags) -%}
{%- set cells = dates + (integers.keys() | list) + (recoded.keys() | list) -%}
with {{ delivered_rows(extract) }},

delivered {{ read_each_time() }} (
    select
        lists.authority_code,
        lists.reporting_month,
        lists.version,
        lists.source_row,
        lists.loaded_at,
        lists.child_id,
        lists.has_birth_date,
        {%- for name in dates + (integers.keys() | list) + texts %}
        nullif(trim(lists.{{ name }}), '') as {{ name }}_text,
        {%- endfor %}
        {%- for name in recoded %}
        lists.{{ name }} as {{ name }}_text,
        {{ folded('lists.' ~ name) }} as {{ name }}_folded,
        {%- endfor %}
        {{ normalised_id('lists.child_id') }} as normalised_child_id
    from lists
),

recognised {{ read_each_time() }} (
    select
        authority_code,
        reporting_month,
        version,
        source_row,
        loaded_at,
        child_id,
        has_birth_date,
        normalised_child_id,
        {%- for name in dates + (integers.keys() | list) + texts %}
        {{ name }}_text,
        {%- endfor %}
        {%- for name in recoded %}
        {{ name }}_text,
        nullif({{ name }}_folded, '') as {{ name }}_folded,
        {%- endfor %}
        {%- for name in dates %}
        {{ date_form(name ~ '_text') }} as {{ name }}_form{{ ',' if not loop.last }}
        {%- endfor %}
    from delivered
),

parsed {{ read_each_time() }} (
    select
        authority_code,
        reporting_month,
        version,
        source_row,
        loaded_at,
        child_id,
        normalised_child_id,
        {%- for name in texts %}
        {{ name }}_text as {{ name }},
        {%- endfor %}
        {%- for name in dates %}
        {{ try_date(name ~ '_text', name ~ '_form', 'reporting_month') }} as {{ name }},
        {{ name }}_text,
        {%- endfor %}
        {%- for name, bounds in integers.items() %}
        {{ try_whole_number(name ~ '_text', bounds[0], bounds[1]) }} as {{ name }},
        {{ name }}_text,
        {%- endfor %}
        {%- for name in recoded %}
        {{ name }}_text,
        {{ name }}_folded,
        {%- endfor %}
        has_birth_date and birth_date_form = '-' as is_birth_date_blank,
        {% for name in dates %}{{ name }}_form{{ ' || ' if not loop.last }}{% endfor %} as date_forms
    from recognised
),

recoded {{ read_each_time() }} (
    select
        parsed.authority_code,
        parsed.reporting_month,
        parsed.version,
        parsed.source_row,
        parsed.loaded_at,
        parsed.child_id,
        parsed.normalised_child_id,
        {%- for name in texts %}
        parsed.{{ name }},
        {%- endfor %}
        {%- for name in dates + (integers.keys() | list) %}
        parsed.{{ name }},
        parsed.{{ name }}_text,
        {%- endfor %}
        {%- for name in recoded %}
        {{ name }}_spelling.code as {{ name }},
        case when {{ name }}_spelling.code is null and parsed.{{ name }}_folded is not null then parsed.{{ name }}_text end as {{ name }}_text,
        {%- endfor %}
        parsed.is_birth_date_blank,
        parsed.date_forms
    from parsed
    {%- for name, code_list in recoded.items() %}
    left join {{ ref('code_spellings') }} as {{ name }}_spelling
        on {{ name }}_spelling.code_list = '{{ code_list }}' and parsed.{{ name }}_folded = {{ name }}_spelling.spelling
    {%- endfor %}
),

-- a child's rows of one day may be of one event, or alike but for the id that tells two apart: few, so only they are put in order
of_one_day as (
    select {{ short_hash(of_a_day) }} as row_hash
    from parsed
    group by {{ short_hash(of_a_day) }}
    having count(*) > 1
),

told_apart as (
    select
        authority_code,
        reporting_month,
        version,
        source_row,
        {%- if apart %}
        dense_rank() over (partition by {{ alike }} order by coalesce({{ apart }}, '') asc nulls last) as number,
        {%- endif %}
        lead(source_row) over (partition by {{ of_an_event }} order by source_row asc nulls last) as repeated_in_row
    from recoded
    where {{ short_hash(of_a_day) }} in (select of_one_day.row_hash from of_one_day)
),

keyed as (
    select
        recoded.authority_code,
        recoded.reporting_month,
        recoded.version,
        recoded.source_row,
        recoded.loaded_at,
        recoded.child_id,
        {{ child_key('recoded.authority_code', 'recoded.normalised_child_id') }} as child_key,
        {%- for name in texts %}
        recoded.{{ name }},
        {%- endfor %}
        {%- for name in cells %}
        recoded.{{ name }},
        recoded.{{ name }}_text,
        {%- endfor %}
        recoded.is_birth_date_blank,
        recoded.date_forms,
        {%- if apart %}
        told_apart.number,
        {%- endif %}
        told_apart.repeated_in_row
    from recoded
    left join told_apart
        on
            recoded.authority_code = told_apart.authority_code
            and recoded.reporting_month = told_apart.reporting_month
            and recoded.version = told_apart.version
            and recoded.source_row = told_apart.source_row
)

select
    authority_code,
    reporting_month,
    version,
    source_row,
    loaded_at,
    {{ delivery_order('reporting_month', 'version', 'source_row') }} as delivery_order,
    child_key,
    case
        when child_key is not null and {{ key[0] }} is not null
            then {{ event_key(key, number='number' if apart) }}
    end as event_key,
    repeated_in_row,
    cast(date_trunc('month', {{ key[0] }}) as date) as event_month,
    cast(date_trunc('month', {{ list['filed'] }}) as date) as filing_month,
    is_birth_date_blank,
    {%- for name in dates + (integers.keys() | list) + (codes.keys() | list) + texts %}
    {{ name }},
    {%- endfor %}
    {%- for name in flags %}
    case {{ name }} when 'Y' then true when 'N' then false end as {{ name }},
    {%- endfor %}
    date_forms,
    case
        when
            child_key is null
            or {{ key[0] }} is null
            {%- for name in cells %}
            or ({{ name }}_text is not null and {{ name }} is null)
            {%- endfor %}
            then {{ json_texts(
                [('child_id', "case when child_key is null then coalesce(trim(child_id), '') end")]
                + [(key[0], "case when " ~ key[0] ~ " is null then coalesce(" ~ key[0] ~ "_text, '') end")]
                + unread_cells(cells | reject('eq', key[0]))
            ) }}
    end as rejected_cells
from keyed
{%- endmacro %}

{# The key of an event: its child, and what tells it from the child's other events; the same from whatever profile it came. Of
   events that are alike but for an id, which not every profile gives, the second and later ones are numbered by it. #}
{% macro event_key(key, of='', number=none) -%}
md5({{ of }}authority_code || '|' || {{ of }}child_key
{%- for name in key %} || '|' || coalesce(cast({{ of }}{{ name }} as string), ''){% endfor %}
{%- if number %} || '|' || coalesce(cast(nullif({{ number }}, 1) as string), ''){% endif %})
{%- endmacro %}

{# The text of each cell that could not be read, by name. #}
{% macro unread_cells(names) -%}
{%- set pairs = [] -%}
{%- for name in names -%}
{%- do pairs.append((name, "case when " ~ name ~ " is null then " ~ name ~ "_text end")) -%}
{%- endfor -%}
{{ return(pairs) }}
{%- endmacro %}

{# Whether a row of a list as staged is the one that counts of its event in this delivery: the last. #}
{% macro is_an_event(of='') -%}
{{ of }}event_key is not null and {{ of }}repeated_in_row is null
{%- endmacro %}
