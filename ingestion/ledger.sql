-- grain: one row per file delivered (per sheet, for a workbook that holds several extracts), also refused ones
create schema if not exists raw;
create schema if not exists quality;

create table if not exists quality.ingest_ledger (
    delivery_id varchar not null,
    file_path varchar not null,
    file_name varchar not null,
    sheet varchar,
    authority_code varchar,
    reporting_month date,
    extract varchar,
    status varchar not null,
    version integer,
    encoding varchar,
    delimiter varchar,
    header_row integer,
    columns_chosen varchar,
    headers varchar,
    row_count integer,
    found varchar,
    expected varchar,
    action varchar,
    file_sha256 varchar not null,
    file_bytes bigint not null,
    modified_ns bigint not null,
    received_at timestamp not null,
    loaded_at timestamp,
    is_present boolean not null,
    notes varchar,
    presence_changed_at timestamp not null,
    received_number bigint
);
-- a warehouse made before there were any
alter table quality.ingest_ledger add column if not exists notes varchar;
alter table quality.ingest_ledger add column if not exists headers varchar;
alter table quality.ingest_ledger add column if not exists received_number bigint;
update quality.ingest_ledger as ledger
set received_number = numbered.received_number
from (
    select rowid as id, row_number() over (order by received_at, version, file_path, sheet) as received_number
    from quality.ingest_ledger
) as numbered
where ledger.received_number is null and ledger.rowid = numbered.id;


comment on table quality.ingest_ledger is 'One row per file delivered (per sheet, for a workbook that holds several extracts), also refused ones, with what was chosen to read it.';
comment on column quality.ingest_ledger.delivery_id is 'Stable hash of the path, the bytes and the sheet.';
comment on column quality.ingest_ledger.file_path is 'Path below the landing folder. A name that is not of our words is published as file and the received_number of its first sheet.';
comment on column quality.ingest_ledger.file_name is 'Name of the file as delivered, for readers as in file_path.';
comment on column quality.ingest_ledger.sheet is 'Sheet of the workbook, for readers its number if its name is not of our words; null for text files and for workbooks refused whole.';
comment on column quality.ingest_ledger.authority_code is 'ONS code of the authority whose folder the file lay in; null when the folder is no authority.';
comment on column quality.ingest_ledger.reporting_month is 'First day of the month whose folder the file lay in; null when the folder is no month.';
comment on column quality.ingest_ledger.extract is 'The extract it is, or for a refused file the one it nearly is; null when none.';
comment on column quality.ingest_ledger.status is 'accepted, refused, duplicate (bytes already current for this month), ignored (a sheet of notes beside recognised ones, a table that no measure needs, or a file that is no table: its notes say what it is) or withdrawn (accepted once, but the file was moved to another folder, or taken out with csc withdraw).';
comment on column quality.ingest_ledger.version is 'Accepted only: 1 for the first file of this extract and month, 2 for the first correction, and so on.';
comment on column quality.ingest_ledger.encoding is 'Text files: the encoding that was recognised.';
comment on column quality.ingest_ledger.delimiter is 'Text files: the delimiter that was recognised; tab is written \t.';
comment on column quality.ingest_ledger.header_row is 'Row of the header as a spreadsheet numbers it.';
comment on column quality.ingest_ledger.columns_chosen is 'JSON: each contract column and the spreadsheet column it was read from.';
comment on column quality.ingest_ledger.headers is 'JSON, accepted only: the header texts that should stay the same from month to month, each with the contract column it was read as. Of a return those beside its months. One that no contract knows is withheld from readers.';
comment on column quality.ingest_ledger.row_count is 'Rows loaded.';
comment on column quality.ingest_ledger.found is 'Refused only: what was found.';
comment on column quality.ingest_ledger.expected is 'Refused only: what was expected.';
comment on column quality.ingest_ledger.action is 'What to do with a refused file, or with a packed one that was left aside.';
comment on column quality.ingest_ledger.notes is 'Accepted lists: columns of the contract that were not supplied, and columns left aside. Ignored files: what they are.';
comment on column quality.ingest_ledger.file_sha256 is 'SHA-256 of the bytes; the vault keeps them under it.';
comment on column quality.ingest_ledger.file_bytes is 'Size of the file in bytes.';
comment on column quality.ingest_ledger.modified_ns is 'Modification time of the file, in nanoseconds since 1970 (UTC).';
comment on column quality.ingest_ledger.received_at is 'When the file was first seen (UTC).';
comment on column quality.ingest_ledger.received_number is 'In which order the files were first seen: 1, 2, 3 and so on. The clock may be set back; this is not.';
comment on column quality.ingest_ledger.loaded_at is 'When its rows reached the raw table (UTC); null when they have not.';
comment on column quality.ingest_ledger.is_present is 'Whether these bytes still lie in the landing folder.';
comment on column quality.ingest_ledger.presence_changed_at is 'When they came to lie there, or were last found gone (UTC).';
