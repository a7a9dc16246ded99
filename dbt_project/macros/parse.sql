{# Reading the text of a cell, for staging. What cannot be read becomes null; staged_list puts it in rejected_cells. #}

{# Case and spacing folded away: ' d)  Health Services ' is 'd) health services'. As code_spellings.csv writes it. #}
{% macro folded(text) -%}
lower(trim(replace(replace(replace(replace(replace({{ text }}, chr(160), ' '), chr(9), ' '), ' ', '<>'), '><', ''), '<>', ' ')))
{%- endmacro %}

{# Which way a date is written, as one letter: i ISO, d dd/mm/yyyy, y dd/mm/yy, x Excel's day number; the same in capitals
   with a time behind it; - blank, ? none of these, or a year before 1900 or after 2100. `text` is trimmed. #}
{% macro date_form(text) -%}
{%- set iso, year, short = "(19[0-9]{2}|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}", "(19[0-9]{2}|20[0-9]{2}|2100)", "[0-9]{1,2}/[0-9]{1,2}/" -%}
{%- set time = "[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?Z?" -%}
case
    when coalesce({{ text }}, '') = '' then '-'
    when {{ matches(text, short ~ year) }} then 'd'
    when {{ matches(text, iso) }} then 'i'
    when {{ matches(text, short ~ "[0-9]{2}") }} then 'y'
    when {{ matches(text, "[2-7][0-9]{4}([.]0+)?") }} then 'x'
    when {{ matches(text, iso ~ time) }} then 'I'
    when {{ matches(text, short ~ year ~ time) }} then 'D'
    when {{ matches(text, short ~ "[0-9]{2}" ~ time) }} then 'Y'
    when {{ matches(text, "[2-7][0-9]{4}[.][0-9]+") }} then 'X'
    else '?'
end
{%- endmacro %}

{# The date in a cell by the form that date_form found; null where no calendar has it. A year of two digits is of the century
   that puts it no later than the year after the reporting month. #}
{% macro try_date(text, form, reporting_month) -%}
{%- set day = "split_part(" ~ text ~ ", ' ', 1)" -%}
case {{ form }}
    when 'd' then {{ parse_day_month_year(text) }}
    when '-' then null
    when 'i' then try_cast({{ text }} as date)
    when 'x' then {{ days_after("date '1899-12-30'", "try_cast(substr(" ~ text ~ ", 1, 5) as int)") }}
    when 'X' then {{ days_after("date '1899-12-30'", "try_cast(substr(" ~ text ~ ", 1, 5) as int)") }}
    when 'I' then try_cast(substr({{ text }}, 1, 10) as date)
    when 'D' then {{ parse_day_month_year("split_part(replace(" ~ text ~ ", 'T', ' '), ' ', 1)") }}
    when 'y' then {{ parse_day_month_year(four_digit_year(text, reporting_month)) }}
    when 'Y' then {{ parse_day_month_year(four_digit_year("split_part(replace(" ~ text ~ ", 'T', ' '), ' ', 1)", reporting_month)) }}
end
{%- endmacro %}

{% macro four_digit_year(day, reporting_month) -%}
substr({{ day }}, 1, length({{ day }}) - 2)
|| case when try_cast(substr({{ day }}, length({{ day }}) - 1) as int) <= year({{ reporting_month }}) - 1999 then '20' else '19' end
|| substr({{ day }}, length({{ day }}) - 1)
{%- endmacro %}

{# A whole number within bounds, also as a spreadsheet writes it (12.0); 3.7 is none. `text` is trimmed. #}
{% macro try_whole_number(text, low, high) -%}
case
    when {{ matches(text, "[0-9]{1,9}([.]0+)?") }} and try_cast(split_part({{ text }}, '.', 1) as int) between {{ low }} and {{ high }}
        then try_cast(split_part({{ text }}, '.', 1) as int)
end
{%- endmacro %}

{# An identifier as every month writes it: trimmed, in capitals, without the '.0' that spreadsheets add to a number. #}
{% macro normalised_id(text) -%}
case
    when {{ matches("trim(" ~ text ~ ")", "[0-9]+[.]0+") }} then split_part(trim({{ text }}), '.', 1)
    else nullif(upper(trim({{ text }})), '')
end
{%- endmacro %}

{# Age in whole years; someone born on 29 February is a year older on 1 March. Null before birth. #}
{% macro whole_years(birth_date, day) -%}
case
    when {{ birth_date }} <= {{ day }}
        then cast(
            year({{ day }}) - year({{ birth_date }})
            - case when month({{ day }}) * 100 + day({{ day }}) < month({{ birth_date }}) * 100 + day({{ birth_date }}) then 1 else 0 end
            as int
        )
end
{%- endmacro %}

{% macro age_band(age_years, is_unborn) -%}
case
    when {{ is_unborn }} then 'Unborn'
    when {{ age_years }} < 1 then 'Under 1'
    when {{ age_years }} < 5 then '1 to 4'
    when {{ age_years }} < 10 then '5 to 9'
    when {{ age_years }} < 16 then '10 to 15'
    when {{ age_years }} < 18 then '16 and 17'
    when {{ age_years }} >= 18 then '18 and over'
end
{%- endmacro %}

{# The key under which a child appears: a keyed hash of authority and id, so that nobody without the secret can make it. #}
{% macro child_key(authority_code, normalised_child_id) -%}
{{ keyed_hash(authority_code ~ " || '|' || " ~ normalised_child_id) }}
{%- endmacro %}
