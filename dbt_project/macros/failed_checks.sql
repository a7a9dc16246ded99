{# What a row of a list says that cannot be, or leaves out: the checks it fails, by column, for the facts to carry. The audit of
   the lists then reads the facts, and no list a second time. #}

{% macro days_of_a_childhood() -%}9516{%- endmacro %} {# 26 years: nobody over 25 is in these lists #}
{% macro days_before_birth() -%}280{%- endmacro %} {# 40 weeks: before that nobody knows of the child #}

{# The checks that a list's rows can fail: (column, check, condition on `staged` and on the joins of dated_codes). #}
{% macro row_checks(extract) -%}
{%- set list = list_columns()[extract] -%}
{%- set day = 'staged.' ~ list['key'][0] -%}
{%- set next_month = add_months_to('staged.reporting_month', 1) -%}
{%- set checks = [] -%}
{%- for name in list.get('ends', []) -%}
{%- do checks.append((name, 'dates_are_in_order', "staged." ~ name ~ " < " ~ day ~ " and " ~ day ~ " < " ~ next_month)) -%}
{%- endfor -%}
{%- for name in list['dates'] -%}
{%- do checks.append((name, 'dates_end_with_the_reporting_month', "staged." ~ name ~ " >= " ~ next_month)) -%}
{%- do checks.append((name, 'events_are_of_a_childhood', days_between('staged.' ~ name, 'staged.reporting_month') ~ " > " ~ days_of_a_childhood())) -%}
{%- endfor -%}
{#- who is looked after has been born -#}
{%- set before_birth = 0 if extract == 'annex_a_lac' else days_before_birth() -%}
{%- set aged = days_between('staged.birth_date', day) -%}
{%- set in_childhood = aged ~ " between -" ~ before_birth ~ " and " ~ days_of_a_childhood() -%}
{%- do checks.append(('birth_date', 'events_are_of_a_childhood',
    "not " ~ in_childhood ~ " and " ~ days_between(day, 'staged.reporting_month') ~ " <= " ~ days_of_a_childhood())) -%}
{#- an age is that at the event or at any time until the list was made; a year more or less is a birthday -#}
{%- do checks.append(('age_years', 'ages_agree_with_birth_dates',
    in_childhood ~ " and " ~ day ~ " < " ~ next_month
    ~ " and (" ~ aged ~ " > (staged.age_years + 2) * 366 or " ~ days_between('staged.birth_date', next_month) ~ " < (staged.age_years - 1) * 365)")) -%}
{%- for name in ['gender_code', 'ethnicity_code'] + list.get('required', []) -%}
{%- do checks.append((name, 'required_cells_are_filled',
    (is_annex_a('staged.version') ~ " and " if name in list.get('required', []) else "")
    ~ "staged." ~ name ~ " is null and (staged.rejected_cells is null or " ~ json_text('staged.rejected_cells', name) ~ " is null)")) -%}
{%- endfor -%}
{%- for name in coded_cells(list) -%}
{%- do checks.append((name, 'codes_are_in_use',
    "not staged." ~ list.get('coded_on', {}).get(name, list['key'][0])
    ~ " between coalesce(dated_" ~ name ~ ".valid_from, date '1900-01-01') and coalesce(dated_" ~ name ~ ".valid_to, date '2100-12-31')")) -%}
{%- endfor -%}
{{ return(checks) }}
{%- endmacro %}

{# The checks that a row fails, such as 'cpp_end_date dates_are_in_order', with '; ' between them; null where it fails none. #}
{% macro failed_checks(extract) -%}
{%- set checks = row_checks(extract) -%}
case
        when
            {%- for _, _, condition in checks %}
            {{ 'or ' if not loop.first }}({{ condition }})
            {%- endfor %}
            then concat_ws(
                '; '
                {%- for name, check_id, condition in checks %},
                case when {{ condition }} then '{{ name }} {{ check_id }}' end
                {%- endfor %}
            )
    end
{%- endmacro %}

{# Joins that say from when to when a code may be used, for the few that have not always been. #}
{% macro dated_codes(extract) -%}
{%- set list = list_columns()[extract] %}
{%- for name, code_list in coded_cells(list).items() %}
        left join {{ ref('code_lists') }} as dated_{{ name }}
            on
                dated_{{ name }}.code_list = '{{ code_list }}'
                and (dated_{{ name }}.valid_from is not null or dated_{{ name }}.valid_to is not null)
                and staged.{{ name }} = dated_{{ name }}.code
{%- endfor %}
{%- endmacro %}

{% macro coded_cells(list) -%}
{{ return(dict({'gender_code': 'gender', 'ethnicity_code': 'ethnicity'}, **list['codes'])) }}
{%- endmacro %}

{# Where a cell of a list is, as a person finds it; `letter` is the spreadsheet's column, null where it has none. #}
{% macro list_cell(file_path, sheet, source_row, column_name, letter) -%}
{{ file_path }} || coalesce(', sheet ' || {{ sheet }}, '') || ', row ' || cast({{ source_row }} as string) || ', column ' || {{ column_name }}
|| coalesce(' (cell ' || {{ letter }} || cast({{ source_row }} as string) || ')', '')
{%- endmacro %}

{# The current version of each list that the next month's does not mostly repeat: what that one repeats is judged there. #}
{% macro lists_with_the_last_word() -%}
select
    delivered.authority_code,
    delivered.extract,
    delivered.reporting_month,
    delivered.version
from {{ ref('int_lists__delivered') }} as delivered
left join {{ ref('int_lists__held') }} as held
    on
        delivered.authority_code = held.authority_code
        and delivered.extract = held.extract
        and delivered.reporting_month = held.reporting_month
group by delivered.authority_code, delivered.extract, delivered.reporting_month, delivered.version
having coalesce(sum(held.repeated_events) * 2 < sum(held.events), true)
{%- endmacro %}

{# The file that each month's list now stands in; of a list that several tables make up, the first of them. #}
{% macro delivered_files() -%}
select
    lists.authority_code,
    lists.extract,
    lists.reporting_month,
    lists.profile,
    lists.extract in ({% for list in var('lists') %}'{{ list }}'{{ ', ' if not loop.last }}{% endfor %}) as is_list_of_annex_a,
    versions.own_extract,
    versions.file_path,
    versions.sheet,
    versions.row_count
from {{ ref('int_lists__delivered') }} as lists
inner join {{ ref('int_lists__versions') }} as versions
    on
        lists.authority_code = versions.authority_code
        and lists.extract = versions.extract
        and lists.reporting_month = versions.reporting_month
        and lists.version = versions.version
where versions.is_current
qualify row_number() over (partition by lists.authority_code, lists.extract, lists.reporting_month order by versions.first_row asc nulls last) = 1
{%- endmacro %}

{% macro all_list_columns() -%}
{%- set names = [] -%}
{%- for list in list_columns().values() -%}
{%- for name, _, _, _ in list_readings(list) -%}
{%- if name not in names -%}{%- do names.append(name) -%}{%- endif -%}
{%- endfor -%}
{%- endfor -%}
{{ return(names) }}
{%- endmacro %}
