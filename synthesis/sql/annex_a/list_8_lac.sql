-- grain: one row per period of care that is open or ended since 1 April
with
    -- the most recently moved have three placements or more, as many children as the plan says
    home as (
        select
            *,
            row_number() over (order by end_on is not null, moved_on <= lac_start, since, case_no) as place,
            draw('home' || moved_on, case_no) as home_h,
            draw('now' || getvariable('month_no'), case_no) as now_h,
            missing_by(as_of, lac_start, h) as missing
        from care
    )
select
    syn('', child_no) as child_id,
    gender_on(as_of, born_on, child_h) as gender_code,
    ethnicity_on(as_of, born_on, child_h, is_uasc) as ethnicity_code,
    shown(born_by(as_of, born_on)) as birth_date,
    age_on(as_of, born_on) as age_years,
    case when is_uasc then 'a) Yes' else 'b) No' end as is_uasc,
    disability_of(child_h >> 32) as disability_code,
    shown(lac_start) as lac_start_date,
    case when home.is_uasc then 'N8 - Absent parenting' else need_of(h >> 8) end as need_code,
    case when not home.is_uasc and (h >> 16) % 30 = 0 then 'a) Yes' else 'b) No' end as is_second_period,
    shown(case when settled_on <= as_of then settled_on else lac_start end) as legal_status_start_date,
    case when settled_on <= as_of then legal else first_legal_of(legal) end as legal_status_code,
    shown(lac_start + reviewed_after(as_of - lac_start, h)[-1]) as last_review_date,
    shown(greatest(lac_start, weekday_before(as_of - (1 + now_h % 42)::integer))) as last_visit_date,
    permanence_of(h >> 32) as permanence_plan,
    shown(
        case when as_of - lac_start >= 28 then greatest(lac_start, as_of - (5 + (now_h >> 8) % 170)::integer) end
    ) as last_iro_visit_date,
    shown(
        case when as_of - lac_start >= 28 then greatest(lac_start + 20, as_of - ((h >> 36) % 365)::integer) end
    ) as last_health_assessment_date,
    shown(
        case when as_of - lac_start >= 90 then greatest(lac_start + 60, as_of - ((h >> 40) % 365)::integer) end
    ) as last_dental_check_date,
    case
        when place <= getvariable('most_moved') and end_on is null
        then 3 + (h >> 44) % 3
        when moved_on > lac_start and since < 12
        then 2
        else 1
    end as placements_last_12_months,
    shown(end_on) as lac_end_date,
    case when end_on is not null then ended_for(end_on, born_on, home.is_uasc, h) end as end_reason_code,
    shown(greatest(lac_start, moved_on)) as placement_start_date,
    placement_of(home_h) as placement_type_code,
    case
        when placement_of(home_h) like 'k)%'
        then 'a) PR0: Parents/Parental responsibility'
        else provider_of(home_h >> 8)
    end as placement_provider_code,
    'ZZ99 3CZ' as placement_postcode,
    syn('U', home_h % 3000) as placement_urn,
    case when home_h % 5 < 3 then 'a) In' else 'b) Out' end as placement_location_code,
    case when home_h % 5 < 3 then getvariable('authority') else getvariable('neighbour') end as placement_authority,
    missing as missing_episodes_12_months,
    divide((now_h >> 20) % 24, 23) as absent_episodes_12_months,
    case
        when missing > 0 then case when (now_h >> 28) % 8 = 0 then 'b) No' else 'a) Yes' end
    end as is_return_interview_offered,
    case
        when missing > 0 and (now_h >> 28) % 8 > 0 then case when (now_h >> 32) % 3 = 0 then 'b) No' else 'a) Yes' end
    end as is_return_interview_accepted,
    team_of('Looked After Children', h) as allocated_team,
    worker_of(h) as allocated_worker
from home
order by case_no
