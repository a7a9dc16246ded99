-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('kpi_monthly'),
    [
        'lac_total',
        'lac_new',
        'lac_also_cpp',
        'lac_indigenous',
        'lac_uasc',
    ], ytd=true
) }}
