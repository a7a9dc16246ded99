-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('int_measures__with_parts'),
    [
        'contacts',
        'contacts_not_open_cases',
    ]
) }}
