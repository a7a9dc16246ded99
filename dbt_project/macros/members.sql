{# Who is counted by which measure. A figure is the number of its members, counted by int_measures__computed from the very rows
   that int_kpi_members lists, so the two cannot differ, and a measure without members has no figure.
   By domain: the list and the fact its members are events of, and under each set of events (a CTE of the model
   int_<domain>__members, one row per month and event) the condition by which one of them counts. A condition that is null
   cannot be told: then neither can the figure. `settled`, where given, is false while that may still change.
   A list that Annex A shows only the latest of, or nothing, stands `beside` one that it has: figures are due in the months of that
   one, and empty in those for which no other profile delivered the list. `key` is its fact's key, where that is not event_key. #}
{% macro counted_measures() -%}
{{ return({
    'contacts': {
        'list': 'annex_a_contacts',
        'fact': 'fct_contacts',
        'received': {
            'contacts': {},
            'contacts_not_open_cases': {'when': 'not is_open'},
            'contacts_followed_by_referral': {'when': 'is_referred', 'settled': 'is_interval_over'},
        },
    },
    'referrals': {
        'list': 'annex_a_referrals',
        'fact': 'fct_referrals',
        'received': {
            'referrals': {},
            'referrals_leading_to_assessment': {'when': 'is_assessed', 'settled': 'is_outcome_settled'},
            'referrals_nfa': {'when': 'coalesce(is_no_further_action, false)'},
            're_referrals': {'when': 'is_repeated'},
        },
    },
    'assessments': {
        'list': 'annex_a_assessments',
        'fact': 'fct_assessments',
        'completed': {
            'assessments_completed': {},
            'days_1_15': {'when': 'coalesce(working_days <= 15, false)'},
            'days_16_25': {'when': 'coalesce(working_days between 16 and 25, false)'},
            'days_26_35': {'when': 'coalesce(working_days between 26 and 35, false)'},
            'days_36_45': {'when': 'coalesce(working_days between 36 and 45, false)'},
            'days_45_plus': {'when': 'coalesce(working_days > 45, false)'},
            'grand_total': {'when': 'working_days is not null'},
            'assessments_within_45wd': {'when': 'coalesce(working_days <= ' ~ var('assessment_working_days') ~ ', false)'},
            'assessments_after_referral': {
                'when': 'case when is_referral_known then working_days_from_referral is not null end',
            },
            'assessments_within_45wd_of_referral': {
                'when': 'case when is_referral_known then coalesce(working_days_from_referral <= ' ~ var('assessment_working_days') ~ ', false) end',
            },
        },
    },
    'section_47': {
        'list': 'annex_a_section_47',
        'fact': 'fct_section_47',
        'started': {
            'section_47_started': {},
        },
        'conferred': {
            'conferences': {},
            'conferences_within_15wd': {'when': 'coalesce(working_days_to_conference <= ' ~ var('conference_working_days') ~ ', false)'},
        },
    },
    'cin': {
        'list': 'annex_a_cin',
        'fact': 'fct_cin_episodes',
        'open_at_month_end': {
            'cin_open_all': {},
            'cin_total': {'when': 'is_plan'},
        },
        'started': {
            'cin_new': {},
        },
    },
    'cpp': {
        'list': 'annex_a_cpp',
        'fact': 'fct_cpp',
        'open_at_month_end': {
            'cpp_total': {},
            'cpp_current': {},
            'cpp_0_12_months': {'when': "duration_band = '0_12_months'"},
            'cpp_12_24_months': {'when': "duration_band = '12_24_months'"},
            'cpp_24_plus_months': {'when': "duration_band = '24_plus_months'"},
            'cpp_visits_due': {'when': 'is_visit_due'},
            'cpp_visited_in_time': {'when': 'is_visited_in_time'},
            'cpp_not_visited_in_time': {'when': 'is_visit_due and not is_visited_in_time'},
            'cpp_reviews_due': {'when': 'is_review_due'},
            'cpp_reviewed_in_time': {'when': 'case when is_review_due then is_reviewed_in_time else false end'},
        },
        'started': {
            'cpp_new': {},
            'cpp_new_second_or_subsequent': {'when': 'coalesce(previous_plans > 0, false)'},
            'cpp_transferred_in': {'when': 'is_transferred_in'},
        },
        'ceased': {
            'cpp_ceased': {},
            'cpp_ceased_2yrs_plus': {'when': 'cpp_end_date >= ' ~ add_months_to('cpp_start_date', 24)},
        },
    },
    'cpp_visits': {
        'list': 'cpp_visits',
        'beside': 'annex_a_cpp',
        'fact': 'fct_cpp_visits',
        'key': 'md5(' ~ event_key(['cpp_start_date']) ~ " || '|' || cast(visit_date as string))",
        'made': {
            'cpp_visits_made': {},
            'cpp_visits_made_in_time': {'when': 'is_in_time'},
        },
    },
    'lac': {
        'list': 'annex_a_lac',
        'fact': 'fct_lac',
        'open_at_month_end': {
            'lac_total': {},
            'lac_indigenous': {'when': 'not is_uasc'},
            'lac_uasc': {'when': 'is_uasc'},
            'lac_also_cpp': {'when': 'is_on_plan'},
            'lac_3plus_placements': {'when': 'coalesce(placements_last_12_months >= 3, false)'},
            'lac_out_of_borough': {'when': "coalesce(placement_location_code = 'OUT', false)"},
            'lac_long_term': {'when': 'is_long_term'},
            'lac_long_term_stable': {'when': 'is_long_term and is_stable'},
            'lac_reviews_due': {'when': 'is_review_due'},
            'lac_reviewed_in_time': {'when': 'case when is_review_due then is_reviewed_in_time else false end'},
        },
        'started': {
            'lac_new': {},
        },
        'ceased': {
            'lac_ceased': {},
        },
    },
    'missing_episodes': {
        'list': 'missing_episodes',
        'beside': 'annex_a_lac',
        'fact': 'fct_missing_episodes',
        'began': {
            'missing_episodes': {},
        },
        'running': {
            'children_missing': {},
        },
    },
}) }}
{%- endmacro %}

{# The sets of events of a domain: all but what is said of the domain itself. #}
{% macro event_sets(domain) -%}
{%- set sets = {} -%}
{%- for name, measures in counted_measures()[domain].items() if measures is mapping -%}
{%- do sets.update({name: measures}) -%}
{%- endfor -%}
{{ return(sets) }}
{%- endmacro %}

{# One row per measure, month and event that counts in it (is_member), that nobody can tell of (is_member is null), or of which
   it may change (is_settled is false); from the CTEs that the domain's sets of events are named after. #}
{% macro members_of(domain) -%}
{%- for name, measures in event_sets(domain).items() %}
select
    authority_code,
    month,
    measure_id,
    event_key,
    child_key,
    is_member,
    is_settled
from (
    select
        events.authority_code,
        events.month,
        measured.measure_id,
        events.event_key,
        events.child_key,
        case measured.measure_id
            {%- for measure_id, rule in measures.items() %}
            when '{{ measure_id }}' then {{ rule.get('when', 'true') }}
            {%- endfor %}
        end as is_member,
        case
            {%- for measure_id, rule in measures.items() if rule.settled %}
            when measured.measure_id = '{{ measure_id }}' then {{ rule.settled }}
            {%- endfor %}
            when true then true
        end as is_settled
    from {{ name }} as events
    cross join (
        {%- for measure_id in measures %}
        select '{{ measure_id }}' as measure_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as measured
) as told
where coalesce(is_member, true) or not is_settled
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
