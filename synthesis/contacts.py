"""The SQL of list 1: a month's contacts, in three parts. They never change once written, so later extracts repeat them.

1. Contacts that became referrals, a working day or two before. 2. Contacts about a child whose case has been open since
before the month. 3. All others: children of their own, one in five of them known from one to three months before.
"""

from datetime import date

CHILD = """syn('', {child_no}),
    case when {unborn} then 'c) Not stated/recorded' else gender_of({h}) end,
    case when {unborn} then 't) NOBT' when {uasc} then uasc_ethnicity_of({h} >> 24) else ethnicity_of({h} >> 24) end,
    shown(case when not ({unborn}) then {born} end),
    case when not ({unborn}) then date_sub('year', {born}, {on}) end"""
KNOWN_CHILD = CHILD.format(
    child_no="child_no", unborn="born_on > contact_on", uasc="is_uasc", h="child_h", born="born_on", on="contact_on"
)

REFERRED = f"""
select {KNOWN_CHILD},
    shown(contact_on), source_of(draw('source', case_no)), syn('C{{month}}-1', case_no),
    'CIN Referral', 'b) No'
from case_row where {{chosen}}"""

OPEN = f"""
select {KNOWN_CHILD},
    shown(contact_on), source_of(h >> 24), syn('C{{month}}-2', i + {{numbered_from}}),
    case when h % 3 = 0 then 'Information and Advice' else 'No Further Action' end, 'a) Yes'
from (
    select i, h, open_case.*, {{days}}[((child_h >> 8) % 64 + i // {{cases}}) % {{length}} + 1] as contact_on
    from (select i, draw('open{{month}}', i) as h from number where i >= {{start}} and i < {{stop}}) as drawn
    join open_case
        on open_case.place = (case when {{stride}} > 1 then i * {{stride}} + h % {{stride}} else i % {{cases}} end)
)"""

OTHERS = f"""
select {CHILD.format(child_no="child_no", unborn="h % 64 = 0", uasc="false", h="h", born="born_on", on="contact_on")},
    shown(contact_on), source_of(contact_h), syn('C{{month}}-3', i + {{numbered_from}}),
    contact_outcome_of(contact_h >> 16), 'b) No'
from (
    select *, base_day - (1 + (h >> 40) % 6400)::integer as born_on,
        {{days}}[((contact_h >> 32) % {{length}}) + 1] as contact_on
    from (
        select *, draw('child', child_no) as h from (
            select i, draw('contact{{month}}', i) as contact_h,
                case when {{repeated}} then {{bases}}[lag] + i // 3 else {{bases}}[4] + i end as child_no,
                case when {{repeated}} then {{firsts}}[lag] else {{firsts}}[4] end as base_day
            from (
                select i, (i % 3 + 1)::integer as lag, {{limits}}[(i % 3 + 1)::integer] as room
                from number where i >= {{start}} and i < {{stop}}
            )
        )
    )
)"""
REPEATED = "(i < {repeats} and i // 3 < room)"


def dates(days: list[date]) -> str:
    return "[" + ", ".join(f"date '{day}'" for day in days) + "]"


def referred(month: str, chosen: str) -> str:
    return REFERRED.format(month=month, chosen=chosen)


def open_cases(month: str, days: list[date], cases: int, n: int, numbered_from: int, start: int, stop: int) -> str:
    """Distinct children while there are enough; else the same again on other days. `n` contacts in all."""
    return OPEN.format(
        month=month,
        days=dates(days),
        length=len(days),
        cases=cases,
        stride=max(cases // n, 1),
        numbered_from=numbered_from,
        start=start,
        stop=stop,
    )


def others(
    month: str, days: list[date], pools: list[tuple], repeats: int, numbered_from: int, start: int, stop: int
) -> str:
    """`pools`: first child number, first day and size of the months 1, 2 and 3 before, and of this one."""
    return OTHERS.format(
        month=month,
        days=dates(days),
        length=len(days),
        bases=[base for base, _, _ in pools],
        firsts=dates([first for _, first, _ in pools]),
        limits=[size for _, _, size in pools],
        repeated=REPEATED.format(repeats=repeats),
        numbered_from=numbered_from,
        start=start,
        stop=stop,
    )
