{# How staging reads each list of Annex A, and the lists of visits, reviews, placements and missing episodes that other profiles
   have: which columns are dates, whole numbers (with their bounds), codes (with their code list) or yes and no. The contracts say the same of the files; a test holds the two together.
   - key: the columns that with the child tell one event from another; the first is its date, without which there is none
   - told_apart_by: the id of events that are alike in all of these: they are numbered by it, for not every profile gives ids
   - filed: by which date the list keeps a row; a row without it is still open and stays in the list until it has one. Annex A
     keeps referrals by the day they came, the other profiles until their episode has closed
   - beyond_annex_a: dates, texts and flags that only other profiles give
   - required: columns, beside gender, ethnicity and that date, that every row of Annex A must fill
   - ends: dates that cannot lie before the first of the key
   - coded_on: the date at which a code must be in use, where that is not the first of the key
   - personal: columns whose text is shown to nobody, also not when it cannot be read
   Columns named in neither place (workers, teams, postcodes, URNs) never leave raw. #}
{% macro list_columns() -%}
{{ return({
    'annex_a_contacts': {
        'key': ['contact_date', 'contact_source_code'],
        'told_apart_by': 'contact_id',
        'filed': 'contact_date',
        'required': ['contact_source_code'],
        'dates': ['contact_date'],
        'codes': {'contact_source_code': 'referral_source', 'contact_outcome_code': 'contact_outcome'},
        'flags': {'is_open_case': 'yes_no'},
        'texts': ['contact_id'],
    },
    'annex_a_referrals': {
        'key': ['referral_date', 'referral_source_code'],
        'told_apart_by': 'referral_id',
        'filed': 'case when ' ~ is_annex_a('version') ~ ' then referral_date else close_date end',
        'required': ['referral_source_code', 'is_no_further_action', 'referrals_last_12_months'],
        'ends': ['close_date'],
        'dates': ['referral_date', 'close_date'],
        'integers': {'referrals_last_12_months': [0, 999]},
        'codes': {
            'referral_source_code': 'referral_source',
            'referral_outcome_code': 'referral_outcome',
            'close_reason_code': 'closure_reason',
        },
        'flags': {'is_no_further_action': 'no_further_action'},
        'texts': ['referral_id'],
    },
    'annex_a_assessments': {
        'key': ['assessment_start_date'],
        'filed': 'assessment_authorisation_date',
        'required': ['disability_code'],
        'ends': ['assessment_authorisation_date'],
        'dates': ['assessment_start_date', 'assessment_authorisation_date'],
        'beyond_annex_a': {'texts': ['assessment_factors']},
        'codes': {'disability_code': 'yes_no'},
        'flags': {'is_child_seen': 'yes_no', 'is_support_required': 'yes_no'},
        'personal': ['disability_code'],
    },
    'annex_a_section_47': {
        'key': ['section_47_start_date'],
        'filed': 'coalesce(conference_date, section_47_start_date)',
        'required': ['disability_code', 'section_47_last_12_months', 'conferences_last_12_months'],
        'ends': ['conference_date'],
        'dates': ['section_47_start_date', 'conference_date'],
        'integers': {'section_47_last_12_months': [0, 999], 'conferences_last_12_months': [0, 999]},
        'codes': {'disability_code': 'yes_no'},
        'flags': {'is_conference_unnecessary': 'yes_no', 'is_plan_result': 'yes_no'},
        'personal': ['disability_code'],
    },
    'annex_a_cin': {
        'key': ['cin_start_date'],
        'filed': 'cin_closure_date',
        'required': ['disability_code', 'primary_need_code', 'case_status_code'],
        'ends': ['cin_closure_date'],
        'dates': ['cin_start_date', 'last_seen_date', 'cin_closure_date'],
        'beyond_annex_a': {'flags': {'is_cin_plan': 'yes_no', 'is_case_open': 'yes_no'}},
        'codes': {
            'disability_code': 'yes_no',
            'primary_need_code': 'need',
            'closure_reason_code': 'closure_reason',
            'case_status_code': 'case_status',
        },
        'personal': ['disability_code', 'primary_need_code'],
    },
    'annex_a_cpp': {
        'key': ['cpp_start_date'],
        'filed': 'cpp_end_date',
        'required': [
            'disability_code', 'initial_category_code', 'latest_category_code', 'is_emergency_protected',
            'previous_plans',
        ],
        'ends': ['cpp_end_date'],
        'dates': ['cpp_start_date', 'last_visit_date', 'last_review_date', 'cpp_end_date'],
        'integers': {'previous_plans': [0, 99]},
        'codes': {
            'disability_code': 'yes_no',
            'initial_category_code': 'abuse_category',
            'latest_category_code': 'abuse_category',
        },
        'flags': {'is_seen_alone': 'yes_no', 'is_emergency_protected': 'yes_no'},
        'personal': ['disability_code', 'initial_category_code', 'latest_category_code', 'is_emergency_protected'],
    },
    'annex_a_lac': {
        'key': ['lac_start_date'],
        'filed': 'lac_end_date',
        'required': [
            'is_uasc', 'disability_code', 'need_code', 'is_second_period', 'legal_status_start_date',
            'legal_status_code', 'placements_last_12_months', 'placement_start_date', 'placement_type_code',
            'placement_provider_code', 'placement_location_code', 'missing_episodes_12_months',
            'absent_episodes_12_months',
        ],
        'ends': ['lac_end_date'],
        'dates': [
            'lac_start_date', 'legal_status_start_date', 'last_review_date', 'last_visit_date', 'last_iro_visit_date',
            'last_health_assessment_date', 'last_dental_check_date', 'lac_end_date', 'placement_start_date',
        ],
        'beyond_annex_a': {'dates': ['uasc_ceased_date']},
        'integers': {
            'placements_last_12_months': [0, 99],
            'missing_episodes_12_months': [0, 999],
            'absent_episodes_12_months': [0, 999],
        },
        'codes': {
            'disability_code': 'yes_no',
            'need_code': 'need',
            'legal_status_code': 'legal_status',
            'end_reason_code': 'lac_end_reason',
            'placement_type_code': 'placement_type',
            'placement_provider_code': 'placement_provider',
            'placement_location_code': 'placement_location',
        },
        'coded_on': {'placement_type_code': 'placement_start_date', 'legal_status_code': 'legal_status_start_date'},
        'flags': {
            'is_uasc': 'yes_no',
            'is_second_period': 'yes_no',
            'is_return_interview_offered': 'yes_no',
            'is_return_interview_accepted': 'yes_no',
        },
        'personal': [
            'disability_code', 'need_code', 'legal_status_code', 'is_uasc', 'last_health_assessment_date', 'last_dental_check_date',
        ],
    },
    'cpp_visits': {
        'key': ['visit_date', 'cpp_start_date'],
        'filed': 'visit_date',
        'dates': ['visit_date', 'cpp_start_date'],
        'codes': {},
        'flags': {'is_seen': 'yes_no', 'is_seen_alone': 'yes_no'},
    },
    'cpp_reviews': {
        'key': ['review_date', 'cpp_start_date'],
        'filed': 'review_date',
        'dates': ['review_date', 'cpp_start_date', 'due_date'],
        'codes': {},
    },
    'lac_reviews': {
        'key': ['review_date', 'lac_start_date'],
        'filed': 'review_date',
        'dates': ['review_date', 'lac_start_date', 'due_date'],
        'codes': {},
        'texts': ['participation'],
    },
    'lac_placements': {
        'key': ['placement_start_date', 'lac_start_date'],
        'filed': 'placement_start_date',
        'dates': ['placement_start_date', 'lac_start_date', 'placement_end_date'],
        'codes': {
            'placement_type_code': 'placement_type',
            'placement_provider_code': 'placement_provider',
            'placement_location_code': 'placement_location',
            'change_reason_code': 'placement_change_reason',
        },
    },
    'lac_episodes': {
        'key': ['episode_start_date'],
        'filed': 'episode_end_date',
        'dates': ['episode_start_date', 'episode_end_date'],
        'codes': {
            'legal_status_code': 'legal_status',
            'need_code': 'need',
            'placement_type_code': 'placement_type',
            'placement_provider_code': 'placement_provider',
            'end_reason_code': 'lac_end_reason',
        },
        'flags': {'is_at_home_postcode': 'yes_no'},
        'texts': ['start_reason', 'placement_postcode_key', 'placement_urn_key'],
        'personal': ['legal_status_code', 'need_code', 'is_at_home_postcode'],
    },
    'missing_episodes': {
        'key': ['missing_start_date'],
        'filed': 'missing_start_date',
        'dates': ['missing_start_date', 'missing_end_date'],
        'codes': {'missing_type_code': 'missing_type'},
        'flags': {'is_return_interview_offered': 'yes_no', 'is_return_interview_accepted': 'yes_no'},
    },
}) }}
{%- endmacro %}

{# A list's dates, texts and flags, with those that only other profiles than Annex A give. #}
{% macro date_columns(list) -%}
{{ return(['birth_date'] + list['dates'] + list.get('beyond_annex_a', {}).get('dates', [])) }}
{%- endmacro %}

{% macro text_columns(list) -%}
{{ return(list.get('texts', []) + list.get('beyond_annex_a', {}).get('texts', [])) }}
{%- endmacro %}

{% macro flag_columns(list) -%}
{{ return(dict(list.get('flags', {}), **list.get('beyond_annex_a', {}).get('flags', {}))) }}
{%- endmacro %}

{# Every column of a list that staging reads: (name, what it must be, code list, whether it is personal). #}
{% macro list_readings(list) -%}
{%- set head = ['child_id', 'birth_date', 'age_years', 'gender_code', 'ethnicity_code'] -%}
{%- set personal = head + list.get('personal', []) -%}
{%- set readings = [('child_id', 'not an id', none, true)] -%}
{%- for name in date_columns(list) -%}
{%- do readings.append((name, 'not a date', none, name in personal)) -%}
{%- endfor -%}
{%- for name, bounds in dict({'age_years': [0, 40]}, **list.get('integers', {})).items() -%}
{%- do readings.append((name, 'not a whole number from ' ~ bounds[0] ~ ' to ' ~ bounds[1], none, name in personal)) -%}
{%- endfor -%}
{%- set codes = dict({'gender_code': 'gender', 'ethnicity_code': 'ethnicity'}, **list['codes']) -%}
{%- for name, code_list in dict(codes, **flag_columns(list)).items() -%}
{%- do readings.append((name, 'not a known spelling in the code list ' ~ code_list, code_list, name in personal)) -%}
{%- endfor -%}
{{ return(readings) }}
{%- endmacro %}
