create schema if not exists spelling;  -- not one that readers see: it holds cells as councils wrote them

-- grain: one row per code list and spelling that no line of code_spellings.csv knows
create table if not exists spelling.spellings_judged (
    code_list varchar not null,
    spelling varchar not null,
    code varchar,
    rule varchar not null,
    evidence varchar not null,
    first_suggestion varchar,
    second_suggestion varchar,
    third_suggestion varchar,
    code_version varchar not null
);

comment on table spelling.spellings_judged is 'One row per code list and spelling that code_spellings.csv does not know: what the rules make of it.';

-- grain: one row per delivery, column and such spelling
create table if not exists spelling.spellings_met (
    extract varchar not null,
    authority_code varchar not null,
    reporting_month date not null,
    version integer not null,
    column_name varchar not null,
    code_list varchar not null,
    spelling varchar not null,
    cells bigint not null,
    first_row bigint not null
);

comment on table spelling.spellings_met is 'One row per delivery, column and spelling that code_spellings.csv does not know: how many cells have it.';

-- grain: one row per list
create table if not exists spelling.spellings_read_to (extract varchar not null, loaded_at timestamp not null);

comment on table spelling.spellings_read_to is 'One row per list: up to which load its spellings have been read.';
