-- grain: one row per authority and statistical neighbour, by the latest model: of reference.statistical_neighbours and
-- of the tables delivered
with
    delivered as (
        {% for rank in range(1, 11) %}
            select
                dfe_code,
                neighbour_{{ rank }} as neighbour_dfe_code,
                {{ rank }} as neighbour_rank,
                reporting_month,
                version,
                authority_code as delivered_to,
                -- the table does not say of which year its model is; the name of the file may
                coalesce(
                    try_cast(regexp_extract(file_path, '[^0-9/](20[0-9][0-9])[^0-9/][^/]*$', 1) as int),
                    year(reporting_month)
                ) as model_year
            from {{ ref("stg_published__neighbour_tables") }} {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    -- a code stays when an authority takes the place of another; some tables name the authorities instead
    authorities_in_force as (
        select lower(dfe_code) as called, authority_code
        from {{ ref("authorities") }}
        where valid_to is null and dfe_code is not null

        union all

        select lower(authority_name) as called, authority_code
        from {{ ref("authorities") }}
        where valid_to is null and dfe_code is not null
    ),

    stated as (
        select authority_code, neighbour_code, neighbour_rank, model_year, 0 as delivery, '' as delivered_to
        from {{ ref("statistical_neighbours") }}

        union all

        select
            own.authority_code,
            neighbours.authority_code as neighbour_code,
            delivered.neighbour_rank,
            cast(delivered.model_year as int) as model_year,
            delivered.version as delivery,
            delivered.delivered_to
        from delivered
        inner join authorities_in_force as own on lower(delivered.dfe_code) = own.called
        inner join authorities_in_force as neighbours on lower(delivered.neighbour_dfe_code) = neighbours.called
        left join
            {{ source("quality", "ingest_ledger") }} as withdrawn
            on withdrawn.status = 'withdrawn'
            and withdrawn.extract = 'neighbour_tables'
            and delivered.delivered_to = withdrawn.authority_code
            and delivered.reporting_month = withdrawn.reporting_month
            and delivered.version = withdrawn.version
        where withdrawn.version is null
    )

select authority_code, neighbour_code, neighbour_rank, model_year
from stated
qualify
    rank() over (
        partition by authority_code
        order by model_year desc nulls last, delivery desc nulls last, delivered_to desc nulls last
    )
    = 1
