-- grain: one row per referral of a child
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["authority_code", "event_month"],
    )
}}
{% set columns = {
    'referral_date': "staged.referral_date",
    'close_date': "staged.close_date",
    'referral_source_code': "staged.referral_source_code",
    'referral_outcome_code': "staged.referral_outcome_code",
    'close_reason_code': "staged.close_reason_code",
    'is_no_further_action': "staged.is_no_further_action",
    'referrals_last_12_months': "staged.referrals_last_12_months",
} %}
{% do columns.update(child_at('staged.referral_date')) %}
{% do columns.update({'failed_checks': failed_checks('annex_a_referrals')}) %}
{{ conformed_events('annex_a_referrals', {'referral_key': "staged.event_key"}, columns, joins=dated_codes('annex_a_referrals')) }}
