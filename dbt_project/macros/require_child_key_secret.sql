{# Stop a build that would give children no key, or another key than before: children appear under a hash of their id, keyed by a
   secret. Summary returns name no child, so a warehouse without lists needs no secret. #}
{% macro require_child_key_secret() %}
    {% if execute and flags.WHICH in ("build", "run") %}
        {% set lists = [] %}
        {% for source in graph.sources.values() if 'child_id' in source.columns %}
            {% set list = adapter.get_relation(target.get("database"), source.schema, source.name) %}
            {% if list is none %}
                {% do exceptions.raise_compiler_error(
                    "There is no "
                    ~ source.schema
                    ~ "."
                    ~ source.name
                    ~ " in the warehouse. Run `csc run` first: it makes the raw tables and loads what landed."
                ) %}
            {% endif %}
            {% do lists.append("exists (select 1 from " ~ list ~ ")") %}
        {% endfor %}
        {% set keyed = load_relation(api.Relation.create(target.get("database"), "staging", "child_key_secret")) %}
        {% set made_with = (
            "(select min(secret_check) from " ~ keyed ~ ")" if keyed and not flags.FULL_REFRESH else "null"
        ) %}
        {% set facts %}
        select
            {{ lists | join(" or ") }} as is_needed,
            {{ is_secret_set() }} as is_set,
            coalesce({{ made_with }} <> {{ keyed_hash("'csc-warehouse'") }}, false) as is_another
        {% endset %}
        {% set secret = run_query(facts).rows[0] %}
        {% if secret.is_needed and not secret.is_set %}
            {% do exceptions.raise_compiler_error(
                "CSC_CHILD_KEY_SECRET is not set, and lists of children cannot be read without it. "
                ~ "Make one with `csc secret`, or set it to the one used before."
            ) %}
        {% elif secret.is_needed and secret.is_another %}
            {% do exceptions.raise_compiler_error(
                "CSC_CHILD_KEY_SECRET is not the one that the children's keys in this warehouse were "
                ~ "made with: the same child would appear under two keys. Restore it, or make every key again with `csc run --rebuild`."
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
