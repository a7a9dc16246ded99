-- grain: one row per authority and list delivered: whether it has children again whose data was erased
{% set facts = [
    ("annex_a_contacts", ref("fct_contacts")),
    ("annex_a_referrals", ref("fct_referrals")),
    ("annex_a_assessments", ref("fct_assessments")),
    ("annex_a_section_47", ref("fct_section_47")),
    ("annex_a_cin", ref("fct_cin_episodes")),
    ("annex_a_cpp", ref("fct_cpp")),
    ("annex_a_lac", ref("fct_lac")),
] %}
with
    events as (
        {% for list, fact in facts %}
            select '{{ list }}' as extract, authority_code, child_key from {{ fact }} {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    back as (
        select
            events.authority_code,
            events.extract,
            count(distinct events.child_key) as children,
            max(erased.erased_on) as erased_on
        from events
        inner join
            {{ source("decisions", "erased_children") }} as erased
            on events.authority_code = erased.authority_code
            and events.child_key = erased.child_key
        group by events.authority_code, events.extract
    ),

    latest as (
        select authority_code, extract, own_extract, reporting_month, file_path, sheet
        from {{ ref("int_lists__files") }}
        qualify row_number() over (partition by authority_code, extract order by reporting_month desc nulls last) = 1
    )

select
    'erased_children_stay_away' as check_id,
    {{ comparison_id(["'erased_children_stay_away'", "latest.authority_code", "latest.extract"]) }} as comparison_id,
    latest.authority_code,
    latest.own_extract as extract,
    latest.reporting_month,
    latest.reporting_month as month,
    cast(null as string) as measure_id,
    cast(coalesce(back.children, 0) as double) as observed,
    cast(0 as double) as expected,
    back.children is null as is_agreed,
    extracts.title
    || ': '
    || case when back.children = 1 then '1 child is' else {{ show_count("back.children") }} || ' children are' end
    || ' in it again whose data was erased on '
    || cast(back.erased_on as string)
    || '. Months before that count them twice. Ask the records team whether the case was opened again. '
    || 'If not, run csc erase again.' as message,
    latest.file_path || coalesce(', sheet ' || latest.sheet, '') as source_ref
from latest
inner join {{ ref("extracts") }} as extracts on latest.own_extract = extracts.extract
left join back on latest.authority_code = back.authority_code and latest.extract = back.extract
