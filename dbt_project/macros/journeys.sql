{# What the days between two stages are called, where they stand beside the measures. #}
{% macro journey_measure(journeys) -%}
'days_' || {{ journeys }}.stage || '_to_' || {{ journeys }}.next_stage
{%- endmacro %}

{# The list that shows who reaches a stage. #}
{% macro list_of_stage(stage) -%}
case {{ stage }}
    when 'contact' then 'annex_a_contacts'
    when 'referral' then 'annex_a_referrals'
    when 'assessment' then 'annex_a_assessments'
    when 'section_47' then 'annex_a_section_47'
    when 'conference' then 'annex_a_section_47'
    when 'plan' then 'annex_a_cpp'
    when 'care' then 'annex_a_lac'
end
{%- endmacro %}
