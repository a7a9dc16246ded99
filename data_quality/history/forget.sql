-- what was worked out from other deliveries than those of now, or never finished
delete from history.reporting_months as known
where
    not known.is_kept
    or not exists (
        select 1
        from history.delivered_months as delivered
        where
            delivered.authority_code = known.authority_code
            and delivered.reporting_month = known.reporting_month
            and delivered.deliveries = known.deliveries
    )
;
delete from history.kpi_values
where (authority_code, reporting_month) not in (select (authority_code, reporting_month) from history.reporting_months)
;
