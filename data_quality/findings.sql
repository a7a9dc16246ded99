-- grain: one row per check and run
create table if not exists quality.check_results (
    run_id varchar not null,
    check_id varchar not null,
    asset varchar not null,
    severity varchar not null,
    status varchar not null,
    breaches bigint,
    reason varchar not null,
    tool varchar not null,
    code_version varchar not null,
    checked_at timestamp not null
);

comment on table quality.check_results is 'One row per check and run: the verdict.';
comment on column quality.check_results.run_id is 'The run that made the check.';
comment on column quality.check_results.check_id is 'Name of the check.';
comment on column quality.check_results.asset is 'The table that the check judges.';
comment on column quality.check_results.severity is 'error holds new figures back, of the authority at fault or of all; warning and info are published.';
comment on column quality.check_results.status is 'passed, failed, or could_not_run, which is never a verdict.';
comment on column quality.check_results.breaches is 'Rows found wrong; null when the check could not run.';
comment on column quality.check_results.reason is 'Why the check exists.';
comment on column quality.check_results.tool is 'great_expectations or dbt.';
comment on column quality.check_results.code_version is 'Hash of the models, contracts, checks and reference lists in use.';
comment on column quality.check_results.checked_at is 'When (UTC).';

-- grain: one row per thing found wrong
create table if not exists quality.findings (
    finding_id varchar not null,
    check_id varchar not null,
    severity varchar not null,
    authority_code varchar,
    extract varchar,
    reporting_month date,
    month date,
    measure_id varchar,
    observed double,
    expected double,
    message varchar not null,
    source_ref varchar,
    status varchar not null,
    first_seen_at timestamp not null,
    last_seen_at timestamp not null
);

comment on table quality.findings is 'One row per thing found wrong, open or resolved.';
comment on column quality.findings.finding_id is 'Stable hash of what was compared: the same fault keeps it from month to month.';
comment on column quality.findings.check_id is 'The check that found it.';
comment on column quality.findings.severity is 'error holds new figures back, of the authority at fault or of all; warning and info are published.';
comment on column quality.findings.authority_code is 'ONS code of the authority.';
comment on column quality.findings.extract is 'The extract that holds the figure.';
comment on column quality.findings.reporting_month is 'The month whose extract holds the figure.';
comment on column quality.findings.month is 'The month the figure is of; for a year to date its last month.';
comment on column quality.findings.measure_id is 'The measure; key of reference.measures.';
comment on column quality.findings.observed is 'The figure found, where it is a number.';
comment on column quality.findings.expected is 'The figure it should be, where it is a number.';
comment on column quality.findings.message is 'What is wrong, in a sentence.';
comment on column quality.findings.source_ref is 'File, sheet, row and column.';
comment on column quality.findings.status is 'open or resolved.';
comment on column quality.findings.first_seen_at is 'When it was first found (UTC).';
comment on column quality.findings.last_seen_at is 'When it was last found (UTC).';

-- grain: one row, the day that counts as today
create table if not exists quality.as_of (as_of date not null);

comment on table quality.as_of is 'One row: the day that counts as today for what is due.';
comment on column quality.as_of.as_of is 'The day; what is due is judged as of it.';

-- grain: one row per finding that a person accepted, the last time
create schema if not exists decisions;

create table if not exists decisions.accepted (
    finding_id varchar not null,
    observed double,
    reason varchar not null,
    accepted_by varchar not null,
    accepted_at timestamp not null
);

comment on table decisions.accepted is 'One row per finding that a person accepted with csc accept. It is agreed as long as the same count is found.';
comment on column decisions.accepted.finding_id is 'The finding.';
comment on column decisions.accepted.observed is 'The count that was accepted.';
comment on column decisions.accepted.reason is 'Why, in the words of whoever accepted it.';
comment on column decisions.accepted.accepted_by is 'Name of the account on the machine.';
comment on column decisions.accepted.accepted_at is 'When (UTC).';
