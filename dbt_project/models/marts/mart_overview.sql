-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('kpi_monthly'),
    [
        'contacts',
        'contacts_not_open_cases',
        'referrals',
        'assessments_completed',
        'cin_total',
        'cin_new',
        'cpp_total',
        'cpp_new',
        'lac_total',
        'lac_new',
        'lac_also_cpp',
    ], ytd=true
) }}
