-- grain: one row per authority whose new figures are held back
create table quality.held_back (
    authority_code varchar not null,
    checks varchar not null,
    since timestamp not null,
    published_at timestamp,
    months_left_out varchar,
    absent_from varchar
);

comment on table quality.held_back is 'One row per authority held back: its rows are as before, or are those of its months without an error.';
comment on column quality.held_back.authority_code is 'ONS code of the authority.';
comment on column quality.held_back.checks is 'The checks that hold it back; the findings name the files.';
comment on column quality.held_back.since is 'Since when it has been held back (UTC).';
comment on column quality.held_back.published_at is 'When the rows shown were first published (UTC); null where it never was, and has no rows.';
comment on column quality.held_back.months_left_out is 'The months whose files count in none of its rows, because one of them has an error.';
comment on column quality.held_back.absent_from is 'Tables without its rows, for they came new or changed their columns since it was published.';
