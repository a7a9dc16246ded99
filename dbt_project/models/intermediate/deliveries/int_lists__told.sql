-- grain: one row per authority, list and reporting month delivered: from which month on its list holds everything, and
-- since when lists have told of every month without a gap
with
    -- a list that none came before reaches back as far as it has events of every month
    filed as (
        select
            authority_code,
            extract,
            reporting_month,
            filing_month,
            row_number() over (
                partition by authority_code, extract, reporting_month order by filing_month desc nulls last
            ) as months_back
        from {{ ref("int_lists__held") }}
        where filing_month <= reporting_month
    ),

    filed_without_a_gap as (
        select authority_code, extract, reporting_month, min(filing_month) as from_month
        from filed
        where filing_month = {{ add_months_to("reporting_month", "1 - months_back") }}
        group by authority_code, extract, reporting_month
    ),

    compared as (
        select
            authority_code,
            extract,
            reporting_month,
            lead(min(next_reaches_from)) over (
                partition by authority_code, extract order by reporting_month desc nulls last
            ) as from_month
        from {{ ref("int_lists__held") }}
        group by authority_code, extract, reporting_month
    ),

    with_reach as (
        select
            delivered.authority_code,
            delivered.extract,
            delivered.reporting_month,
            case
                when reaches.reach is not null
                then {{ declared_reach("reaches.reach", "delivered.reporting_month") }}
                when delivered.dataset = 'ssd'
                then date '1900-01-01'
                when delivered.dataset <> 'annex_a'
                then {{ financial_year_start("delivered.reporting_month") }}
                else
                    least(
                        delivered.reporting_month,
                        coalesce(filed_without_a_gap.from_month, delivered.reporting_month),
                        coalesce(compared.from_month, delivered.reporting_month)
                    )
            end as reaches_from
        from {{ ref("int_lists__delivered") }} as delivered
        left join
            {{ ref("list_reaches") }} as reaches
            on delivered.authority_code = reaches.authority_code
            and delivered.extract = reaches.list
        left join
            filed_without_a_gap
            on delivered.authority_code = filed_without_a_gap.authority_code
            and delivered.extract = filed_without_a_gap.extract
            and delivered.reporting_month = filed_without_a_gap.reporting_month
        left join
            compared
            on delivered.authority_code = compared.authority_code
            and delivered.extract = compared.extract
            and delivered.reporting_month = compared.reporting_month
    ),

    with_gaps as (
        select
            authority_code,
            extract,
            reporting_month,
            reaches_from,
            case
                when reaches_from <= {{ add_months_to("lag(reporting_month) over in_order", 1) }} then 0 else 1
            end as follows_a_gap
        from with_reach
        window in_order as (partition by authority_code, extract order by reporting_month asc nulls last)
    ),

    numbered as (
        select
            authority_code,
            extract,
            reporting_month,
            reaches_from,
            sum(follows_a_gap) over (
                partition by authority_code, extract
                order by reporting_month asc nulls last
                rows between unbounded preceding and current row
            ) as gaps_before
        from with_gaps
    )

select
    authority_code,
    extract,
    reporting_month,
    reaches_from,
    min(reaches_from) over (
        partition by authority_code, extract, gaps_before
        order by reporting_month asc nulls last
        rows between unbounded preceding and current row
    ) as told_since
from numbered
