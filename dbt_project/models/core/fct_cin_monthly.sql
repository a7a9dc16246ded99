-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('int_measures__with_parts'),
    [
        'cin_total',
        'cin_new',
    ]
) }}
