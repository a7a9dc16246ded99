-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('kpi_monthly'),
    [
        'cpp_total',
        'cpp_new',
        'cpp_current',
        'cpp_0_12_months_pct',
        'cpp_12_24_months_pct',
        'cpp_24_plus_months_pct',
        'cpp_ceased',
        'cpp_ceased_2yrs_plus',
        'cpp_ceased_2yrs_plus_pct_ni64',
    ], ytd=true
) }}
