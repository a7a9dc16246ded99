-- grain: one row per authority and list of events: since when its latest delivery holds everything, and who says so
with
    in_order as (
        select
            authority_code,
            extract,
            reporting_month,
            dataset,
            next_reporting_month,
            lag(reporting_month) over (
                partition by authority_code, extract order by reporting_month
            ) as earlier_reporting_month
        from intermediate.int_lists__delivered
    ),

    latest as (
        select
            in_order.authority_code,
            in_order.extract,
            in_order.reporting_month,
            in_order.dataset,
            in_order.earlier_reporting_month,
            told.reaches_from
        from in_order
        inner join intermediate.int_lists__told as told using (authority_code, extract, reporting_month)
        where in_order.next_reporting_month is null
    ),

    -- what the list before had of the months that this one holds; of a list of its own month alone, of the last month
    repeated as (
        select
            latest.authority_code,
            latest.extract,
            cast(sum(held.events) as bigint) as events,
            cast(sum(held.repeated_events) as bigint) as repeated_events
        from latest
        inner join
            intermediate.int_lists__held as held
            on latest.authority_code = held.authority_code
            and latest.extract = held.extract
            and latest.earlier_reporting_month = held.reporting_month
            and held.filing_month >= least(latest.reaches_from, latest.earlier_reporting_month)
            and held.filing_month <= latest.earlier_reporting_month
        group by latest.authority_code, latest.extract
    )

select
    authorities.authority_name,
    authorities.folder,
    latest.extract,
    latest.reporting_month,
    nullif(latest.reaches_from, date '1900-01-01') as reaches_from,
    case
        when reaches.reach is not null then 'declared' when latest.dataset = 'annex_a' then 'told' else 'dataset'
    end as said_by,
    latest.earlier_reporting_month,
    repeated.events,
    repeated.repeated_events
from latest
inner join reference.extracts as extracts using (extract)
left join repeated using (authority_code, extract)
left join
    reference.list_reaches as reaches
    on latest.authority_code = reaches.authority_code
    and latest.extract = reaches.list
left join reference.authorities as authorities on latest.authority_code = authorities.authority_code
order by authorities.authority_name, extracts.title
