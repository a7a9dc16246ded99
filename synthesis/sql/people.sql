-- Make one authority's cases: from the counts of the plan to one row per case, with its child.
-- Every number drawn is a hash of seed, authority, what for and key, and every table is written in the order of its
-- key, so the number of threads changes nothing.
-- grain: one row per assessment completed, referral and spell. They are tables, since DuckDB knows how many rows a
-- plan's row gives only when it is written: a join that expects a thousand rows and meets millions runs out of memory.
create or replace table completed_drawn as
select *, draw('completed', no) as h
from (select idx, low, high, unnest(range(first_no, first_no + n)) as no from plan_completed);

create or replace table referral_drawn as
select idx, case_no, case_no - first_no < assessed as is_assessed, draw('referral', case_no) as h
from (select *, unnest(range(first_no, first_no + referrals)) as case_no from plan_month);

create or replace table spell_drawn as
select * exclude (first_no), spell_no - first_no as place, draw('spell', spell_no) as h
from (select * exclude (n), unnest(range(first_no, first_no + n)) as spell_no from plan_group);

-- grain: one row per assessment completed; the working days it took decide when it started
create or replace table completed as
with numbered as (
    select no, first_workday + h % workdays as authorised_no, low + (h >> 40) % (high - low + 1) as took
    from completed_drawn join month using (idx)
)
select
    n.no, n.authorised_no - n.took as started_no, a.day as authorised_on, s.day as started_on, month_idx(s.day) as idx
from numbered as n
join workday as a on a.no = n.authorised_no
join workday as s on s.no = n.authorised_no - n.took
order by n.no;

-- grain: one row per referral of the months asked for. The assessed ones take the assessments that start in that
-- month; where these run out, their assessment is still open.
create or replace table referral as
with ranked as (
    select *, row_number() over (partition by idx order by draw('link', no), no) as slot from completed where idx >= 1
),
linked as (
    select first_no + slot - 1 as case_no, no, started_no, authorised_on
    from ranked join plan_month using (idx) where slot <= assessed
),
started as (
    select
        w.case_no, w.idx, w.h, w.is_assessed, month.first_workday, linked.no as assessment_no, linked.authorised_on,
        coalesce(linked.started_no, month.first_workday + w.h % month.workdays) as started_no
    from referral_drawn as w join month using (idx) left join linked using (case_no)
),
numbered as (
    select *, greatest(started_no - case when is_assessed then (h >> 40) % 2 else 0 end, first_workday) as referred_no
    from started
)
select
    n.case_no, n.idx, n.is_assessed, n.assessment_no, n.authorised_on, case when n.is_assessed then s.day end as started_on,
    r.day as referred_on, c.day as contact_on
from numbered as n
join workday as s on s.no = n.started_no
join workday as r on r.no = n.referred_no
join workday as c on c.no = n.referred_no - 1 - (n.h >> 44) % 2
order by n.case_no;

-- grain: one row per spell: a child protection plan, a period of care or a plan for a child in need
create or replace table spell as
with numbered as (
    select
        d.*, s.first_workday + d.h % s.workdays as start_no,
        -- never on a month's last working day: whether that day still counts is a convention
        e.first_workday + (d.h >> 40) % (e.workdays - 1) as end_no
    from spell_drawn as d
    join month as s on s.idx = d.start_idx
    left join month as e on e.idx = d.end_idx
)
select
    n.spell_no, n.kind, n.start_idx, n.end_idx, n.is_uasc, n.is_transfer, n.pair, n.place, n.h, s.day as start_on, e.day as end_on,
    case when n.kind = 'cpp' and not n.is_transfer then q.day end as s47_on
from numbered as n
join workday as s on s.no = n.start_no
left join workday as e on e.no = n.end_no
join workday as q
    on q.no = n.start_no - case when (n.h >> 20) % 5 < 4 then 5 + (n.h >> 24) % 11 else 16 + (n.h >> 24) % 10 end
order by n.spell_no;

-- grain: one row per spell that came of a referral. Plans and periods of care follow an assessment begun in the half
-- month before; a child in need plan begins with its assessment, an unaccompanied child is looked after on the day.
create or replace table came_of as
with wanting as (
    select spell_no, kind, end_on, kind = 'cin' or is_uasc as at_once,
        case when kind = 'cin' or is_uasc then start_idx else half_month(coalesce(s47_on, start_on)) - 1 end as at_idx
    from spell
    where start_idx >= 1 and not is_transfer and (kind = 'cpp' or pair is null)
        and not (kind = 'cin' and (h >> 50) % 10 < 4)
),
ranked as (select *, row_number() over (partition by at_once, at_idx order by kind, spell_no) as place from wanting),
assessed as (
    select case_no, authorised_on, draw('give', case_no) % 10 < 3 as at_once, idx, half_month(started_on) as half
    from referral where is_assessed
),
giving as (
    select case_no, authorised_on, at_once, case when at_once then idx else half end as at_idx,
        row_number() over (
            partition by at_once, case when at_once then idx else half end
            order by at_once and authorised_on is null, draw('rank', case_no), case_no
        ) as place
    from assessed
)
select ranked.spell_no, giving.case_no
from ranked join giving using (at_once, at_idx, place)
-- no plan closes over an open assessment
where ranked.kind <> 'cin' or coalesce(giving.authorised_on <= ranked.end_on, ranked.end_on is null)
order by ranked.spell_no;

-- grain: one row per child in need plan that follows a child protection plan which ended in the same month
create or replace table stepped_down as
with wanting as (
    select spell_no, start_idx as idx, row_number() over (partition by start_idx order by spell_no) as place
    from spell
    where kind = 'cin' and start_idx >= 1 and not is_transfer and (h >> 50) % 10 < 4
),
giving as (
    select spell_no as from_spell_no, end_idx as idx, end_on,
        row_number() over (partition by end_idx order by spell_no) as place
    from spell where kind = 'cpp' and pair is null and end_idx is not null
)
select wanting.spell_no, giving.from_spell_no, giving.end_on as start_on
from wanting join giving using (idx, place) order by wanting.spell_no;

-- grain: one row per spell, with its case: a referral's, that of the child's plan, or one opened before the first month
create or replace table spell_case as
select
    p.spell_no, p.kind, coalesce(came_of.case_no, getvariable('spell_case_no') + p.spell_no) as case_no, p.start_on, p.end_on,
    p.is_uasc, p.is_transfer, p.s47_on, p.pair, p.place
from spell as p left join came_of using (spell_no)
where p.kind = 'cpp'
order by p.spell_no;

insert into spell_case
select
    l.spell_no, l.kind, coalesce(cpp.case_no, came_of.case_no, getvariable('spell_case_no') + l.spell_no),
    case when l.is_uasc then coalesce(referral.referred_on, l.start_on) else l.start_on end, l.end_on,
    l.is_uasc, l.is_transfer, null, l.pair, l.place
from spell as l
left join (select pair, place, case_no from spell_case where pair is not null) as cpp
    on cpp.pair = l.pair and cpp.place = l.place
left join came_of on came_of.spell_no = l.spell_no
left join referral on referral.case_no = came_of.case_no
where l.kind = 'lac'
order by l.spell_no;

insert into spell_case
select
    c.spell_no, c.kind, coalesce(came_of.case_no, cpp.case_no, getvariable('spell_case_no') + c.spell_no),
    coalesce(referral.started_on, stepped_down.start_on, c.start_on), c.end_on, false, c.is_transfer, null, null, null
from spell as c
left join came_of on came_of.spell_no = c.spell_no
left join referral on referral.case_no = came_of.case_no
left join stepped_down on stepped_down.spell_no = c.spell_no
left join spell_case as cpp on cpp.spell_no = stepped_down.from_spell_no
where c.kind = 'cin'
order by c.spell_no;

-- grain: one row per case
create or replace table opened as
with assessments as (
    select case_no, assessment_no, started_on, authorised_on from referral where is_assessed
    union all  -- started before the first month, or again on a case long open
    select getvariable('assessment_case_no') + no, no, started_on, authorised_on
    from completed where no not in (select assessment_no from referral where assessment_no is not null)
),
ids as (
    select case_no from referral union select case_no from assessments union select case_no from spell_case
),
joined as (
    select
        ids.case_no, r.referred_on, r.contact_on, r.idx, r.case_no is not null as is_referred, a.started_on, a.authorised_on,
        p.start_on as cpp_start, p.end_on as cpp_end, p.case_no is not null as has_cpp,
        coalesce(p.is_transfer, l.is_transfer, c.is_transfer, false) as is_transfer, p.s47_on,
        l.start_on as lac_start, l.end_on as lac_end, l.case_no is not null as has_lac, coalesce(l.is_uasc, false) as is_uasc,
        c.start_on as cin_start, c.end_on as cin_end, c.case_no is not null as has_cin,
        c.case_no is not null and r.case_no is not null and c.start_on = a.started_on as is_planned_at_once,
        a.case_no is not null as has_assessment, draw('case', ids.case_no) as h
    from ids
    left join referral as r on r.case_no = ids.case_no
    left join assessments as a on a.case_no = ids.case_no
    left join spell_case as p on p.case_no = ids.case_no and p.kind = 'cpp'
    left join spell_case as l on l.case_no = ids.case_no and l.kind = 'lac'
    left join spell_case as c on c.case_no = ids.case_no and c.kind = 'cin'
),
enquired as (  -- enquiries that led to no plan: one in eight assessments
    select
        * replace (coalesce(s47_on, case
            when is_referred and has_assessment and not has_cpp and not has_lac and not has_cin and (h >> 8) % 8 = 0
                then started_on
        end) as s47_on)
    from joined
),
with_conference as (
    select *,
        case
            when has_cpp and not is_transfer then cpp_start
            when s47_on is not null and not has_cpp and (h >> 12) % 6 = 0 then weekday_from(s47_on + 13)
        end as icpc_on
    from enquired
)
select
    * exclude (h),
    case
        when referred_on is not null then referred_on
        when is_transfer then least(cpp_start, lac_start, cin_start)
        when has_assessment then least(started_on - case
            when started_on < getvariable('window_first') then (h >> 16) % 2 else 60 + (h >> 16) % 340
        end::integer, getvariable('window_first') - 1)
        else least(
            least(cpp_start, lac_start, cin_start) - (10 + (h >> 16) % 36)::integer,
            coalesce(s47_on, lac_start, cin_start), getvariable('window_first') - 1
        )
    end as opened_on,
    -- the day on which everything but the child in need plan ended
    case
        when has_cpp and cpp_end is null or has_lac and lac_end is null or has_assessment and authorised_on is null then null
        when has_cpp or has_lac or has_assessment then greatest(cpp_end, lac_end, authorised_on, icpc_on)
        when is_referred then referred_on + ((h >> 24) % 4)::integer
    end as involved_until
from with_conference
order by case_no;

-- grain: one row per case that reopens an earlier child: referred again in the year after that case was closed
create or replace table returned as
with closed as (
    select case_no, is_uasc, is_referred, idx, opened_on, is_transfer, has_cpp,
        case when has_cin and cin_end is null then null else greatest(involved_until, cin_end) end as closed_on,
        draw('return', case_no) as h
    from opened
    where not (involved_until is null and (has_cpp or has_lac or has_assessment))
),
giving as (
    select case_no as from_case_no, opened_on as from_opened_on, has_cpp as had_cpp, month_idx(closed_on) as at_idx,
        row_number() over (partition by month_idx(closed_on) order by h, case_no) as place
    from closed
    where not is_uasc and not (is_referred and h % 100 < 20) and closed_on >= getvariable('window_first')
),
asking as (
    select case_no, at_idx, row_number() over (partition by at_idx order by case_no) as place
    from (
        select case_no, idx - 2 - ((draw('return', case_no) >> 20) % 10)::integer as at_idx
        from opened where is_referred and not is_uasc and draw('return', case_no) % 100 < 20
    ) where at_idx >= 1
)
select asking.case_no, giving.from_case_no, giving.from_opened_on, giving.had_cpp
from asking join giving using (at_idx, place) order by asking.case_no;

-- grain: one row per case, with all that the lists say of it and its child
create or replace table case_row as
with cased as (
    select
        o.* exclude (is_transfer), o.is_transfer, coalesce(r.from_case_no, o.case_no) as child_no, r.from_case_no is not null as is_return,
        r.from_opened_on >= o.opened_on - interval 12 month as is_return_in_year, coalesce(r.had_cpp, false) as had_cpp,
        case
            when (o.has_cpp or o.has_lac or o.has_assessment) and o.involved_until is null or o.has_cin and o.cin_end is null
                then null
            else greatest(o.involved_until, o.cin_end)
        end as closed_on
    from opened as o left join returned as r using (case_no)
),
child as (
    select
        child_no, min(opened_on) as first_on, max(coalesce(closed_on, getvariable('window_last'))) as last_on,
        max(lac_end) as lac_end, bool_or(is_uasc) as is_uasc, bool_or(has_cpp) as has_cpp,
        bool_or(has_lac or has_cin or is_return) as is_born, draw('child', child_no) as h
    from cased group by child_no
),
aged as (
    select *, 6570 - (last_on - first_on) as oldest, ((h >> 8) % 65536) / 65536.0 as u from child
)
select
    cased.*, aged.h as child_h,
    case
        -- leaves care on the eighteenth birthday
        when aged.lac_end = aged.last_on and (aged.h >> 40) % 6 = 0 then (aged.lac_end - interval 18 year)::date
        when aged.is_uasc then aged.first_on - (greatest(aged.oldest, 1) * (1 - u * 0.12))::integer
        when not aged.is_born and (aged.h >> 44) % 30 = 0 then aged.first_on + (10 + u * 150)::integer
        when aged.has_cpp then aged.first_on - (greatest(aged.oldest, 1) * u * u)::integer
        else aged.first_on - (greatest(aged.oldest, 1) * u)::integer
    end as born_on
from cased join aged using (child_no)
order by cased.case_no;
