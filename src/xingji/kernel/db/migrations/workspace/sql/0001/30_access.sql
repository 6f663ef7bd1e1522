-- Organisation: units, brands, regions and persons are data with history (their changes are events).
create table brand (key text primary key, name text not null, isolated boolean not null default false, data jsonb not null default '{}');
create table region (key text primary key, name text not null, provinces text[] not null default '{}', data jsonb not null default '{}');

create table unit (
    id uuid primary key,
    key text not null unique,
    name text not null,
    parent uuid references unit,
    head uuid,
    brand text references brand,
    region text references region,
    closed_at timestamptz
);
create table unit_reach (                       -- transitive closure: ancestor reaches unit (itself included)
    ancestor uuid not null references unit,
    unit uuid not null references unit,
    primary key (ancestor, unit)
);
create table person (
    id uuid primary key,
    key text not null unique,
    name text not null,
    title text not null default '',
    unit uuid references unit,
    manager uuid references person,
    roles text[] not null default '{}',
    tags text[] not null default '{}',
    brands text[],                              -- null: the unit's brand, or all
    phone text,
    email text,
    calendar text,
    capacity int,                               -- open leads at most; null: the dispatch table's default
    joined_on date,
    left_on date,
    settings jsonb not null default '{}'
);
create index person_unit on person (unit);
create index person_manager on person (manager);

create table absence (
    id uuid primary key,
    person uuid not null references person,
    starts timestamptz not null,
    ends timestamptz not null,
    reason text not null default '',
    check (ends > starts)
);
create index absence_person on absence (person, ends);

-- The audit log: what the event log does not hold. Inserted plainly, sealed into a hash chain by a worker.
create table audit (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    person uuid,
    actor text not null,
    action text not null,
    object text,
    record uuid,
    data jsonb not null default '{}',
    ip text
);
create table audit_seal (
    seq bigint primary key,
    audit_id bigint not null unique,
    hash bytea not null,
    sealed_at timestamptz not null default now()
);

create table idempotency (
    actor text not null,
    key text not null,
    body_hash bytea not null,
    status int,
    response jsonb,
    at timestamptz not null default now(),
    primary key (actor, key)
);
