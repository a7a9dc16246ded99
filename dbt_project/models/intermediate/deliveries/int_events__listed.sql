-- grain: one row per row of the lists that lead, of the seven kinds of events that Annex A lists
{{ config(materialized="view") }}
{% set lists = [
    ("annex_a_contacts", ref("int_contacts__unioned"), "contact_key"),
    ("annex_a_referrals", ref("int_referrals__unioned"), "referral_key"),
    ("annex_a_assessments", ref("int_assessments__unioned"), "assessment_key"),
    ("annex_a_section_47", ref("int_section_47__unioned"), "section_47_key"),
    ("annex_a_cin", ref("int_cin__unioned"), "cin_episode_key"),
    ("annex_a_cpp", ref("int_cpp__unioned"), "cpp_key"),
    ("annex_a_lac", ref("int_lac__unioned"), "lac_key"),
] %}
{% for extract, rows_listed, key in lists %}
    select
        '{{ extract }}' as extract,
        authority_code,
        reporting_month,
        delivery_id,
        source_row,
        child_key,
        {{ key }} as event_key,
        repeated_in_row,
        filing_month,
        birth_date,
        gender_code
    from {{ rows_listed }}
    where is_leading
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
