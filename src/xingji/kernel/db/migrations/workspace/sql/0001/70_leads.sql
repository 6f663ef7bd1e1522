-- Intake: the raw payload and its receipt stand before anything else.
create table receipt (
    id uuid primary key,
    source text not null,
    delivery text not null,                     -- platform id, Idempotency-Key, or the body's hash and day
    received_at timestamptz not null default now(),
    occurred_at timestamptz not null,
    body bytea,
    file uuid,                                  -- bodies above 256 kB
    method text not null default 'POST',
    query text not null default '',
    headers jsonb not null default '{}',        -- those a second reading needs; never cookies or authorisation
    ip text,
    status text not null check (status in ('accepted', 'joined', 'refused', 'ignored')),
    problems jsonb,
    note text,
    lead uuid,
    attempts int not null default 1
);
create index receipt_received on receipt (received_at desc, id desc);
create index receipt_refused on receipt (received_at desc, id desc) where status = 'refused';
create index receipt_lead on receipt (lead) where lead is not null;
create table delivery_key (
    source text not null,
    delivery text not null,
    receipt uuid not null,
    body_hash bytea not null,
    received_at timestamptz not null default now(),
    primary key (source, delivery)
);
create table credit_key (                       -- one credit code is one customer; held while a flush decides
    code text primary key,
    lead uuid,                                  -- the lead last opened with this code
    at timestamptz not null default now()
);
create table match_key (                        -- what recognition compares; from it proposals are made after the commit
    object text not null,
    record uuid not null,
    kind text not null,                         -- phone | email | company | company_core | credit
    value text collate "C" not null,
    field text not null,
    primary key (object, record, kind, value)
);
create index match_key_value on match_key (kind, value);

create table ledger (                           -- why this person and why not the others
    id bigint generated always as identity primary key,
    lead uuid not null,
    at timestamptz not null,
    action text not null,                       -- dispatched | reassigned | returned | picked | held | transferred
    table_key text,
    table_version int,
    row_key text,
    chosen uuid,
    pool text,
    previous uuid,
    reason jsonb not null default '{}',
    candidates jsonb not null default '[]',
    mode text not null default 'live'
);
create index ledger_lead on ledger (lead, id desc);
create index ledger_chosen on ledger (chosen, at);
create index ledger_at on ledger (at);

create table dispatch_day (                     -- leads received per person and local day; what fairness in choosing counts
    person uuid not null,
    day date not null,
    received int not null default 0,
    last bigint not null default 0,             -- grows with each assignment: whose turn it is
    primary key (person, day)
);
create sequence dispatch_turn;

create table proposal (                         -- two records that may be one, or a lead that may concern a customer
    id uuid primary key,
    object text not null,
    record uuid not null,
    other_object text not null,
    other uuid not null,
    reasons jsonb not null,
    score double precision not null,
    status text not null default 'open' check (status in ('open', 'merged', 'dismissed')),
    at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    unique (object, record, other)
);
create index proposal_other on proposal (other);
create index proposal_open on proposal (at desc) where status = 'open';
create table merge (
    id uuid primary key,
    object text not null,
    kept uuid not null,
    merged uuid not null,
    snapshot jsonb not null,                    -- both records before, and what was moved
    change uuid,
    proposal uuid,
    at timestamptz not null,
    by uuid,
    undone_at timestamptz
);
create index merge_merged on merge (merged);
create index merge_kept on merge (kept);
create table pool_entry (                       -- who held it before, and until when it is protected
    record uuid primary key,
    object text not null,
    pool text not null,
    entered_at timestamptz not null,
    previous_owner uuid,
    cool_until timestamptz,
    reason jsonb not null default '{}'
);
create index pool_entry_pool on pool_entry (pool, entered_at);
create table pool_sweep (pool text primary key, swept_at timestamptz not null);
create table pool_warning (                     -- one warning per record, rule, days left and last action
    record uuid not null,
    rule text not null,
    days int not null,
    since timestamptz not null,
    primary key (record, rule, days, since)
);
create table pool_pick (pool text not null, person uuid not null, at timestamptz not null, record uuid not null, primary key (pool, person, at, record));

create table import_run (
    id uuid primary key,
    object text not null,
    file uuid,
    mode text not null,
    options jsonb not null default '{}',
    status text not null,                       -- preview | running | done | failed | undone
    counts jsonb not null default '{}',
    errors uuid,                                -- file of refused rows
    change uuid,
    at timestamptz not null,
    by uuid
);
