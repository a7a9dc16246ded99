-- grain: one row per row of a list, column and check of the lists that it fails; of rows that count as they are now
{% set lists = [
    ("annex_a_contacts", ref("fct_contacts"), "contact_key", ref("int_contacts__failed_checks")),
    ("annex_a_referrals", ref("fct_referrals"), "referral_key", ref("int_referrals__failed_checks")),
    ("annex_a_assessments", ref("fct_assessments"), "assessment_key", ref("int_assessments__failed_checks")),
    ("annex_a_section_47", ref("fct_section_47"), "section_47_key", ref("int_section_47__failed_checks")),
    ("annex_a_cin", ref("fct_cin_episodes"), "cin_episode_key", ref("int_cin__failed_checks")),
    ("annex_a_cpp", ref("fct_cpp"), "cpp_key", ref("int_cpp__failed_checks")),
    ("annex_a_lac", ref("fct_lac"), "lac_key", ref("int_lac__failed_checks")),
] %}
with
    failing as (
        {% for list, facts, key, failed_checks in lists %}
            select
                '{{ list }}' as list,
                failed.delivery_id,
                failed.source_row,
                facts.child_key,
                facts.{{ key }} as event_key,
                failed.source_column,
                failed.check_id,
                cast(null as int) as other_row
            from {{ failed_checks }} as failed
            inner join
                {{ facts }} as facts
                on failed.delivery_id = facts.delivery_id
                and failed.source_row = facts.source_row
                and not facts.is_withdrawn

            union all
        {% endfor %}

        select
            list,
            delivery_id,
            source_row,
            child_key,
            event_key,
            source_column,
            'plans_and_periods_do_not_overlap' as check_id,
            other_row
        from {{ ref("overlapping_plans_and_periods") }}

        union all

        select
            contradicting.extract as list,
            contradicting.delivery_id,
            contradicting.source_row,
            contradicting.child_key,
            contradicting.event_key,
            contradicting.source_column,
            contradicting.check_id,
            cast(null as int) as other_row
        from {{ ref("int_rows__contradicting") }} as contradicting
        inner join {{ ref("deliveries_judged") }} as judged on contradicting.delivery_id = judged.delivery_id
        where contradicting.check_id is not null
    )

select
    deliveries.authority_code,
    failing.list,
    deliveries.extract,
    deliveries.reporting_month,
    deliveries.version,
    failing.check_id,
    failing.child_key,
    failing.event_key,
    {{
        list_cell(
            "deliveries.file_path",
            "deliveries.sheet",
            "failing.source_row",
            "failing.source_column",
            json_text_at("deliveries.columns_chosen", "failing.source_column"),
        )
    }} as source_ref,
    cast(failing.source_row as int) as source_row,
    failing.source_column,
    cast(failing.other_row as int) as other_row
from failing
inner join {{ ref("int_deliveries") }} as deliveries on failing.delivery_id = deliveries.delivery_id
