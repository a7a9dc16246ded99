-- grain: one row per equation that does not hold and that would, with at least one other, if one printed figure read
-- otherwise
{{ config(materialized="view") }}
with
    repairs as (
        select
            *,
            figure - off_by * sign as likely_figure,
            sum(case when off_by = 0 then 1 else 0 end) over (partition by cell_id) as unsettled,
            count(*) over (partition by cell_id, off_by * sign) as settled
        from {{ ref("figure_equations") }}
    ),

    -- of the figures of an equation the one whose repair makes most equations agree, if it is one
    ranked as (
        select
            *,
            count(*) over (
                partition by authority_code, equation, subject, equation_month, settled - unsettled
            ) as rivals,
            max(settled - unsettled) over (partition by authority_code, equation, subject, equation_month) as most
        from repairs
        where off_by <> 0 and likely_figure >= 0
    )

select
    equation,
    subject,
    equation_month,
    cell_id,
    authority_code,
    extract,
    reporting_month,
    measure_id,
    period,
    month,
    label,
    figure,
    likely_figure,
    settled,
    unsettled,
    source_ref,
    '"' || label || '", ' || case period when 'ytd' then 'year to ' else '' end || month_name as about
from ranked
where settled - unsettled = most and most >= 2 and rivals = 1
-- of two repairs of one figure the one that settles more
qualify dense_rank() over (partition by cell_id order by settled desc nulls last, likely_figure asc nulls last) = 1
