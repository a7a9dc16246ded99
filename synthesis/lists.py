"""The SQL of lists 3 to 8 as they stood at a month's end. What happened later is not in them yet."""

from datetime import date

from synthesis.layout import POSTCODE

HEAD = """syn('', child_no),
    case when {at} < born_on then 'c) Not stated/recorded' else gender_of(child_h) end,
    case when {at} < born_on then 't) NOBT' when is_uasc then uasc_ethnicity_of(child_h >> 24)
        else ethnicity_of(child_h >> 24) end,
    shown(case when {at} >= born_on then born_on end),
    case when {at} >= born_on then date_sub('year', born_on, least({at}, day_before_18(born_on))) end"""
DISABLED = "disability_of(child_h >> 32)"
# what a case closed for; `case_no` decides, so that every list says the same
CLOSED_FOR = """case
        when has_cpp or has_lac or has_cin then plan_closure_of(draw('list_3_referrals', case_no) >> 8)
        when has_assessment then assessment_closure_of(draw('list_3_referrals', case_no) >> 8)
        else plan_closure_of(0)
    end"""
STAFF = """'{team} Team ' || (1 + (h >> 34) % 6), 'Synthetic Worker ' || (1 + (h >> 36) % 90)"""

# Periods of care: the legal status, when it became that, and the day of the most recent move.
CARE = """
        select *,
            lac_start + case when first_legal_of(legal) = legal then 0 else (h >> 20) % 200 end::integer as settled_on
        from (
            select seen.*, closed_by(lac_end, {last}) as end_on, least(lac_end, {last}) as as_of,
                moved(least(lac_end, {last}), h) as moved_on, months_since_move(least(lac_end, {last}), h) as since,
                case when is_uasc then legal_of(90) else legal_of(h >> 24) end as legal
            from seen where has_lac
        ) where lac_start <= {last} and (end_on is null or end_on >= {fy})
    """

# Each query reads `seen`: case_row with `h`, a number drawn per case and list; {last} is the month's last day.
QUERIES = {
    "list_3_referrals": f"""
select {HEAD.format(at="referred_on")},
    shown(referred_on), source_of(source_h), case when not has_assessment and outcome = 'No Further Action'
        then 'a) Yes' else 'b) No' end,
    coalesce(is_return_in_year, false)::integer, {STAFF.format(team="Assessment")},
    syn('R', case_no), case when has_assessment then 'Assessment required' else outcome end,
    shown(closed_by(closed_on, {{last}})),
    case when closed_by(closed_on, {{last}}) is not null then {CLOSED_FOR} end
from (select *, draw('source', case_no) as source_h, referral_outcome_of(h) as outcome from seen)
where is_referred and referred_on between {{fy}} and {{last}}""",
    "list_4_assessments": f"""
select {HEAD.format(at="started_on")}, {DISABLED},
    shown(started_on), case when h % 20 = 0 then 'b) No' else 'a) Yes' end, shown(closed_by(authorised_on, {{last}})),
    case when closed_by(authorised_on, {{last}}) is null then null
        when has_cpp or has_lac or has_cin or (h >> 8) % 5 = 0 then 'a) Yes' else 'b) No' end,
    {STAFF.format(team="Assessment")}
from seen where started_on <= {{last}} and (authorised_on is null or authorised_on >= {{fy}})""",
    "list_5_section_47": f"""
select {HEAD.format(at="s47_on")}, {DISABLED},
    shown(s47_on),
    case when closed_by(icpc_on, {{last}}) is not null then 'b) No'
        when icpc_on is null and least(s47_on + 15, closed_on) <= {{last}} then 'a) Yes' end,
    shown(closed_by(icpc_on, {{last}})),
    case when closed_by(icpc_on, {{last}}) is not null then case when has_cpp then 'a) Yes' else 'b) No' end end,
    (coalesce(is_return_in_year, false) and had_cpp)::integer + (h % 16 = 0)::integer,
    (coalesce(is_return_in_year, false) and had_cpp)::integer, {STAFF.format(team="Assessment")}
from seen where s47_on <= {{last}} and greatest(s47_on, icpc_on) >= {{fy}}""",
    "list_6_cin": f"""
select {HEAD.format(at="as_of")}, {DISABLED},
    shown(start_on), case when is_uasc then 'N8 - Absent parenting' else need_of(h >> 8) end,
    shown(greatest(start_on, as_of - ((h >> 16) % 45)::integer)), shown(end_on),
    case when end_on is not null then {CLOSED_FOR} end,
    case when end_on is not null then 'e) Closed episode' when is_plan then 'c) Child in need plan'
        when lac_start <= {{last}} and coalesce(lac_end > {{last}}, true) then 'a) Looked after child'
        when cpp_start <= {{last}} and coalesce(cpp_end > {{last}}, true) then 'b) Child Protection plan'
        else 'd) Open assessment' end,
    {STAFF.format(team="Children in Need")}
from (
    select *, least(end_on, {{last}}) as as_of from (
        select seen.*, false as is_plan, opened_on as start_on, closed_by(involved_until, {{last}}) as end_on from seen
        where (has_cpp or has_lac or has_assessment and not is_planned_at_once)
        union all
        select seen.*, true, cin_start, closed_by(cin_end, {{last}}) from seen where has_cin
    )
) where start_on <= {{last}} and (end_on is null or end_on >= {{fy}})""",
    "list_7_cpp": f"""
select {HEAD.format(at="as_of")}, {DISABLED},
    shown(cpp_start), abuse_of(h >> 8), abuse_of(case when (h >> 16) % 12 = 0 then h >> 20 else h >> 8 end),
    shown(case when visited_on >= cpp_start then visited_on end),
    case when visited_on >= cpp_start then case when (h >> 28) % 4 = 0 then 'b) No' else 'a) Yes' end end,
    shown(case when as_of >= cpp_start + interval 3 month
        then cpp_start + to_months((3 + 6 * ((date_sub('month', cpp_start, as_of) - 3) // 6))::integer) end::date),
    shown(end_on), case when (h >> 30) % 25 = 0 then 'a) Yes' else 'b) No' end,
    had_cpp::integer + case when (h >> 40) % 100 < 11 then 1 + ((h >> 48) % 5 = 0)::integer else 0 end,
    {STAFF.format(team="Child Protection")}
from (
    select *, greatest(visited(as_of, case_no), visited(last_day(as_of - to_months(1))::date, case_no)) as visited_on
    from (
        select seen.*, closed_by(cpp_end, {{last}}) as end_on, least(cpp_end, {{last}}) as as_of from seen where has_cpp
    )
) where cpp_start <= {{last}} and (end_on is null or end_on >= {{fy}})""",
    "list_8_lac": f"""
select {HEAD.format(at="as_of")}, case when is_uasc then 'a) Yes' else 'b) No' end, {DISABLED},
    shown(lac_start), case when is_uasc then 'N8 - Absent parenting' else need_of(h >> 8) end,
    case when not is_uasc and (h >> 16) % 30 = 0 then 'a) Yes' else 'b) No' end,
    shown(case when settled_on <= as_of then settled_on else lac_start end),
    case when settled_on <= as_of then legal else first_legal_of(legal) end,
    shown(lac_start + reviewed_after(as_of - lac_start, h)[-1]),
    shown(greatest(lac_start, weekday_before(as_of - (1 + now_h % 42)::integer))), permanence_of(h >> 32),
    shown(case when as_of - lac_start >= 28 then greatest(lac_start, as_of - (5 + (now_h >> 8) % 170)::integer) end),
    shown(case when as_of - lac_start >= 28 then greatest(lac_start + 20, as_of - ((h >> 36) % 365)::integer) end),
    shown(case when as_of - lac_start >= 90 then greatest(lac_start + 60, as_of - ((h >> 40) % 365)::integer) end),
    case when place <= {{most_moved}} and end_on is null then 3 + (h >> 44) % 3
        when moved_on > lac_start and since < 12 then 2 else 1 end,
    shown(end_on),
    case when end_on is null then null when end_on >= born_on + interval 18 year then ceased_at_18_of(h >> 28)
        when is_uasc then 't) E8: Care ceased for any other reason' else ceased_of(h >> 28) end,
    shown(greatest(lac_start, moved_on)), placement_of(home_h),
    case when placement_of(home_h) like 'k)%' then 'a) PR0: Parents/Parental responsibility'
        else provider_of(home_h >> 8) end,
    '{POSTCODE}', syn('U', home_h % 3000), case when home_h % 5 < 3 then 'a) In' else 'b) Out' end,
    case when home_h % 5 < 3 then {{authority}} else {{neighbour}} end,
    missing, (now_h >> 20) % 24 // 23,
    case when missing > 0 then case when (now_h >> 28) % 8 = 0 then 'b) No' else 'a) Yes' end end,
    case when missing > 0 and (now_h >> 28) % 8 > 0
        then case when (now_h >> 32) % 3 = 0 then 'b) No' else 'a) Yes' end end,
    {STAFF.format(team="Looked After Children")}
from (
    -- the most recently moved have three placements or more, as many children as the plan says
    select *, row_number() over (order by end_on is not null, moved_on <= lac_start, since, case_no) as place,
        draw('home' || moved_on, case_no) as home_h, draw('now{{idx}}', case_no) as now_h,
        missing_by(as_of, lac_start, h) as missing
    from ({CARE})
) order by case_no""",
}
MACROS = (
    "create or replace macro syn(kind, n) as 'SYN-' || kind || case when n < 10000000 then lpad(n::varchar, 7, '0')"
    " else n::varchar end",
    "create or replace macro on_date(text) as strptime(text, '%d/%m/%Y')::date",
    "create or replace macro day_before_18(born) as (born + interval 18 year)::date - 1",
    "create or replace macro shown(d) as strftime(d, '%d/%m/%Y')",
    "create or replace macro closed_by(closed, last) as case when closed <= last then closed end",
    "create or replace macro weekday_from(d) as d + case isodow(d) when 6 then 2 when 7 then 1 else 0 end",
    "create or replace macro weekday_before(d) as d - case isodow(d) when 6 then 1 when 7 then 2 else 0 end",
    # codes as other layouts write them: '1A' of 'a) 1A: Individual', 'M' of 'a) Male'
    "create or replace macro code_in(text) as regexp_extract(text, '^(?:[a-z][)] )?([A-Z0-9]+)', 1)",
    "create or replace macro sex_in(gender) as"
    " case gender[:1] when 'a' then 'M' when 'b' then 'F' when 'c' then 'U' else 'I' end",
    "create or replace macro abuse_code_of(h) as ['NEG', 'PHY', 'SAB', 'EMO', 'MUL'][ascii(abuse_of(h)) - 96]",
    "create or replace macro add_workdays(d, n) as"
    " (select w.day from day as s join workday as w on w.no = s.no + n where s.day = d)",
    # what a child's care began under, before a court decided
    "create or replace macro first_legal_of(legal) as"
    " case legal[:2] when 'C1' then 'L2: EPO' when 'C2' then 'C1: ICO' when 'E1' then 'C2: FCO' else legal end",
    # factors that an assessment identified, as a list of the census' codes; 21 says that there are none
    "create or replace macro factors_of(h) as case when h % 12 = 0 then ['21'] else"
    " ['1A', '2A', '2B', '3A', '3B', '4A', '4B', '5A', '6A', '10A', '16A', '18B', '19B', '1C', '2C']"
    "[((h >> 4) % 12 + 1)::integer : ((h >> 4) % 12 + 1 + (h >> 8) % 4)::integer] end",
    # visited once in each month of a plan
    "create or replace macro visited(as_of, case_no) as"
    " weekday_before(as_of - (1 + (draw('visit' || month_idx(as_of), case_no) % 31))::integer)",
    # on which days since it began care was reviewed: 20 working days, three months and half a year are no shorter than
    # these; the later reviews of one child in ten are late
    "create or replace macro reviewed_after(days, h) as list_filter("
    "[26] || range(114, greatest(days, 114) + 1, case when (h >> 40) % 10 = 0 then 195 else 180 end)::integer[],"
    " lambda day: day <= days)",
    # goes missing on the same days of each year in care
    "create or replace macro goes_missing(h) as case when (h >> 48) % 12 = 0 then 1 + (h >> 52) % 3 else 0 end",
    "create or replace macro missing_by(as_of, since, h) as"
    " least(goes_missing(h), greatest(0, (as_of - since - 11) // 40 + 1))::integer",
    # a child moves home once in 48 months, in a month of its own
    "create or replace macro months_since_move(as_of, h) as"
    " (year(as_of) * 12 + month(as_of) + ((h >> 12) % 48)::integer) % 48",
    "create or replace macro moved(as_of, h) as least(as_of,"
    " (date_trunc('month', as_of) - to_months(months_since_move(as_of, h)::integer)"
    " + to_days(((h >> 18) % 27)::integer))::date)",
    "create or replace macro moved_before(as_of, h, k) as (date_trunc('month', as_of)"
    " - to_months((months_since_move(as_of, h) + 48 * k)::integer) + to_days(((h >> 18) % 27)::integer))::date",
    "create or replace macro uasc_ethnicity_of(h) as ['d) WOTH', 'd) WOTH', 'm) AOTH', 'o) BAFR', 'o) BAFR', 'r) OOTH']"
    "[(h % 6)::integer + 1]",
)


def query(sql: str, drawn_as: str, idx: int, last: date, fy_start: date, **extra: object) -> str:
    """The rows of one file, in the order of the cases. `drawn_as`: the list whose draws it shares."""
    texts = {
        key: "'" + value.replace("'", "''") + "'" if isinstance(value, str) else value for key, value in extra.items()
    }
    sql = sql.format(
        idx=idx, last=f"date '{last}'", fy=f"date '{fy_start}'", most_moved=texts.pop("most_moved", 0), **texts
    )
    return f"with seen as (select *, draw('{drawn_as}', case_no) as h from case_row) {sql}"
