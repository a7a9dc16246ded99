{# Children appear under a keyed hash of their id: without the secret, or with another than before, there is no run. Returns
   alone need none. #}
{% macro require_child_key_secret() %}
{% if execute and flags.WHICH in ('build', 'run') %}
    {% set known = api.Relation.create(database=target.database, schema='intermediate', identifier='int_child_key_secret') %}
    {% set is_known = load_relation(known) is not none and not flags.FULL_REFRESH %}
    {% set facts %}
        select
            {{ is_secret_set() }} as is_set,
            {% for extract in var('lists') + delivered_of(tables_with_children()) %}exists (select 1 from {{ source('raw', extract) }}){{ ' or ' if not loop.last }}{% endfor %} as is_needed,
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
