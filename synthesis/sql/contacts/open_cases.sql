-- grain: one row per contact about a child whose case has been open since before the month: distinct children while
-- there are enough, else the same again on other days
with
    drawn as (
        select i, draw('open' || getvariable('yymm'), i) as h
        from number
        where i >= getvariable('slice_start') and i < getvariable('slice_stop')
    ),
    dated as (
        select
            i,
            h,
            open_case.*,
            getvariable('days')[
                ((child_h >> 8) % 64 + divide(i, getvariable('open_cases'))) % len(getvariable('days')) + 1
            ] as contact_on
        from drawn
        join
            open_case
            on open_case.place = case
                when getvariable('stride') > 1
                then i * getvariable('stride') + h % getvariable('stride')
                else i % getvariable('open_cases')
            end
    )
select
    syn('', child_no) as child_id,
    gender_on(contact_on, born_on, child_h) as gender_code,
    ethnicity_on(contact_on, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(contact_on, born_on)) as birth_date,
    case when contact_on >= born_on then date_sub('year', born_on, contact_on) end as age_years,
    shown(contact_on) as contact_date,
    source_of(h >> 24) as contact_source_code,
    syn('C' || getvariable('yymm') || '-2', i + getvariable('numbered_from')) as contact_id,
    case when h % 3 = 0 then 'Information and Advice' else 'No Further Action' end as contact_outcome_code,
    'a) Yes' as is_open_case
from dated
