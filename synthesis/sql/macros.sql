-- How the files write ids, dates and codes, and when things happen to a child.
-- `h` is a number drawn for a child or an event; each use takes other bits of it.
-- `as_of` is the month's last day, or the day a period ended if that is earlier.
-- a number for one key, the same for the same seed on any machine
create or replace macro draw(what, key) as
    (md5_number_lower(getvariable('draw_key') || '|' || what || '|' || key) >> 1)::bigint;

-- the month that is being written
create or replace macro month_last() as getvariable('month_last');
create or replace macro april() as getvariable('april');
create or replace macro so_far(on_day) as case when on_day <= month_last() then on_day end;
create or replace macro is_listed(start_on, end_on) as start_on <= month_last() and (end_on is null or end_on >= april());

-- months and days
create or replace macro month_idx(d) as
    ((year(d) - year(getvariable('window_first'))) * 12 + month(d) - month(getvariable('window_first')) + 1)::integer;
create or replace macro half_month(d) as 2 * month_idx(d) + (day(d) > 15)::integer;
create or replace macro day_before_18(born) as (born + interval 18 year)::date - 1;
create or replace macro weekday_from(d) as d + case isodow(d) when 6 then 2 when 7 then 1 else 0 end;
create or replace macro weekday_before(d) as d - case isodow(d) when 6 then 1 when 7 then 2 else 0 end;

-- ids and dates as text
create or replace macro syn(kind, n) as
    'SYN-' || kind || case when n < 10000000 then lpad(n::varchar, 7, '0') else n::varchar end;
create or replace macro on_date(text) as strptime(text, '%d/%m/%Y')::date;
create or replace macro shown(d) as strftime(d, '%d/%m/%Y');

-- codes as the other datasets write them: '1A' of 'a) 1A: Individual', 'M' of 'a) Male'
create or replace macro code_in(text) as regexp_extract(text, '^(?:[a-z][)] )?([A-Z0-9]+)', 1);
create or replace macro sex_in(gender) as
    case gender[:1] when 'a' then 'M' when 'b' then 'F' when 'c' then 'U' else 'I' end;
create or replace macro sex_m_f_u(gender) as case sex_in(gender) when 'M' then 'M' when 'F' then 'F' else 'U' end;
create or replace macro abuse_code_of(h) as ['NEG', 'PHY', 'SAB', 'EMO', 'MUL'][ascii(abuse_of(h)) - 96];

-- the child
create or replace macro uasc_ethnicity_of(h) as
    ['d) WOTH', 'd) WOTH', 'm) AOTH', 'o) BAFR', 'o) BAFR', 'r) OOTH'][(h % 6)::integer + 1];
create or replace macro child_ethnicity_of(h, is_uasc) as
    case when is_uasc then uasc_ethnicity_of(h >> 24) else ethnicity_of(h >> 24) end;
-- as a list shows them on a day; an unborn child has none
create or replace macro gender_on(on_day, born_on, h) as
    case when on_day < born_on then 'c) Not stated/recorded' else gender_of(h) end;
create or replace macro ethnicity_on(on_day, born_on, h, is_uasc) as
    case when on_day < born_on then 't) NOBT' else child_ethnicity_of(h, is_uasc) end;
create or replace macro born_by(on_day, born_on) as case when on_day >= born_on then born_on end;
create or replace macro age_on(on_day, born_on) as
    case when on_day >= born_on then date_sub('year', born_on, least(on_day, day_before_18(born_on))) end;

-- the case; drawn by its number, so that every list says the same of it
create or replace macro case_source(case_no) as source_of(draw('source', case_no));
create or replace macro case_need_code(case_no, is_uasc) as
    case when is_uasc then 'N8' else need_of(draw('list_6_cin', case_no) >> 8)[:2] end;
create or replace macro case_closed_for(case_no, has_cpp, has_lac, has_cin, has_assessment) as
    case
        when has_cpp or has_lac or has_cin then plan_closure_of(draw('list_3_referrals', case_no) >> 8)
        when has_assessment then assessment_closure_of(draw('list_3_referrals', case_no) >> 8)
        else plan_closure_of(0)
    end;
create or replace macro team_of(name, h) as name || ' Team ' || (1 + (h >> 34) % 6);
create or replace macro worker_of(h) as 'Synthetic Worker ' || (1 + (h >> 36) % 90);
create or replace macro worker_id_of(h) as 'W' || (1 + (h >> 36) % 90);

-- the factors that an assessment identified, as a list of the census's codes; 21 says that there are none
create or replace macro factors_of(h) as
    case
        when h % 12 = 0 then ['21']
        else
            ['1A', '2A', '2B', '3A', '3B', '4A', '4B', '5A', '6A', '10A', '16A', '18B', '19B', '1C', '2C'][
                ((h >> 4) % 12 + 1)::integer : ((h >> 4) % 12 + 1 + (h >> 8) % 4)::integer
            ]
    end;

-- child protection plans: visited once in each month
create or replace macro visited(as_of, case_no) as
    weekday_before(as_of - (1 + (draw('visit' || month_idx(as_of), case_no) % 31))::integer);
-- reviewed after three months, then every six: how many reviews there were by a day, and the day of review n, from 0
create or replace macro plan_reviews_by(on_day, cpp_start) as divide(date_sub('month', cpp_start, on_day) + 3, 6);
create or replace macro plan_review(cpp_start, n) as (cpp_start + to_months((3 + 6 * n)::integer))::date;
create or replace macro latest_abuse_h(h) as case when (h >> 16) % 12 = 0 then h >> 20 else h >> 8 end;
create or replace macro earlier_plans(h, had_cpp) as
    had_cpp::integer + case when (h >> 40) % 100 < 11 then 1 + ((h >> 48) % 5 = 0)::integer else 0 end;

-- periods of care: what care began under, before a court decided
create or replace macro first_legal_of(legal) as
    case legal[:2] when 'C1' then 'L2: EPO' when 'C2' then 'C1: ICO' when 'E1' then 'C2: FCO' else legal end;
create or replace macro ended_for(end_on, born_on, is_uasc, h) as
    case
        when end_on >= born_on + interval 18 year then ceased_at_18_of(h >> 28)
        when is_uasc then 't) E8: Care ceased for any other reason'
        else ceased_of(h >> 28)
    end;
-- the days after care began on which it was reviewed: 20 working days, three months and half a year are no shorter than
-- these. The later reviews of one child in ten are late.
create or replace macro reviewed_after(days, h) as
    list_filter(
        [26] || range(114, greatest(days, 114) + 1, case when (h >> 40) % 10 = 0 then 195 else 180 end)::integer[],
        lambda day: day <= days
    );
-- a child goes missing on the same days of each year in care
create or replace macro goes_missing(h) as case when (h >> 48) % 12 = 0 then 1 + (h >> 52) % 3 else 0 end;
create or replace macro missing_by(as_of, since, h) as
    least(goes_missing(h), greatest(0, divide(as_of - since - 11, 40) + 1))::integer;
-- a child moves home once in 48 months, in a month of its own
create or replace macro months_since_move(as_of, h) as
    (year(as_of) * 12 + month(as_of) + ((h >> 12) % 48)::integer) % 48;
create or replace macro moved_before(as_of, h, k) as
    (
        date_trunc('month', as_of)
        - to_months((months_since_move(as_of, h) + 48 * k)::integer)
        + to_days(((h >> 18) % 27)::integer)
    )::date;
create or replace macro moved(as_of, h) as least(as_of, moved_before(as_of, h, 0));

-- XML
create or replace macro tag(name, value) as coalesce('<' || name || '>' || value || '</' || name || '>', '');
create or replace macro element(name, is_there, inside) as
    case when is_there then '<' || name || '>' || inside || '</' || name || '>' else '' end;
