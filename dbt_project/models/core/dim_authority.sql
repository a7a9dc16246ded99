-- grain: one row per authority
select authority_code, authority_name, region from {{ ref("authorities") }}
