{# The only places where engines differ. A new difference is a new dispatched macro here, never SQL in a model.

   what                  DuckDB                    Spark                      why
   add_months_to         + interval 1 month        add_months                 Spark takes a number of months in a function only
   matches               regexp_full_match         rlike '^(...)$'            rlike finds a part of the text
   replace_matches       regexp_replace(..., 'g')  regexp_replace             DuckDB replaces the first only, unless told
   json_text             json_extract_string       get_json_object            other names
   json_text_at          json_extract_string       get_json_object            a key with spaces is quoted otherwise
   json_texts            json_object               to_json(named_struct)      other names
   json_items            unnest(json[])            explode(from_json)         other names
   show_count            format('{:,}')            format_number(..., 0)      other names
   join_sorted           string_agg(order by)      array_sort(collect_list)   Spark's list comes in any order
   codes_of              len(string_split)         array_size(split)          other names
   different_codes_of    list_distinct             array_distinct             other names
   weekday_of            isodow                    weekday + 1                Spark counts Monday as 0
   days_between          date_diff                 datediff                   Spark's has the later day first
   days_after            +                         date_add                   Spark takes a number of days in a function only
   parse_day_month_year  try_strptime              try_to_timestamp           the parts of a date have other letters
   likeness              jaro_winkler_similarity   written out                Spark has no such function
   keyed_hash            sha256, getvariable       sha2, the variable         a variable of Spark is read like a column
   keyed_number          cast('0x...')             conv(..., 16, 10)          they read hexadecimal numbers otherwise
   is_secret_set         getvariable               the variable               as keyed_hash
#}

{# The day some months after a day: of that number, or the last day of a shorter month. Whether so many months lie between two days is
   asked of the earlier one: twelve months after 28 February 2023 is 28 February 2024, so that 29 February is later. #}
{% macro add_months_to(day, months) %}{{ return(adapter.dispatch('add_months_to', 'csc')(day, months)) }}{% endmacro %}
{% macro default__add_months_to(day, months) %}cast({{ day }} + cast({{ months }} as bigint) * interval 1 month as date){% endmacro %}
{% macro spark__add_months_to(day, months) %}add_months({{ day }}, cast({{ months }} as int)){% endmacro %}

{% macro matches(text, pattern) %}{{ return(adapter.dispatch('matches', 'csc')(text, pattern)) }}{% endmacro %}
{% macro default__matches(text, pattern) %}regexp_full_match({{ text }}, '{{ pattern }}'){% endmacro %}
{% macro spark__matches(text, pattern) %}({{ text }} rlike '^({{ pattern }})$'){% endmacro %}

{% macro replace_matches(text, pattern, by) %}{{ return(adapter.dispatch('replace_matches', 'csc')(text, pattern, by)) }}{% endmacro %}
{% macro default__replace_matches(text, pattern, by) %}regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}', 'g'){% endmacro %}
{% macro spark__replace_matches(text, pattern, by) %}regexp_replace({{ text }}, '{{ pattern }}', '{{ by }}'){% endmacro %}

{% macro json_text(document, key) %}{{ return(adapter.dispatch('json_text', 'csc')(document, key)) }}{% endmacro %}
{% macro default__json_text(document, key) %}json_extract_string({{ document }}, '$.{{ key }}'){% endmacro %}
{% macro spark__json_text(document, key) %}get_json_object({{ document }}, '$.{{ key }}'){% endmacro %}

{# As json_text, for a key that is a column, whatever its letters. #}
{% macro json_text_at(document, key) %}{{ return(adapter.dispatch('json_text_at', 'csc')(document, key)) }}{% endmacro %}
{% macro default__json_text_at(document, key) %}json_extract_string({{ document }}, '$."' || {{ key }} || '"'){% endmacro %}
{% macro spark__json_text_at(document, key) %}get_json_object({{ document }}, "$['" || {{ key }} || "']"){% endmacro %}

{% macro show_count(figure) %}{{ return(adapter.dispatch('show_count', 'csc')(figure)) }}{% endmacro %}
{% macro default__show_count(figure) %}format('{:,}', cast({{ figure }} as bigint)){% endmacro %}
{% macro spark__show_count(figure) %}format_number(cast({{ figure }} as bigint), 0){% endmacro %}

{# The texts of a group by a column that has no nulls, with commas; null where it has no text. #}
{% macro join_sorted(text, order_by) %}{{ return(adapter.dispatch('join_sorted', 'csc')(text, order_by)) }}{% endmacro %}
{% macro default__join_sorted(text, order_by) %}string_agg({{ text }}, ', ' order by {{ order_by }}){% endmacro %}
{% macro spark__join_sorted(text, order_by) %}nullif(array_join(transform(array_sort(collect_list(struct({{ order_by }}, {{ text }} as shown))), x -> x.shown), ', '), ''){% endmacro %}

{# How many codes a text of codes with commas between them has, and how many different ones. #}
{% macro codes_of(codes) %}{{ return(adapter.dispatch('codes_of', 'csc')(codes)) }}{% endmacro %}
{% macro default__codes_of(codes) %}len(string_split({{ codes }}, ',')){% endmacro %}
{% macro spark__codes_of(codes) %}array_size(split({{ codes }}, ',')){% endmacro %}

{% macro different_codes_of(codes) %}{{ return(adapter.dispatch('different_codes_of', 'csc')(codes)) }}{% endmacro %}
{% macro default__different_codes_of(codes) %}len(list_distinct(string_split({{ codes }}, ','))){% endmacro %}
{% macro spark__different_codes_of(codes) %}array_size(array_distinct(split({{ codes }}, ','))){% endmacro %}

{% macro weekday_of(day) %}{{ return(adapter.dispatch('weekday_of', 'csc')(day)) }}{% endmacro %}
{% macro default__weekday_of(day) %}cast(isodow({{ day }}) as integer){% endmacro %}
{% macro spark__weekday_of(day) %}(weekday({{ day }}) + 1){% endmacro %}

{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between', 'csc')(first, last)) }}{% endmacro %}
{% macro default__days_between(first, last) %}cast(date_diff('day', {{ first }}, {{ last }}) as bigint){% endmacro %}
{% macro spark__days_between(first, last) %}cast(datediff({{ last }}, {{ first }}) as bigint){% endmacro %}

{% macro days_after(day, days) %}{{ return(adapter.dispatch('days_after', 'csc')(day, days)) }}{% endmacro %}
{% macro default__days_after(day, days) %}({{ day }} + cast({{ days }} as integer)){% endmacro %}
{% macro spark__days_after(day, days) %}date_add({{ day }}, cast({{ days }} as int)){% endmacro %}

{# A date written dd/mm/yyyy, days and months of one digit or two; null when there is no such day. #}
{% macro parse_day_month_year(text) %}{{ return(adapter.dispatch('parse_day_month_year', 'csc')(text)) }}{% endmacro %}
{% macro default__parse_day_month_year(text) %}cast(try_strptime({{ text }}, '%d/%m/%Y') as date){% endmacro %}
{% macro spark__parse_day_month_year(text) %}cast(try_to_timestamp({{ text }}, 'd/M/yyyy') as date){% endmacro %}

{# A JSON object of named texts: pairs of (name, SQL). #}
{% macro json_texts(pairs) %}{{ return(adapter.dispatch('json_texts', 'csc')(pairs)) }}{% endmacro %}
{% macro default__json_texts(pairs) %}cast(json_object({% for name, text in pairs %}'{{ name }}', {{ text }}{{ ', ' if not loop.last }}{% endfor %}) as string){% endmacro %}
{% macro spark__json_texts(pairs) %}to_json(named_struct({% for name, text in pairs %}'{{ name }}', {{ text }}{{ ', ' if not loop.last }}{% endfor %})){% endmacro %}

{# The items of a JSON array, a row for each, as JSON. #}
{% macro json_items(document) %}{{ return(adapter.dispatch('json_items', 'csc')(document)) }}{% endmacro %}
{% macro default__json_items(document) %}unnest(cast(cast({{ document }} as json) as json[])){% endmacro %}
{% macro spark__json_items(document) %}explode(from_json({{ document }}, 'array<string>')){% endmacro %}

{# How alike two texts are, 0 to 1, by Jaro and Winkler: texts that begin alike are more so. In Spark: for each letter of the second text
   the first place in the first text that has it, nearby and not taken yet; then how many letters stand in another order. #}
{% macro likeness(first, second) %}{{ return(adapter.dispatch('likeness', 'csc')(first, second)) }}{% endmacro %}
{% macro default__likeness(first, second) %}jaro_winkler_similarity({{ first }}, {{ second }}){% endmacro %}
{% macro spark__likeness(first, second) -%}
{%- set reach = "floor(greatest(length(" ~ first ~ "), length(" ~ second ~ ")) / 2) - 1" -%}
transform(
    array(filter(
        aggregate(
            sequence(1, length({{ second }})),
            cast(array() as array<int>),
            (taken, j) -> array_append(taken, coalesce(array_min(filter(
                sequence(1, length({{ first }})),
                i -> substr({{ first }}, i, 1) = substr({{ second }}, j, 1) and abs(i - j) <= {{ reach }} and not array_contains(taken, i)
            )), 0))
        ),
        place -> place > 0
    )),
    places -> transform(
        array(case when size(places) = 0 then cast(0 as double) else (
            size(places) / length({{ first }}) + size(places) / length({{ second }})
            + (size(places) - floor(size(filter(
                zip_with(places, array_sort(places), (x, y) -> substr({{ first }}, x, 1) <> substr({{ first }}, y, 1)), differs -> differs
            )) / 2)) / size(places)
        ) / 3 end),
        jaro -> case when jaro > 0.7 then jaro + cast(0.1 as double) * (1 - jaro) * size(filter(
            sequence(1, 4),
            n -> n <= least(length({{ first }}), length({{ second }})) and substr({{ first }}, 1, n) = substr({{ second }}, 1, n)
        )) else jaro end
    )[0]
)[0]
{%- endmacro %}

{# HMAC-SHA256 (RFC 2104) of a text, as 64 hexadecimal digits. The two padded keys are variables of the session, set by
   orchestration/child_key_secret.py and engines/session.py: the secret is in no SQL. #}
{% macro keyed_hash(text) %}{{ return(adapter.dispatch('keyed_hash', 'csc')(text)) }}{% endmacro %}
{% macro default__keyed_hash(text) %}sha256(getvariable('csc_outer_pad') || unhex(sha256(getvariable('csc_inner_pad') || encode({{ text }})))){% endmacro %}
{% macro spark__keyed_hash(text) %}sha2(concat(csc_outer_pad, unhex(sha2(concat(csc_inner_pad, encode({{ text }}, 'UTF-8')), 256))), 256){% endmacro %}

{# A number for a text that cannot be told without the secret: short, and quick to make, for what stays private. A key that readers
   see is a keyed_hash. Two texts may share a number. #}
{% macro keyed_number(text) %}{{ return(adapter.dispatch('keyed_number', 'csc')(text)) }}{% endmacro %}
{% macro default__keyed_number(text) %}cast('0x' || substr(md5(getvariable('csc_inner_pad') || encode({{ text }})), 1, 15) as bigint){% endmacro %}
{% macro spark__keyed_number(text) %}cast(conv(substr(md5(concat(csc_inner_pad, encode({{ text }}, 'UTF-8'))), 1, 15), 16, 10) as bigint){% endmacro %}

{% macro is_secret_set() %}{{ return(adapter.dispatch('is_secret_set', 'csc')()) }}{% endmacro %}
{% macro default__is_secret_set() %}getvariable('csc_inner_pad') is not null{% endmacro %}
{% macro spark__is_secret_set() %}csc_inner_pad is not null{% endmacro %}
