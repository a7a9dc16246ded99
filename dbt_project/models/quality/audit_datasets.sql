-- grain: one row per authority, list, month delivered in several datasets, dataset that does not lead, and thing
-- compared
-- Compared are the events of the month, in both directions, and each column in the events and cells that both datasets
-- give.
{% set columns = [
    "authority_code",
    "extract",
    "reporting_month",
    "leading_dataset",
    "other_dataset",
    "column_name",
    "leading_events",
    "other_events",
    "common_events",
    "cells_compared",
    "cells_same",
    "loaded_at",
] %}
with
    compared as (
        select
            'datasets_have_the_same_events' as check_id,
            'events of the leading dataset' as compared,
            common_events as observed,
            leading_events as expected,
            {{ columns | join(", ") }}
        from {{ ref("datasets_compared__unioned") }}
        where column_name = 'events'

        union all

        select
            'datasets_have_the_same_events' as check_id,
            'events of the other dataset' as compared,
            common_events as observed,
            other_events as expected,
            {{ columns | join(", ") }}
        from {{ ref("datasets_compared__unioned") }}
        where column_name = 'events'

        union all

        select
            'datasets_say_the_same' as check_id,
            column_name as compared,
            cells_same as observed,
            cells_compared as expected,
            {{ columns | join(", ") }}
        from {{ ref("datasets_compared__unioned") }}
        where cells_compared > 0
    )

select
    check_id,
    {{ comparison_id(["check_id", "extract", "compared", "authority_code", "reporting_month", "other_dataset"]) }}
    as comparison_id,
    authority_code,
    extract,
    reporting_month,
    reporting_month as month,
    cast(null as string) as measure_id,
    compared,
    leading_dataset,
    other_dataset,
    cast(observed as double) as observed,
    cast(expected as double) as expected,
    observed = expected as is_agreed,
    'Delivered as '
    || leading_dataset
    || ', which leads, and as '
    || other_dataset
    || ': '
    || case
        when compared like 'events of the leading%'
        then
            'of the month''s '
            || {{ show_count("expected") }}
            || ' events, '
            || other_dataset
            || ' has '
            || {{ show_count("observed") }}
            || '.'
        when compared like 'events of the other%'
        then
            'of the month''s '
            || {{ show_count("expected") }}
            || ' events in '
            || other_dataset
            || ', '
            || leading_dataset
            || ' has '
            || {{ show_count("observed") }}
            || '.'
        else
            'of '
            || {{ show_count("expected") }}
            || ' events in which both give '
            || compared
            || ', '
            || {{ show_count("expected - observed") }}
            || ' differ.'
    end as message,
    cast(null as string) as source_ref,
    loaded_at
from compared
