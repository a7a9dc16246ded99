-- grain: one row per authority, list and reporting month delivered: its current version, also where that has no rows; of several
-- profiles that of the one that leads
with versions as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        profile,
        loaded_at,
        {{ delivery_order('reporting_month', 'version', '0') }} as delivery_order
    from {{ ref('int_lists__versions') }}
    where is_current
),

current_versions as (
    select
        authority_code,
        extract,
        reporting_month,
        max_by(version, delivery_order) as version,
        max_by(profile, delivery_order) as profile,
        max_by(loaded_at, delivery_order) as loaded_at,
        max(delivery_order) as delivery_order
    from versions
    group by authority_code, extract, reporting_month
)

select
    authority_code,
    extract,
    reporting_month,
    version,
    profile,
    delivery_order,
    loaded_at,
    min(reporting_month) over (partition by authority_code, extract) as first_reporting_month,
    max(reporting_month) over (partition by authority_code, extract) as last_reporting_month,
    lead(reporting_month) over (partition by authority_code, extract order by reporting_month asc nulls last) as next_reporting_month,
    lead(version) over (partition by authority_code, extract order by reporting_month asc nulls last) as next_version,
    lead(loaded_at) over (partition by authority_code, extract order by reporting_month asc nulls last) as next_loaded_at
from current_versions
