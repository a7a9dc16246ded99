-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('kpi_monthly'),
    [
        'assessments_completed',
        'days_1_15',
        'days_16_25',
        'days_26_35',
        'days_36_45',
        'days_45_plus',
        'grand_total',
    ], ytd=true
) }}
