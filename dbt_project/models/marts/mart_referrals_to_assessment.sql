-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('kpi_monthly'),
    [
        'referrals',
        'referrals_leading_to_assessment',
        'referrals_leading_to_assessment_pct',
    ], ytd=true
) }}
