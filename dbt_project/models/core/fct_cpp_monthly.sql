-- grain: one row per authority, month and basis
{{ measures_wide(
    ref('int_measures__with_parts'),
    [
        'cpp_total',
        'cpp_new',
        'cpp_current',
        'cpp_ceased',
        'cpp_ceased_2yrs_plus',
    ]
) }}
