-- grain: one row per authority that has values
select
    authority_code as code, authority_name as name, folder, max(month) as latest_month, is_home_authority as is_home
from marts.kpi_monthly
inner join core.dim_authority using (authority_code)
inner join reference.authorities using (authority_code)
where value is not null
group by all
order by code
