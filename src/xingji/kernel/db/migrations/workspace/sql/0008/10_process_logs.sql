-- Event logs of other systems, brought in to be mined. One row a case: its steps are numbers into the log's own words.
create table process_log (
    key text primary key,
    name text not null,
    file text not null,
    words jsonb not null,                       -- [[activity, lifecycle], …]: what a step's number means
    cases int not null,
    events int not null,
    imported_by uuid,
    imported_at timestamptz not null
);
create table process_log_case (
    log text not null references process_log on delete cascade,
    n int not null,                             -- the case's place in the file
    case_key text not null,
    steps smallint[] not null,
    at double precision[] not null,             -- seconds since 1970, one for each step, in the order of the file
    resources text[] not null,
    data jsonb not null default '{}',
    primary key (log, n)
);
