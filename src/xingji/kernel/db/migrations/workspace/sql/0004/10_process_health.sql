create table process_health (
    record uuid primary key,
    object text not null,
    playbook text not null,
    version int not null,
    stage text,
    owner uuid,
    due int not null,                           -- required actions that should be done by now
    done int not null,
    gaps int not null,                          -- confirmations by a second role that are due and missing
    stage_minutes double precision,             -- working minutes in the present stage
    limit_minutes double precision,             -- how many it should take; null: no limit
    completeness double precision not null,     -- done / due, 0 to 1
    timeliness double precision not null,       -- 1 within the limit, then limit / taken
    score double precision not null,            -- 0 to 1
    band text not null check (band in ('green', 'yellow', 'red')),
    missing jsonb not null default '[]',        -- the first missing actions: [{stage, action, who}]
    at timestamptz not null                     -- the workspace's instant it was computed for
) with (fillfactor = 80);
create index process_health_owner on process_health (owner, band);
create index process_health_at on process_health (at);
