{# Children appear under a keyed hash of their id: without the secret, or with another than before, there is no run. Returns
   alone need none. #}
{% macro require_child_key_secret() %}
{% if execute and flags.WHICH in ('build', 'run') %}
    {% set known = api.Relation.create(database=target.database, schema='staging', identifier='child_key_secret') %}
    {% set is_known = load_relation(known) is not none and not flags.FULL_REFRESH %}
    {% set facts %}
        select
            {{ is_secret_set() }} as is_set,
            exists (
                select 1 from {{ source('quality', 'ingest_ledger') }}
                where status = 'accepted' and loaded_at is not null and {{ is_of_children('extract') }}
            ) as is_needed,
            {% if is_known %}
            coalesce((select min(secret_check) <> {{ keyed_hash("'csc-warehouse'") }} from {{ known }}), false) as is_another
            {% else %}
            false as is_another
            {% endif %}
    {% endset %}
    {% set row = run_query(facts).rows[0] %}
    {% if row['is_needed'] and not row['is_set'] %}
        {% do exceptions.raise_compiler_error(
            "CSC_CHILD_KEY_SECRET is not set. Children appear under a hash keyed by it, so lists cannot be read without. "
            ~ "Make one with `csc secret`, or set it to the one used before."
        ) %}
    {% elif row['is_needed'] and row['is_another'] %}
        {% do exceptions.raise_compiler_error(
            "CSC_CHILD_KEY_SECRET is not the one that the children's keys in this warehouse were made with: the same child would "
            ~ "appear under two keys. Restore it, or make every key anew with `csc run --rebuild`."
        ) %}
    {% endif %}
{% endif %}
{% endmacro %}

{# Whether an extract is a list of children's rows: of the datasets that have such lists, by the name of the extract. #}
{% macro is_of_children(extract) -%}
({{ extract }} like 'annex_a_%' or {{ extract }} like 'ssd_%' or {{ extract }} like 'ssda903_%' or {{ extract }} like 'cin_census_%')
{%- endmacro %}
