-- grain: one row per cell of a child-level file that could not be read, and per row without its child or date; every
-- version
{{ config(materialized="table") }}
{% set tables = {
    "annex_a_assessments": ref("stg_annex_a__assessments"),
    "annex_a_cin": ref("stg_annex_a__cin"),
    "annex_a_contacts": ref("stg_annex_a__contacts"),
    "annex_a_cpp": ref("stg_annex_a__cpp"),
    "annex_a_lac": ref("stg_annex_a__lac"),
    "annex_a_referrals": ref("stg_annex_a__referrals"),
    "annex_a_section_47": ref("stg_annex_a__section_47"),
    "cin_census_assessments": ref("stg_cin_census__assessments"),
    "cin_census_cpp": ref("stg_cin_census__cpp"),
    "cin_census_cpp_reviews": ref("stg_cin_census__cpp_reviews"),
    "cin_census_plans": ref("stg_cin_census__plans"),
    "cin_census_referrals": ref("stg_cin_census__referrals"),
    "cin_census_section_47": ref("stg_cin_census__section_47"),
    "ssd_assessment_factors": ref("stg_ssd__assessment_factors"),
    "ssd_cin_assessments": ref("stg_ssd__cin_assessments"),
    "ssd_cin_episodes": ref("stg_ssd__cin_episodes"),
    "ssd_cin_plans": ref("stg_ssd__cin_plans"),
    "ssd_cla_episodes": ref("stg_ssd__cla_episodes"),
    "ssd_cla_placement": ref("stg_ssd__cla_placement"),
    "ssd_cla_reviews": ref("stg_ssd__cla_reviews"),
    "ssd_contacts": ref("stg_ssd__contacts"),
    "ssd_cp_plans": ref("stg_ssd__cp_plans"),
    "ssd_cp_reviews": ref("stg_ssd__cp_reviews"),
    "ssd_cp_visits": ref("stg_ssd__cp_visits"),
    "ssd_disability": ref("stg_ssd__disability"),
    "ssd_immigration_status": ref("stg_ssd__immigration_status"),
    "ssd_initial_cp_conference": ref("stg_ssd__initial_cp_conference"),
    "ssd_legal_status": ref("stg_ssd__legal_status"),
    "ssd_missing": ref("stg_ssd__missing"),
    "ssd_person": ref("stg_ssd__person"),
    "ssd_s47_enquiry": ref("stg_ssd__s47_enquiry"),
    "ssda903_episodes": ref("stg_ssda903__episodes"),
    "ssda903_header": ref("stg_ssda903__header"),
    "ssda903_missing": ref("stg_ssda903__missing"),
    "ssda903_reviews": ref("stg_ssda903__reviews"),
    "ssda903_uasc": ref("stg_ssda903__uasc"),
} %}
with
    rejected as (
        {% for extract, staged in tables.items() %}
            select '{{ extract }}' as extract, authority_code, reporting_month, version, source_row, rejected_cells
            from {{ staged }}
            where rejected_cells is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    cells as (
        select
            deliveries.delivery_id,
            rejected.authority_code,
            rejected.extract,
            rejected.reporting_month,
            rejected.version,
            deliveries.is_current,
            deliveries.file_path,
            deliveries.sheet,
            deliveries.file_sha256,
            rejected.source_row,
            columns.column_name,
            columns.reading,
            columns.code_list,
            columns.is_personal,
            columns.is_needed as is_event_lost,
            {{ json_text_at("rejected.rejected_cells", "columns.column_name") }} as raw_text,
            {{ json_text_at("deliveries.columns_chosen", "columns.column_name") }} as column_letter
        from rejected
        inner join
            {{ ref("int_deliveries") }} as deliveries
            on rejected.extract = deliveries.extract
            and rejected.authority_code = deliveries.authority_code
            and rejected.reporting_month = deliveries.reporting_month
            and rejected.version = deliveries.version
        inner join {{ ref("list_columns") }} as columns on rejected.extract = columns.extract
    )

select
    delivery_id,
    authority_code,
    extract,
    reporting_month,
    version,
    is_current,
    file_path,
    sheet,
    file_sha256,
    source_row,
    column_name,
    code_list,
    is_personal,
    is_event_lost,
    raw_text,
    case when trim(raw_text) = '' then 'left blank, and without it the row counts nowhere' else reading end as reason,
    {{ list_cell("file_path", "sheet", "source_row", "column_name", "column_letter") }} as source_ref
from cells
where raw_text is not null
