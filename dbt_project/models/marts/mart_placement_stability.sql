-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('kpi_monthly'),
    [
        'lac_total',
        'lac_3plus_placements',
        'lac_3plus_placements_pct',
    ], ytd=true
) }}
