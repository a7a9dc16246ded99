-- grain: one row per other contact: about a child of its own, or one in five about a child known from one to three
-- months before. A pool is a month's children: places 1, 2 and 3 are the months before, 4 is this month.
with
    drawn as (
        select
            i,
            draw('contact' || getvariable('yymm'), i) as contact_h,
            case
                when i < getvariable('repeats') and divide(i, 3) < getvariable('pool_size')[(i % 3 + 1)::integer]
                then (i % 3 + 1)::integer
            end as pool
        from number
        where i >= getvariable('slice_start') and i < getvariable('slice_stop')
    ),
    numbered as (
        select
            i,
            contact_h,
            getvariable('pool_first_no')[coalesce(pool, 4)]
            + case when pool is null then i else divide(i, 3) end as child_no,
            getvariable('pool_first_day')[coalesce(pool, 4)] as base_day
        from drawn
    ),
    child as (select *, draw('child', child_no) as h from numbered),
    dated as (
        select
            *,
            h % 64 = 0 as is_unborn,
            base_day - (1 + (h >> 40) % 6400)::integer as born_on,
            getvariable('days')[((contact_h >> 32) % len(getvariable('days'))) + 1] as contact_on
        from child
    )
select
    syn('', child_no) as child_id,
    case when is_unborn then 'c) Not stated/recorded' else gender_of(h) end as gender_code,
    case when is_unborn then 't) NOBT' else ethnicity_of(h >> 24) end as ethnicity_code,
    shown(case when not is_unborn then born_on end) as birth_date,
    case when not is_unborn then date_sub('year', born_on, contact_on) end as age_years,
    shown(contact_on) as contact_date,
    source_of(contact_h) as contact_source_code,
    syn('C' || getvariable('yymm') || '-3', i + getvariable('numbered_from')) as contact_id,
    contact_outcome_of(contact_h >> 16) as contact_outcome_code,
    'b) No' as is_open_case
from dated
