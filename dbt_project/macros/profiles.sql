{# Which tables of which profile make up each list. Annex A's lists are the shape that every profile is cast into, so that
   nothing downstream knows where a row came from; `profile` says it to whoever asks.
   - own: the tables whose rows are the list's; their numbers of rows are told apart by the first, which is added to them
   - others: tables that say more of these rows; a correction of one of them is a new version of the list #}
{% macro profile_parts() -%}
{{ return({
    'annex_a_contacts': {
        'ssd': {'own': {'ssd_contacts': 0}, 'others': ['ssd_person']},
    },
    'annex_a_referrals': {
        'ssd': {'own': {'ssd_cin_episodes': 0}, 'others': ['ssd_person']},
        'cin_census': {'own': {'cin_census_referrals': 0}},
    },
    'annex_a_assessments': {
        'ssd': {'own': {'ssd_cin_assessments': 0}, 'others': ['ssd_person', 'ssd_disability', 'ssd_assessment_factors']},
        'cin_census': {'own': {'cin_census_assessments': 0}},
    },
    'annex_a_section_47': {
        'ssd': {'own': {'ssd_s47_enquiry': 0}, 'others': ['ssd_person', 'ssd_disability', 'ssd_initial_cp_conference']},
        'cin_census': {'own': {'cin_census_section_47': 0}},
    },
    'annex_a_cin': {
        'ssd': {
            'own': {'ssd_cin_episodes': 0, 'ssd_cin_plans': second_table()},
            'others': [
                'ssd_person', 'ssd_disability', 'ssd_cin_assessments', 'ssd_cp_plans', 'ssd_cla_episodes',
            ],
        },
        'cin_census': {
            'own': {'cin_census_referrals': 0, 'cin_census_plans': second_table()},
            'others': ['cin_census_assessments', 'cin_census_cpp'],
        },
    },
    'annex_a_cpp': {
        'ssd': {'own': {'ssd_cp_plans': 0}, 'others': ['ssd_person', 'ssd_disability', 'ssd_cp_visits', 'ssd_cp_reviews']},
        'cin_census': {'own': {'cin_census_cpp': 0}, 'others': ['cin_census_cpp_reviews']},
    },
    'annex_a_lac': {
        'ssd': {
            'own': {'ssd_cla_episodes': 0},
            'others': [
                'ssd_person', 'ssd_disability', 'ssd_cla_placement', 'ssd_legal_status', 'ssd_cla_reviews', 'ssd_missing',
                'ssd_immigration_status',
            ],
        },
        'ssda903': {
            'own': {'ssda903_episodes': 0},
            'others': ['ssda903_header', 'ssda903_uasc', 'ssda903_reviews', 'ssda903_missing'],
        },
    },
    'cpp_visits': {
        'annex_a': {'own': {'annex_a_cpp': 0}},
        'ssd': {'own': {'ssd_cp_visits': 0}, 'others': ['ssd_person', 'ssd_cp_plans']},
    },
    'cpp_reviews': {
        'annex_a': {'own': {'annex_a_cpp': 0}},
        'ssd': {'own': {'ssd_cp_reviews': 0}, 'others': ['ssd_person', 'ssd_cp_plans']},
        'cin_census': {'own': {'cin_census_cpp_reviews': 0}},
    },
    'lac_placements': {
        'annex_a': {'own': {'annex_a_lac': 0}},
        'ssd': {'own': {'ssd_cla_placement': 0}, 'others': ['ssd_person', 'ssd_cla_episodes']},
        'ssda903': {'own': {'ssda903_episodes': 0}, 'others': ['ssda903_header']},
    },
    'lac_reviews': {
        'annex_a': {'own': {'annex_a_lac': 0}},
        'ssd': {'own': {'ssd_cla_reviews': 0}, 'others': ['ssd_person', 'ssd_cla_episodes']},
        'ssda903': {'own': {'ssda903_reviews': 0}, 'others': ['ssda903_header', 'ssda903_episodes']},
    },
    'lac_episodes': {
        'ssd': {'own': {'ssd_cla_episodes': 0}, 'others': ['ssd_person', 'ssd_cla_placement', 'ssd_legal_status']},
        'ssda903': {'own': {'ssda903_episodes': 0}, 'others': ['ssda903_header']},
    },
    'missing_episodes': {
        'ssd': {'own': {'ssd_missing': 0}, 'others': ['ssd_person']},
        'ssda903': {'own': {'ssda903_missing': 0}, 'others': ['ssda903_header']},
    },
}) }}
{%- endmacro %}

{# Which of the extracts anybody ever delivered. SQL that reads the others would only cost its planning. All of them while dbt
   does no more than read the project. #}
{% macro delivered_of(extracts) -%}
{%- if not execute -%}{{ return(extracts) }}{%- endif -%}
{%- set ever = "select distinct extract from " ~ source('quality', 'ingest_ledger') ~ " where status = 'accepted'" -%}
{{ return(extracts | select('in', run_query(ever).columns[0].values()) | list) }}
{%- endmacro %}

{# The profiles that a list is read from: those delivered; one in any case, for the list's columns. #}
{% macro delivered_profiles(list) -%}
{%- set parts, own, delivered = profile_parts()[list], [], {} -%}
{%- for it in parts.values() -%}{%- do own.extend(it['own']) -%}{%- endfor -%}
{%- set ever = delivered_of(own) -%}
{%- for profile, it in parts.items() if profile == 'annex_a' or it['own'].keys() | select('in', ever) | list -%}
{%- do delivered.update({profile: it}) -%}
{%- endfor -%}
{%- if not delivered and list not in var('lists') -%}
{%- do delivered.update([(parts.items() | list)[0]]) -%}
{%- endif -%}
{{ return(delivered) }}
{%- endmacro %}

{# Whether anybody ever delivered rows of one of the lists that Annex A does not have, in whatever profile. #}
{% macro is_ever_delivered(list) -%}
{%- set own = [] -%}
{%- for it in profile_parts()[list].values() -%}{%- do own.extend(it['own']) -%}{%- endfor -%}
{{ return((delivered_of(own) | length) > 0) }}
{%- endmacro %}

{# The census rules of lists that anybody ever delivered rows of; of Annex A's in any case. #}
{% macro delivered_census_rules() -%}
{%- set judged = var('lists') | list -%}
{%- for list in var('own_lists') if is_ever_delivered(list) -%}{%- do judged.append(list) -%}{%- endfor -%}
{{ return(census_rules() | selectattr('list', 'in', judged) | list) }}
{%- endmacro %}

{# The raw tables of the other profiles whose rows are some list's. #}
{% macro tables_with_children() -%}
{%- set tables = [] -%}
{%- for profiles in profile_parts().values() -%}
{%- for profile, parts in profiles.items() if profile != 'annex_a' -%}
{%- for table in parts['own'] if table not in tables -%}
{%- do tables.append(table) -%}
{%- endfor -%}
{%- endfor -%}
{%- endfor -%}
{{ return(tables) }}
{%- endmacro %}

{# How the numbers of rows and versions are put together: a file has fewer rows than rows_of_a_file, of which those of a second
   table that makes up a list are counted from second_table; a profile has fewer versions than versions_of_a_profile. #}
{% macro rows_of_a_file() -%}{{ return(1000000000) }}{%- endmacro %}
{% macro second_table() -%}{{ return(50000000) }}{%- endmacro %}
{% macro versions_of_a_profile() -%}{{ return(100000) }}{%- endmacro %}

{# Whether a row of a list is from the table of a row of int_lists__versions. #}
{% macro is_from_table(row, versions) -%}
case when {{ row }}.source_row > {{ second_table() }} then {{ versions }}.first_row > 0 else {{ versions }}.first_row = 0 end
{%- endmacro %}

{# Each profile's place in the numbers of versions: those of Annex A are the ledger's, the others begin at so many hundred
   thousand. No two versions of a list and month have one number. #}
{% macro profile_numbers() -%}
{{ return({'annex_a': 0, 'ssd': 1, 'ssda903': 2, 'cin_census': 3}) }}
{%- endmacro %}

{% macro is_annex_a(version) -%}{{ version }} < {{ versions_of_a_profile() }}{%- endmacro %}

{# The profile of a version, by its number. #}
{% macro profile_of(version) -%}
case cast(floor({{ version }} / cast({{ versions_of_a_profile() }} as double)) as int)
    {%- for profile, number in profile_numbers().items() %}
    when {{ number }} then '{{ profile }}'
    {%- endfor %}
end
{%- endmacro %}

{# The later of two rows about one event: by month, then profile as the setting ranks them, then version, then place in the file. #}
{% macro delivery_order(reporting_month, version, source_row) -%}
cast((year({{ reporting_month }}) - 2000) * 12 + month({{ reporting_month }}) as bigint) * 1000000000000000
+ case cast(floor({{ version }} / cast({{ versions_of_a_profile() }} as double)) as int)
    {%- for profile, number in profile_numbers().items() %}
    when {{ number }} then {{ (var('profiles') | length - var('profiles').index(profile) - number) * versions_of_a_profile() }}
    {%- endfor %}
end * cast({{ rows_of_a_file() }} as bigint)
+ cast({{ version }} as bigint) * {{ rows_of_a_file() }} + {{ source_row }}
{%- endmacro %}

{# The row of the file from which an event was taken. #}
{% macro row_in_file(delivery_order) -%}{{ delivery_order }} % {{ rows_of_a_file() }}{%- endmacro %}
