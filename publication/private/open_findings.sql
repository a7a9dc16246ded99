-- grain: one row per severity that has open findings
select severity, count(*) as findings from quality.findings where status = 'open' group by severity
