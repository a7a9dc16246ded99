{# Reading the text of a cell, for staging. What cannot be read becomes null, and stands in rejected_cells. #}

{# Case and spacing folded away: ' d)  Health Services ' is 'd) health services'. As code_spellings.csv writes it. #}
{% macro folded(text) -%}
lower(trim(replace(replace(replace(replace(replace({{ text }}, chr(160), ' '), chr(9), ' '), ' ', '<>'), '><', ''), '<>', ' ')))
{%- endmacro %}

{% macro without_matches(text, pattern) %}{{ replace_matches(text, pattern, '') }}{% endmacro %}

{# Which way a date is written, as one letter: i ISO, d dd/mm/yyyy, y dd/mm/yy, x Excel's day number; the same in capitals with a time behind
   it; p dd.mm.yyyy, dd-mm-yyyy or dd mm yyyy, q dd.mm.yy, e ddmmyyyy, w Mon 09/04/2024, m 1 Mar 2024 or Fri 1st March 24 or 01MAR2024, M with a time, n Mar
   1 2024, as SQL Server writes it, s yyyy/mm/dd, c yyyymmdd; a 04/13/2013, which can only have its month first, as Americans write it; - blank,
   ? none of these, 1 January 1900, which systems write for no date, or a year before 1900 or after 2100. `text` is trimmed. #}
{% macro date_form(text) -%}
{%- set iso, year, short = "(19[0-9]{2}|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}", "(19[0-9]{2}|20[0-9]{2}|2100)", "[0-9]{1,2}/[0-9]{1,2}/" -%}
{%- set months = "(?i)(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)" -%}
{%- set american = "(0?[1-9]|1[0-2])[/ .-](1[3-9]|2[0-9]|3[01])" -%}
{%- set weekday = "((?i)(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)" -%}
{%- set zone = "( ?(Z|(UTC|GMT|BST)?([+-][0-9]{2}(:?[0-9]{2})?)?))" -%}
{%- set time = "[ T:][0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2}([.][0-9]+)?)?( ?[AaPp][Mm])?" ~ zone -%}
{%- set in_words = weekday ~ "?[0-9]{1,2}((?i)st|[nr]d|th)?[ /-]?(" ~ months ~ "),?[ /-]?(" ~ year ~ "|[0-9]{2})" -%}
{%- set month_in_words = weekday ~ "?(" ~ months ~ ")[ /-]+[0-9]{1,2}((?i)st|[nr]d|th)?[, /-]+" ~ year -%}
case
    when coalesce({{ text }}, '') = '' then '-'
    when {{ text }} like '1900-01-01%' or {{ text }} like '01/01/1900%' or {{ text }} like '1/1/1900%' then '?'
    when {{ matches(text, weekday ~ "?" ~ american ~ "(/(" ~ year ~ "|[0-9]{2})(" ~ time ~ ")?|[ .-]" ~ year ~ ")") }} then 'a'
    when {{ matches(text, short ~ year) }} then 'd'
    when {{ matches(text, iso) }} then 'i'
    when {{ matches(text, short ~ "[0-9]{2}") }} then 'y'
    when {{ matches(text, "[2-7][0-9]{4}([.]0+)?") }} then 'x'
    when {{ matches(text, iso ~ "(" ~ time ~ "|" ~ zone ~ ")") }} then 'I'
    when {{ matches(text, short ~ year ~ time) }} then 'D'
    when {{ matches(text, short ~ "[0-9]{2}" ~ time) }} then 'Y'
    when {{ matches(text, "[2-7][0-9]{4}[.][0-9]+") }} then 'X'
    when {{ matches(text, "[0-9]{1,2}[ .-][0-9]{1,2}[ .-]" ~ year) }} then 'p'
    when {{ matches(text, "[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2}") }} then 'q'
    when {{ matches(text, in_words) }} then 'm'
    when {{ matches(text, year ~ "(0[1-9]|1[0-2])[0-9]{2}") }} then 'c'
    when {{ matches(text, in_words ~ time) }} then 'M'
    when {{ matches(text, year ~ "[/ .][0-9]{2}[/ .][0-9]{2}(" ~ time ~ ")?") }} then 's'
    when {{ matches(text, month_in_words ~ "(" ~ time ~ ")?") }} then 'n'
    when {{ matches(text, weekday ~ "[0-9]{1,2}[/.-][0-9]{1,2}[/.-]" ~ year ~ "(" ~ time ~ ")?") }} then 'w'
    when {{ matches(text, "[0-9]{2}(0[1-9]|1[0-2])" ~ year) }} then 'e'
    when {{ matches(text, "(0[1-9]|1[0-2])(1[3-9]|2[0-9]|3[01])" ~ year) }} then 'a'
    else '?'
end
{%- endmacro %}

{# The date in a cell by the form that date_form found; null where no calendar has it. A year of two digits is of the century
   that puts it no later than the year after the reporting month. #}
{% macro try_date(text, form, reporting_month) -%}
{%- set day = "split_part(replace(" ~ text ~ ", 'T', ' '), ' ', 1)" -%}
case
    when {{ form }} in ('d', 'D') then {{ parse_day_month_year(day) }}
    when {{ form }} in ('-', '?', 'a') then null
    when {{ form }} in ('i', 'I') then try_cast(substr({{ text }}, 1, 10) as date)
    when {{ form }} in ('x', 'X') then {{ days_after("date '1899-12-30'", "try_cast(substr(" ~ text ~ ", 1, 5) as int)") }}
    when {{ form }} = 'p' then {{ parse_day_month_year("translate(" ~ text ~ ", ' .-', '///')") }}
    when {{ form }} in ('y', 'Y', 'q')
        then {{ parse_day_month_year(four_digit_year("replace(" ~ day ~ ", '.', '/')", reporting_month)) }}
    when {{ form }} in ('m', 'M', 'n')
        then {{ parse_day_month_year(month_in_digits(without_matches(text, "[ T:][0-9]{1,2}[:.][0-9]{2}([^0-9].*)?$"), reporting_month)) }}
    when {{ form }} = 's' then try_cast(translate(substr({{ text }}, 1, 10), '/. ', '---') as date)
    when {{ form }} = 'w' then {{ date_of_its_weekday(without_matches(text, " [0-9]{1,2}:.*$")) }}
    when {{ form }} = 'e' then {{ parse_day_month_year("substr(" ~ text ~ ", 1, 2) || '/' || substr(" ~ text ~ ", 3, 2) || '/' || substr(" ~ text ~ ", 5)") }}
    when {{ form }} = 'c' then try_cast(substr({{ text }}, 1, 4) || '-' || substr({{ text }}, 5, 2) || '-' || substr({{ text }}, 7) as date)
end
{%- endmacro %}

{# How a column of a file writes its dates, as those show that can only be so: m month first, d day first, b both. #}
{% macro date_order(name) -%}
case
    max(case when {{ name }}_form = 'a' then 1 else 0 end)
    + max(case when instr('dDyYpqe', {{ name }}_form) > 0 and day({{ name }}) > 12 then 2 else 0 end)
    when 1 then 'm' when 2 then 'd' when 3 then 'b'
end
{%- endmacro %}

{# Whether a date would be another one with its month first, and may have it first: 04/09/2013, of which we do not guess. So it may in a column
   with a date that can only be so; and beside a column that has the month first throughout, in one that shows no order. #}
{% macro is_of_either_order(name) -%}
(month_first.{{ name }} in ('m', 'b') or (month_first.is_throughout_in_one and month_first.{{ name }} is null))
and instr('dDyYpqe', day_first.{{ name }}_form) > 0 and day(day_first.{{ name }}) <= 12 and day(day_first.{{ name }}) <> month(day_first.{{ name }})
{%- endmacro %}

{# The date of a row, null where it may have the month first; and the way it is written, b being that. #}
{% macro date_of_one_order(name) -%}
case when {{ is_of_either_order(name) }} then null else day_first.{{ name }} end
{%- endmacro %}

{% macro form_of_one_order(name) -%}
case when {{ is_of_either_order(name) }} then 'b' else day_first.{{ name }}_form end
{%- endmacro %}

{# 1 Mar 2024, 01-March-24, 01MAR2024, Fri 1st March, 2024 and Mar 1 2024 as 1/3/2024. #}
{% macro month_in_digits(text, reporting_month) -%}
{%- set bare = without_matches(text, "^(?i)(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +") -%}
{%- set month = without_matches(bare, "^[0-9]+((?i)st|[nr]d|th)?[^A-Za-z]*") -%}
{%- set year = without_matches(bare, "^.*[^0-9]") -%}
{{ without_matches(without_matches(bare, "^[^0-9]+"), "[^0-9].*$") }} || '/'
|| cast(cast(floor((instr('janfebmaraprmayjunjulaugsepoctnovdec', substr(lower({{ month }}), 1, 3)) + 2) / 3) as int) as string)
|| '/' || case when length({{ year }}) = 4 then {{ year }} else {{ four_digit_year(year, reporting_month) }} end
{%- endmacro %}

{# The date of Mon 09/04/2024, if that is a Monday; null if it is not. #}
{% macro date_of_its_weekday(text) -%}
{%- set day = parse_day_month_year("translate(" ~ without_matches(text, "^[A-Za-z]+,? +") ~ ", '.-', '//')") -%}
case when substr('montuewedthufrisatsun', {{ weekday_of(day) }} * 3 - 2, 3) = lower(substr({{ text }}, 1, 3)) then {{ day }} end
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

{# The whole part of a number within bounds, as of an age in years: 6 of 6.14. `text` is trimmed. #}
{% macro try_completed_number(text, low, high) -%}
case
    when {{ matches(text, "[0-9]{1,9}([.][0-9]+)?") }} and try_cast(split_part({{ text }}, '.', 1) as int) between {{ low }} and {{ high }}
        then try_cast(split_part({{ text }}, '.', 1) as int)
end
{%- endmacro %}

{# An identifier as every month writes it: trimmed, in capitals, without what spreadsheets add to a number or take from it: the '.0', a
   leading apostrophe, ="...", and the zeros in front (the DfE strips them, too). Null for what is none: an error such as #N/A, NULL, the
   -1 of a database's row for no person, and a number in scientific notation, which has lost its last digits. #}
{% macro normalised_id(text) -%}
{%- set bare = without_matches("upper(trim(" ~ text ~ "))", '^[=]?["' ~ "''" ~ ']+|["' ~ "''" ~ ']+$') -%}
case
    when {{ matches(bare, "[0-9]+([.]0+)?") }}
        then coalesce(nullif({{ without_matches("split_part(" ~ bare ~ ", '.', 1)", '^0+') }}, ''), '0')
    when {{ matches(bare, "#[A-Z0-9/]+[!?]?|NULL|-[0-9]+([.]0+)?|[0-9]+([.][0-9]+)?E[+][0-9]+") }} then null
    else nullif({{ bare }}, '')
end
{%- endmacro %}

{# The digits of an id without leading zeros, or its letters and digits where it has few digits: what stays the same when a system writes
   its ids in another way. `id` is normalised. #}
{% macro bare_id(id) -%}
{%- set digits = without_matches(without_matches(id, '[^0-9]+'), '^0+') -%}
case when length({{ digits }}) >= 3 then {{ digits }} else {{ without_matches(id, '[^A-Z0-9]+') }} end
{%- endmacro %}

{# How an id is written: 9 for each digit, A for each letter. #}
{% macro form_of_id(text) -%}
{{ replace_matches("translate(upper(trim(" ~ text ~ ")), '012345678', '999999999')", '[B-Z]', 'A') }}
{%- endmacro %}

{# Whether an id has only digits and begins with a zero, as a spreadsheet would not write it. #}
{% macro begins_with_zero(text) -%}
{{ matches("trim(" ~ text ~ ")", '[="' ~ "''" ~ ']*0[0-9]+["' ~ "''" ~ ']*') }}
{%- endmacro %}

{# The ids of the files of a list that came since the last run, as they are written. #}
{% macro ids_delivered(extract) -%}
select '{{ extract }}' as extract, authority_code, reporting_month, version, child_id as id_written, max(loaded_at) as loaded_at
from {{ source('raw', extract) }}
where {{ is_new_to_this() }}
group by authority_code, reporting_month, version, child_id
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

{# The key under which a child appears: a keyed hash of authority and id, which cannot be made without the secret. #}
{% macro child_key(authority_code, child_id) -%}
{{ keyed_hash(authority_code ~ " || '|' || " ~ child_id) }}
{%- endmacro %}

{# Tells whether two rows have the same postcode, or the same number of Ofsted's: neither of them leaves raw. #}
{% macro place_key(authority_code, place) -%}
case when {{ place }} <> '' then {{ keyed_hash(authority_code ~ " || '|' || " ~ place) }} end
{%- endmacro %}

{% macro yes_or_no(code) -%}
case {{ code }} when 'Y' then true when 'N' then false end
{%- endmacro %}

{# Codes that stand in one text, however they are told apart: with commas only, such as 2B,3A; 'none' where there are none. Of an object of
   answers, such as {"2B": "Yes", "4C": "No"}, those that were not answered with no; of objects such as {"factor": "2B"}, their values. Where
   words stand beside them, as in '2B - Domestic abuse; 3A', the codes alone; 21 is 'no factors identified', 'not coded' are words alone. #}
{% macro codes_in(text) -%}
{%- set refused = '"?[0-9]{1,2}[a-z]?"?[ ]*:[ ]*("(no|n|false|0)?"|no|n|false|0|null)' -%}
{%- set named = '"[a-z][^"]*"[ ]*:|^[ ]*(null|none|nil|n/a|na|-|not applicable|not recorded)[ ]*$' -%}
{%- set answered = without_matches("replace(lower(coalesce(" ~ text ~ ", '')), '''', '\"')", refused ~ '[ ]*(,|}|$)') -%}
{%- set said = without_matches(without_matches(answered, named), ':[ ]*("[^"]*"|yes|y|true|1)') -%}
{#- two blanks between words, so that one is left where a word goes -#}
{%- set spaced = "replace(" ~ without_matches("translate(" ~ said ~ ", '[](){}\",;|/#&+:-–—\n\r\t', '                     ')", '[^a-z0-9 ]') ~ ", ' ', '  ')" -%}
{%- set words = without_matches(spaced, '(^| )(null|none|nil|and|yes)( |$)') -%}
{%- set coded = without_matches(without_matches(words, '(^| )[a-z]+'), '(^| )([013-9]|1[0-9]|2[02-9]|[3-9][0-9]|[0-9]{3,})( |$)') -%}
{%- set kept = without_matches("case when " ~ matches(words, '.*[a-z]{3}.*') ~ " then " ~ coded ~ " else " ~ words ~ " end", '(^| )0+') -%}
{%- set codes = "replace(replace(replace(trim(" ~ kept ~ "), ' ', '<>'), '><', ''), '<>', ',')" -%}
case
    when {{ codes }} <> '' then upper({{ codes }})
    when {{ matches(words, '.*no +factor.*') }} then '21'
    when {{ matches(words, '.*[a-z]{3}.*') }} then 'not coded'
    else 'none'
end
{%- endmacro %}

{# The code that stands for a cell's spelling, as a join under the name <column>_spelling. A line of code_spellings wins over a rule. #}
{% macro join_spelling(code_list, column) -%}
left join (
    select spelling, code from {{ ref('code_spellings') }} where code_list = '{{ code_list }}'
    union all
    select judged.spelling, judged.code
    from {{ source('spelling', 'spellings_judged') }} as judged
    left join {{ ref('code_spellings') }} as known on judged.code_list = known.code_list and judged.spelling = known.spelling
    where judged.code_list = '{{ code_list }}' and judged.code is not null and known.spelling is null
) as {{ column }}_spelling
    on parsed.{{ column }}_folded = {{ column }}_spelling.spelling
{%- endmacro %}

{# A JSON object of the texts that could not be read, by column; null where all could. `needed`: without these a row counts nowhere, so
   they are in it when blank, too; `read`: dates and numbers; `spelt`: codes, joined by join_spelling. #}
{% macro rejected_cells(needed, read, spelt) -%}
{%- set cells = [] -%}
{%- for name in needed -%}
{%- set value = 'child_key' if name == 'child_id' else name -%}
{%- do cells.append((name, 'parsed.' ~ value ~ ' is null', 'coalesce(parsed.' ~ name ~ "_text, '')")) -%}
{%- endfor -%}
{%- for name in read -%}
{%- do cells.append((name, 'parsed.' ~ name ~ ' is null and parsed.' ~ name ~ '_text is not null', 'parsed.' ~ name ~ '_text')) -%}
{%- endfor -%}
{%- for name in spelt -%}
{%- do cells.append((name, name ~ '_spelling.code is null and parsed.' ~ name ~ "_folded <> ''", 'parsed.' ~ name ~ '_text')) -%}
{%- endfor -%}
{%- set texts = [] -%}
{%- for name, is_rejected, text in cells %}{% do texts.append((name, 'case when ' ~ is_rejected ~ ' then ' ~ text ~ ' end')) %}{% endfor -%}
{%- if cells -%}
case
        when {% for _, is_rejected, _ in cells %}({{ is_rejected }}){{ '
            or ' if not loop.last }}{% endfor %}
            then {{ json_texts(texts) }}
    end
{%- else -%}
cast(null as string)
{%- endif -%}
{%- endmacro %}

{# A child's age on a day, as the list's date of birth gives it; where it gives none, the age that the list gives. `row` has birth_date,
   is_birth_date_blank and age_years. A blank date of birth is an unborn child, unless the list gives an age; where the list has no
   such column, we cannot tell. #}
{% macro is_unborn_on(row, day) -%}
coalesce({{ row }}.birth_date > {{ day }}, false) or {{ row }}.is_birth_date_blank and coalesce({{ row }}.age_years, 0) = 0
{%- endmacro %}

{% macro age_on(row, day) -%}
coalesce(
    {{ whole_years(row ~ '.birth_date', day) }},
    case when not ({{ is_unborn_on(row, day) }}) and {{ row }}.birth_date is null then {{ row }}.age_years end
)
{%- endmacro %}

{# Y or N for the first disability that a row gives; null where it gives none. Of several rows the greatest counts. #}
{% macro disability_code(disability) -%}
case
    when {{ disability }} is not null
        then case when replace(replace(upper({{ disability }}), 'NONE', ''), ',', '') = '' then 'N' else 'Y' end
end
{%- endmacro %}

{# Whether a text is an error of a spreadsheet, such as #N/A or #REF!, and so no spelling of anything. #}
{% macro is_error_cell(text) -%} {{ matches("upper(trim(" ~ text ~ "))", "#[A-Z0-9/]+[!?]?") }} {%- endmacro %}

{# Where a cell of a file is, as a person finds it; `letter` is the spreadsheet's column, null where it has none. #}
{% macro list_cell(file_path, sheet, source_row, letter) -%}
{{ file_path }} || coalesce(', sheet ' || {{ sheet }}, '') || ', row ' || cast({{ source_row }} as string)
|| coalesce(' (cell ' || {{ letter }} || cast({{ source_row }} as string) || ')', '')
{%- endmacro %}

{% macro financial_year_start(month) -%}
{{ add_months_to("cast(date_trunc('year', " ~ add_months_to(month, -3) ~ ") as date)", 3) }}
{%- endmacro %}

{# When a code may be used, as a join under the name dated_<column>, for the few that have not always been. #}
{% macro join_dated_code(code_list, column) -%}
left join {{ ref('code_lists') }} as dated_{{ column }}
        on dated_{{ column }}.code_list = '{{ code_list }}' and listed.{{ column }} = dated_{{ column }}.code
        and (dated_{{ column }}.valid_from is not null or dated_{{ column }}.valid_to is not null)
{%- endmacro %}
