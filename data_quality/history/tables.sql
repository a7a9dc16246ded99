-- what each reporting month knew of the measures, kept from run to run; readers see it as marts.kpi_as_at
create schema if not exists history;

create table if not exists history.reporting_months (
    authority_code varchar not null,
    reporting_month date not null,
    deliveries varchar not null,
    code_version varchar not null,
    is_by_current_rules boolean not null,
    is_start boolean not null,
    is_kept boolean not null
);
comment on table history.reporting_months is 'One row per authority and reporting month whose knowledge of the measures is kept, or is being built.';
comment on column history.reporting_months.authority_code is 'The authority.';
comment on column history.reporting_months.reporting_month is 'The latest month delivered when it was worked out.';
comment on column history.reporting_months.deliveries is 'Hash of every version delivered for this month and the months before: with others it is worked out again.';
comment on column history.reporting_months.code_version is 'Hash of the models, contracts, checks and reference lists that it was worked out with.';
comment on column history.reporting_months.is_by_current_rules is 'Whether these are the ones in use now.';
comment on column history.reporting_months.is_start is 'Whether the reporting month before it is not kept: then every value has a row, else each that is new or has changed.';
comment on column history.reporting_months.is_kept is 'False while its values are being built.';

create table if not exists history.kpi_values (
    authority_code varchar not null,
    reporting_month date not null,
    month date not null,
    measure_id varchar not null,
    basis varchar not null,
    value double,
    numerator double,
    denominator double,
    ytd_value double,
    is_supplied boolean,
    is_mature boolean
);
comment on table history.kpi_values is 'One row per row of marts.kpi_monthly and reporting month that first gave it, or gave it otherwise.';
comment on column history.kpi_values.authority_code is 'The authority.';
comment on column history.kpi_values.reporting_month is 'The latest month delivered when the value was worked out.';
comment on column history.kpi_values.month is 'The month that the value is of.';
comment on column history.kpi_values.measure_id is 'The measure.';
comment on column history.kpi_values.basis is 'reported or computed.';
comment on column history.kpi_values.value is 'As in marts.kpi_monthly.';
comment on column history.kpi_values.numerator is 'As in marts.kpi_monthly.';
comment on column history.kpi_values.denominator is 'As in marts.kpi_monthly.';
comment on column history.kpi_values.ytd_value is 'As in marts.kpi_monthly.';
comment on column history.kpi_values.is_supplied is 'As in marts.kpi_monthly.';
comment on column history.kpi_values.is_mature is 'As in marts.kpi_monthly.';

-- grain: one row per authority and month delivered, with a hash of every version delivered up to it
create or replace view history.delivered_months as
with
    of_months as (
        select
            authority_code,
            reporting_month,
            md5(
                string_agg(
                    concat_ws('|', extract, version, file_sha256, sheet),
                    '|'
                    order by extract, version, file_sha256, sheet
                )
            ) as deliveries
        from quality.ingest_ledger
        -- what is published of all authorities changes no measure
        where
            status = 'accepted'
            and loaded_at is not null
            and extract not in ('published_tables', 'population_tables', 'neighbour_tables')
        group by authority_code, reporting_month
    )

select
    authority_code,
    reporting_month,
    lag(reporting_month) over in_order as month_before,
    lead(reporting_month) over in_order is null as is_latest,
    md5(string_agg(deliveries, '|') over in_order) as deliveries
from of_months
window in_order as (partition by authority_code order by reporting_month);
