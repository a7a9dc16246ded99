-- grain: one row per authority, list, reporting month and month of filing: what the list that leads holds
-- A list of events holds those of the month, or of some months back; one of plans or periods of care holds what is open
-- or ended in them. How far back the next list holds everything is declared in reference.list_reaches, or else told by
-- it: back to the first month that int_lists__repeated finds in it.
-- What one list held and the next one should hold and does not is withdrawn.
with
    -- the month from which on the next list holds everything
    with_reach as (
        select
            compared.authority_code,
            compared.extract,
            compared.reporting_month,
            compared.next_reporting_month,
            compared.filing_month,
            compared.loaded_at,
            compared.events,
            compared.repeated_events,
            compared.is_in_next,
            reaches.reach is not null as is_declared,
            case
                when reaches.reach is not null
                then {{ declared_reach("reaches.reach", "compared.next_reporting_month") }}
                else
                    min(
                        case
                            when compared.is_in_next and compared.filing_month < date '9999-12-01'
                            then compared.filing_month
                        end
                    ) over (partition by compared.authority_code, compared.extract, compared.reporting_month)
            end as next_reaches_from
        from {{ ref("int_lists__repeated") }} as compared
        left join
            {{ ref("list_reaches") }} as reaches
            on compared.authority_code = reaches.authority_code
            and compared.extract = reaches.list
    )

select
    authority_code,
    extract,
    filing_month,
    events,
    repeated_events,
    next_reaches_from,
    is_declared,
    next_reporting_month is not null
    and case
        when filing_month < date '9999-12-01'
        then coalesce(filing_month >= next_reaches_from, false)
        else
            (is_declared or is_in_next)
            and {{ financial_year_start("reporting_month") }} = {{ financial_year_start("next_reporting_month") }}
    end as is_expected_next,
    -- what was open in March may have ended then after all, and the list that begins in April no longer shows it
    coalesce(
        filing_month = date '9999-12-01'
        and (is_declared or is_in_next)
        and {{ financial_year_start("reporting_month") }} < {{ financial_year_start("next_reporting_month") }},
        false
    ) as is_ended_unless_next,
    loaded_at,
    reporting_month
from with_reach
