-- grain: one row per comparison made, passed or not: all the audits in one shape
{{
    comparisons_of(
        ['deliveries', 'lists', 'datasets', 'validation_rules']
        + audits_of_figures()
        + ['quoted_figures', 'reconciliation', 'signals', 'arrivals']
    )
}}
