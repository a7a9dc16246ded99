"""Periods of care told in episodes: what the Standard Safeguarding Dataset and SSDA903 ask for, and Annex A does not.

Each text below is the SQL of common table expressions over `seen`, which has the draws of Annex A's list 8.
"""

from synthesis.lists import CARE

ENDED_FOR = """case
        when end_on >= born_on + interval 18 year then ceased_at_18_of(h >> 28)
        when is_uasc then 't) E8: Care ceased for any other reason' else ceased_of(h >> 28)
    end"""
NEED = "case when is_uasc then 'N8' else need_of(h >> 8)[:2] end"

# placement: grain one row per home of a child in care, the first one since care began
PLACEMENTS = f"""
care as ({CARE}),
placement as (
    select
        case_no, child_no, lac_start, end_on, greatest(lac_start, home_on) as start_on,
        case when k = 0 then end_on else left_on end as until_on, k > 0 as has_left,
        code_in(placement_of(home_h)) as type,
        case when placement_of(home_h) like 'k)%' then 'PR0' else code_in(provider_of(home_h >> 8)) end as provider,
        syn('U', home_h % 3000) as urn, h
    from (
        select *, draw('home' || home_on, case_no) as home_h
        from (
            select
                *, case k when 0 then moved_on else moved_before(as_of, h, k) end as home_on,
                case k when 0 then null when 1 then moved_on else moved_before(as_of, h, k - 1) end as left_on
            from (select *, unnest(range(0, 3 + (as_of - lac_start) // 1460)) as k from care)
        ) where k = 0 or left_on > lac_start
    )
)"""

# episode: grain one row per stretch of care with one home and one legal status; rne is why it began, in SSDA903's codes
EPISODES = f"""
{PLACEMENTS},
turned as (
    select case_no, start_on as on_day, true as is_move, false as is_legal from placement
    union all
    select case_no, settled_on, false, true from care where settled_on > lac_start and settled_on <= as_of
),
began as (select case_no, on_day, bool_or(is_move) as moved, bool_or(is_legal) as settled from turned group by all),
episode as (
    select
        care.*, began.on_day,
        case
            when began.on_day = care.lac_start then 'S' when moved and settled then 'B' when moved then 'P' else 'L'
        end as rne,
        lead(began.on_day) over (partition by case_no order by began.on_day) as next_on,
        code_in(case when began.on_day >= settled_on then legal else first_legal_of(legal) end) as legal_code,
        home.type, home.provider, home.urn
    from began join care using (case_no)
    asof join placement as home on home.case_no = began.case_no and home.start_on <= began.on_day
)"""

# review: grain one row per statutory review of care
REVIEWS = f"""
care as ({CARE}),
review as (
    select *, lac_start + days as review_on
    from (select *, unnest(reviewed_after(as_of - lac_start, h)) as days from care)
)"""

# missing: grain one row per time a child went missing in the last two years
MISSING = f"""
care as ({CARE}),
missing as (
    select *, gone_on + ((h >> 56) % 4)::integer as back_on
    from (
        select *, lac_start + (11 + 40 * n + 365 * year_no)::integer as gone_on
        from (
            select *, unnest(range(0, goes_missing(h))) as n, year_no
            from (select *, unnest(range(0, 1 + (as_of - lac_start) // 365)) as year_no from care)
        )
    ) where gone_on <= as_of and gone_on > as_of - 730
)"""
