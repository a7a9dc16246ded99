-- grain: one row per authority, month and child of the tables ssd_person and ssd_disability, as last delivered: who the
-- child is, and whether disabled
with
    due as (
        select authority_code, reporting_month, max(loaded_at) as loaded_at
        from {{ ref("int_deliveries") }}
        where extract in ('ssd_person', 'ssd_disability') and is_current
        group by authority_code, reporting_month
        having {{ is_new_to_this("max(loaded_at)") }}
    ),

    -- a person who is there twice is who the last row says
    people as (
        select
            authority_code,
            reporting_month,
            child_key,
            birth_date,
            is_birth_date_blank,
            case
                when gender_code in ('M', 'F', 'N') then gender_code else coalesce(sex_code, gender_code)
            end as gender_code,
            ethnicity_code,
            rejected_cells
        from {{ ref("stg_ssd__person") }}
        where child_key is not null and {{ is_current("ssd_person") }}
        qualify
            row_number() over (
                partition by authority_code, reporting_month, child_key order by source_row desc nulls last
            )
            = 1
    ),

    disabilities as (
        select authority_code, reporting_month, child_key, max({{ disability_code("disability") }}) as disability_code
        from {{ ref("stg_ssd__disability") }}
        where child_key is not null and {{ is_current("ssd_disability") }}
        group by authority_code, reporting_month, child_key
    ),

    -- a corrected table of persons may leave out a child whose disability is still listed
    children as (
        select
            coalesce(people.authority_code, disabilities.authority_code) as authority_code,
            coalesce(people.reporting_month, disabilities.reporting_month) as reporting_month,
            coalesce(people.child_key, disabilities.child_key) as child_key,
            people.birth_date,
            people.is_birth_date_blank,
            people.gender_code,
            people.ethnicity_code,
            disabilities.disability_code,
            people.rejected_cells
        from people
        full join
            disabilities
            on people.authority_code = disabilities.authority_code
            and people.reporting_month = disabilities.reporting_month
            and people.child_key = disabilities.child_key
    )

select
    due.authority_code,
    due.reporting_month,
    children.child_key,
    children.birth_date,
    children.is_birth_date_blank,
    children.gender_code,
    children.ethnicity_code,
    children.disability_code,
    children.rejected_cells,
    due.loaded_at
from due
inner join children on due.authority_code = children.authority_code and due.reporting_month = children.reporting_month
