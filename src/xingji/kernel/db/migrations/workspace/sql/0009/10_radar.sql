-- A risk that was raised on a record, until it eased or the record closed. The figures it was raised for are kept.
create table risk (
    id uuid primary key default gen_random_uuid(),
    rule text not null,
    version int not null,
    object text not null,
    record uuid not null,
    level text not null check (level in ('red', 'yellow')),
    stage text,
    owner uuid,
    facts jsonb not null default '{}',
    raised_at timestamptz not null,
    cleared_at timestamptz,
    cleared_why text check (cleared_why in ('eased', 'closed', 'rule_off')),
    silenced_until timestamptz,
    silenced_reason text,
    silenced_by uuid,
    silenced_at timestamptz
) with (fillfactor = 80);
create unique index risk_open on risk (record, rule) where cleared_at is null;
create index risk_record on risk (record, raised_at desc);
create index risk_rule on risk (rule, raised_at);

-- Limits learned from won records, with how many stand behind each.
create table risk_limit (
    rule text not null,
    key text not null,
    grp text not null,                          -- the stage or other group; "" where there is one for all
    value double precision not null,
    n int not null,
    at timestamptz not null,
    primary key (rule, key, grp)
);

-- When all records of an object were last looked at, and when limits were last learned (object "").
create table risk_run (
    object text primary key,
    rev bigint not null,                        -- of the definitions
    at timestamptz not null
);
