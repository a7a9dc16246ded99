{# DuckDB's tables, views and incremental models in one statement each, with what they and their columns mean. dbt-duckdb makes a copy
   under another name, renames twice, asks for the columns and drops what was there. Foreign keys, indexes and grants, for which it does
   so, there are none here. Columns change only with the code, and then every table is built again. #}
{% materialization table, adapter="duckdb" %}
    {{ replaced('table') }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {{ replaced('view') }}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% materialization incremental, adapter="duckdb" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or existing.type != 'table' or should_full_refresh() -%}
        {{ replaced('table') }}
    {%- else -%}
        {{ run_hooks(pre_hooks) }}
        {% call statement('main') %}
            {{ appended() if config.get('incremental_strategy') == 'append' else delivered_anew(config.require('unique_key')) }}
        {% endcall %}
        {{ run_hooks(post_hooks) }}
        {{ adapter.commit() }}
    {%- endif -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% macro appended() %}
    insert into {{ this }} by name (
        {{ compiled_code }}
    );
{% endmacro %}

{# New rows replace those with the same keys, by a list of the keys: a join on several columns would compare
   each row with each. #}
{% macro delivered_anew(keys) %}
    {%- set arrived, key = this.identifier ~ '__arrived', ([keys] if keys is string else keys) | join(', ') -%}
    create temp table {{ arrived }} as (
        {{ compiled_code }}
    );
    delete from {{ this }} where ({{ key }}) in (select distinct {{ key }} from {{ arrived }});
    insert into {{ this }} by name from {{ arrived }};
    drop table {{ arrived }};
{% endmacro %}

{% macro replaced(type) %}
    {%- set made = this.incorporate(type=type) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.type != type -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {%- set select_sql = compiled_code -%}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(compiled_code) -%}
        {%- set select_sql = get_select_subquery(compiled_code) -%} {# in the order of the contract #}
    {%- endif -%}
    {% call statement('main') %}
        create or replace {{ type }} {{ made }} as (
            {{ select_sql }}
        );
        {{ comments_on(made) }}
    {% endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
{% endmacro %}

{# A described column that the table does not have stops the build. #}
{% macro comments_on(relation) %}
    {%- if config.persist_relation_docs() and model.description %}
        {{ duckdb__alter_relation_comment(relation, model.description) }}
    {%- endif %}
    {%- if config.persist_column_docs() %}
        {%- for name, column in model.columns.items() if column.description %}
        comment on column {{ relation }}.{{ name }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
    {%- endif %}
{% endmacro %}
