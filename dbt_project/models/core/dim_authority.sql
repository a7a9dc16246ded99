-- grain: one row per authority
with
    delivered as (
        select authority_code, min(received_at) as first_received_at
        from {{ source("quality", "ingest_ledger") }}
        where status in ('accepted', 'withdrawn')
        group by authority_code
    ),

    first_load as (select min(loaded_at) as loaded_at from {{ source("quality", "ingest_ledger") }}),

    -- the one that had delivered, alone, when the first rows were loaded
    begun_with as (
        select max(delivered.authority_code) as authority_code
        from delivered
        -- what is published of every area lies in a folder of its own, and is no authority's
        inner join {{ ref("authorities") }} as authorities on delivered.authority_code = authorities.authority_code
        inner join first_load on delivered.first_received_at <= first_load.loaded_at
        having count(*) = 1
    )

select
    authorities.authority_code,
    authorities.authority_name,
    authorities.region,
    begun_with.authority_code is not null as is_home_authority
from {{ ref("authorities") }} as authorities
left join begun_with on authorities.authority_code = begun_with.authority_code
