-- grain: one row per authority that has values
select
    dim_authority.authority_code as code,
    dim_authority.authority_name as name,
    authorities.folder,
    max(kpi_monthly.month) as latest_month,
    dim_authority.is_home_authority as is_home
from marts.kpi_monthly
inner join core.dim_authority using (authority_code)
inner join reference.authorities using (authority_code)
where kpi_monthly.value is not null
group by all
order by code
