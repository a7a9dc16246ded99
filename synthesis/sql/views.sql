-- What several files read. Each is as the month's last day saw it; what happened later is not in it yet.
create or replace macro add_workdays(d, n) as
    (select w.day from day as s join workday as w on w.no = s.no + n where s.day = d);

-- grain: one row per case, with the number that a list of Annex A draws for it: the other datasets' files name the same
-- list, so that every dataset says the same of a child
create or replace macro seen(list) as table
select *, draw(list, case_no) as h
from case_row;

-- grain: one row per child protection plan
create or replace temp view protection_plan as
select *, so_far(cpp_end) as end_on, least(cpp_end, month_last()) as as_of
from seen('list_7_cpp')
where has_cpp and is_listed(cpp_start, cpp_end);

-- grain: one row per period of care, with its legal status, when it became that, and the day of the latest move
create or replace temp view care as
select
    *, lac_start + case when first_legal_of(legal) = legal then 0 else (h >> 20) % 200 end::integer as settled_on
from (
    select
        *,
        so_far(lac_end) as end_on,
        least(lac_end, month_last()) as as_of,
        moved(least(lac_end, month_last()), h) as moved_on,
        months_since_move(least(lac_end, month_last()), h) as since,
        case when is_uasc then legal_of(90) else legal_of(h >> 24) end as legal
    from seen('list_8_lac')
    where has_lac
)
where is_listed(lac_start, end_on);

-- grain: one row per home of a child in care, the first one since care began
create or replace temp view placement as
with
    moves as (
        select
            *,
            case k when 0 then moved_on else moved_before(as_of, h, k) end as home_on,
            case k when 0 then null when 1 then moved_on else moved_before(as_of, h, k - 1) end as left_on
        from (select *, unnest(range(0, 3 + divide(as_of - lac_start, 1460))) as k from care)
    ),
    homes as (select *, draw('home' || home_on, case_no) as home_h from moves where k = 0 or left_on > lac_start)
select
    case_no,
    child_no,
    lac_start,
    end_on,
    greatest(lac_start, home_on) as start_on,
    case when k = 0 then end_on else left_on end as until_on,
    k > 0 as has_left,
    code_in(placement_of(home_h)) as type,
    case when placement_of(home_h) like 'k)%' then 'PR0' else code_in(provider_of(home_h >> 8)) end as provider,
    syn('U', home_h % 3000) as urn
from homes;

-- grain: one row per stretch of care with one home and one legal status; rne is why it began, in SSDA903's codes
create or replace temp view episode as
with
    turned as (
        select case_no, start_on as on_day, true as is_move, false as is_legal from placement
        union all
        select case_no, settled_on, false, true from care where settled_on > lac_start and settled_on <= as_of
    ),
    began as (select case_no, on_day, bool_or(is_move) as moved, bool_or(is_legal) as settled from turned group by all)
select
    care.*,
    began.on_day,
    case
        when began.on_day = care.lac_start then 'S' when moved and settled then 'B' when moved then 'P' else 'L'
    end as rne,
    lead(began.on_day) over (partition by case_no order by began.on_day) as next_on,
    code_in(case when began.on_day >= settled_on then legal else first_legal_of(legal) end) as legal_code,
    case when is_uasc then 'N8' else need_of(h >> 8)[:2] end as need_code,
    home.type,
    home.provider,
    home.urn
from began
join care using (case_no)
asof join placement as home on home.case_no = began.case_no and home.start_on <= began.on_day;

-- grain: one row per statutory review of care
create or replace temp view review as
select *, lac_start + days as review_on
from (select *, unnest(reviewed_after(as_of - lac_start, h)) as days from care);

-- grain: one row per time a child went missing in the last two years
create or replace temp view missing as
with
    years as (select *, unnest(range(0, 1 + divide(as_of - lac_start, 365))) as year_no from care),
    times as (select *, unnest(range(0, goes_missing(h))) as n from years),
    gone as (select *, lac_start + (11 + 40 * n + 365 * year_no)::integer as gone_on from times)
select *, gone_on + ((h >> 56) % 4)::integer as back_on
from gone
where gone_on <= as_of and gone_on > as_of - 730;
