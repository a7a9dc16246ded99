-- grain: one row per period of care and start date of a placement, as far as the lists show it
select
    seen.lac_placement_key,
    seen.lac_key,
    seen.child_key,
    seen.authority_code,
    seen.placement_start_date,
    -- where no end is given, a placement lasts until the next one that was seen; in between there may have been others
    coalesce(
        seen.placement_end_date,
        lead(seen.placement_start_date) over (
            partition by seen.lac_key, seen.is_withdrawn order by seen.placement_start_date asc nulls last
        ),
        periods.lac_end_date
    ) as placement_end_date,
    seen.placement_type_code,
    seen.placement_provider_code,
    seen.placement_location_code,
    seen.change_reason_code,
    seen.age_years,
    seen.age_band,
    seen.is_unborn,
    seen.gender_code,
    seen.ethnicity_code,
    seen.first_reporting_month,
    seen.last_reporting_month,
    seen.is_withdrawn or coalesce(periods.is_withdrawn, false) as is_withdrawn,
    seen.dataset,
    seen.delivery_id,
    seen.source_row
from {{ ref("int_lac_placements__seen") }} as seen
left join {{ ref("fct_lac") }} as periods on seen.lac_key = periods.lac_key
