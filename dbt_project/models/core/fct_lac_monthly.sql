-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('int_measures__with_parts'),
    [
        'lac_total',
        'lac_new',
        'lac_also_cpp',
        'lac_indigenous',
        'lac_uasc',
        'lac_3plus_placements',
    ]
) }}
