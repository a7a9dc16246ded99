-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('int_measures__with_parts'),
    [
        'referrals',
        'referrals_leading_to_assessment',
    ]
) }}
