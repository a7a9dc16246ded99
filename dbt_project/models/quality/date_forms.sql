-- grain: one row per authority, child-level file (every version), date column and way of writing
-- Staging writes down one letter for each date of a row, in the order of the contract.
{% set tables = [
    ("annex_a_assessments", ref("stg_annex_a__assessments")),
    ("annex_a_cin", ref("stg_annex_a__cin")),
    ("annex_a_contacts", ref("stg_annex_a__contacts")),
    ("annex_a_cpp", ref("stg_annex_a__cpp")),
    ("annex_a_lac", ref("stg_annex_a__lac")),
    ("annex_a_referrals", ref("stg_annex_a__referrals")),
    ("annex_a_section_47", ref("stg_annex_a__section_47")),
    ("cin_census_assessments", ref("stg_cin_census__assessments")),
    ("cin_census_cpp", ref("stg_cin_census__cpp")),
    ("cin_census_cpp_reviews", ref("stg_cin_census__cpp_reviews")),
    ("cin_census_plans", ref("stg_cin_census__plans")),
    ("cin_census_referrals", ref("stg_cin_census__referrals")),
    ("cin_census_section_47", ref("stg_cin_census__section_47")),
    ("ssd_cin_assessments", ref("stg_ssd__cin_assessments")),
    ("ssd_cin_episodes", ref("stg_ssd__cin_episodes")),
    ("ssd_cin_plans", ref("stg_ssd__cin_plans")),
    ("ssd_cla_episodes", ref("stg_ssd__cla_episodes")),
    ("ssd_cla_placement", ref("stg_ssd__cla_placement")),
    ("ssd_cla_reviews", ref("stg_ssd__cla_reviews")),
    ("ssd_contacts", ref("stg_ssd__contacts")),
    ("ssd_cp_plans", ref("stg_ssd__cp_plans")),
    ("ssd_cp_reviews", ref("stg_ssd__cp_reviews")),
    ("ssd_cp_visits", ref("stg_ssd__cp_visits")),
    ("ssd_immigration_status", ref("stg_ssd__immigration_status")),
    ("ssd_initial_cp_conference", ref("stg_ssd__initial_cp_conference")),
    ("ssd_legal_status", ref("stg_ssd__legal_status")),
    ("ssd_missing", ref("stg_ssd__missing")),
    ("ssd_person", ref("stg_ssd__person")),
    ("ssd_s47_enquiry", ref("stg_ssd__s47_enquiry")),
    ("ssda903_episodes", ref("stg_ssda903__episodes")),
    ("ssda903_header", ref("stg_ssda903__header")),
    ("ssda903_missing", ref("stg_ssda903__missing")),
    ("ssda903_reviews", ref("stg_ssda903__reviews")),
    ("ssda903_uasc", ref("stg_ssda903__uasc")),
] %}
with
    written as (
        {% for extract, staged in tables %}
            select '{{ extract }}' as extract, authority_code, reporting_month, version, date_forms, count(*) as cells
            from {{ staged }}
            group by authority_code, reporting_month, version, date_forms
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    letters as (
        select
            written.authority_code,
            written.extract,
            written.reporting_month,
            written.version,
            columns.column_name as source_column,
            substr(written.date_forms, columns.date_number, 1) as letter,
            written.cells
        from written
        inner join
            {{ ref("list_columns") }} as columns
            on written.extract = columns.extract
            and columns.date_number is not null
    )

select
    authority_code,
    extract,
    reporting_month,
    version,
    source_column,
    case
        letter
        when 'i'
        then 'yyyy-mm-dd'
        when 'I'
        then 'yyyy-mm-dd with a time'
        when 'd'
        then 'dd/mm/yyyy'
        when 'D'
        then 'dd/mm/yyyy with a time'
        when 'y'
        then 'dd/mm/yy'
        when 'Y'
        then 'dd/mm/yy with a time'
        when 'x'
        then 'day number of Excel'
        when 'X'
        then 'day number of Excel with a time'
        when '-'
        then 'blank'
        else 'not recognised'
    end as form,
    cast(sum(cells) as bigint) as cells
from letters
group by authority_code, extract, reporting_month, version, source_column, letter
