-- Who has confirmed which version of the register of what is recorded. Nobody's pattern is computed before.
create table monitoring_ack (
    register text not null,
    version int not null,
    person uuid not null,
    at timestamptz not null,
    primary key (register, person, version)
);

-- A pattern found in somebody's recorded calls, shown to that person first.
create table diligence (
    id uuid primary key default gen_random_uuid(),
    register text not null,
    version int not null,
    person uuid not null,
    until date not null,                        -- the last day of the window
    figures jsonb not null,
    found_at timestamptz not null,
    seen_at timestamptz,                        -- when the person saw it
    word text not null default '',              -- what the person says of it
    unique (register, person, until)
);
create index diligence_person on diligence (person, found_at desc);

-- When a register's patterns were last looked for.
create table diligence_run (
    register text primary key,
    version bigint not null,
    at timestamptz not null
);
