-- In-app inbox, and the outbox through which everything leaves.
create table inbox (
    id uuid primary key,
    person uuid not null,
    at timestamptz not null,
    kind text not null,                         -- reminder | escalation | assignment | mention | system …
    urgency text not null default 'normal',     -- normal | strong
    title text not null,
    body text not null default '',
    object text,
    record uuid,
    rule text,
    dedupe text,
    data jsonb not null default '{}',
    change uuid,                                -- the change that said it, for its undo
    read_at timestamptz,
    done_at timestamptz
);
create index inbox_person on inbox (person, at desc, id desc);
create index inbox_unread on inbox (person) where read_at is null;
create index inbox_change on inbox (change) where change is not null;
create unique index inbox_dedupe on inbox (person, dedupe) where dedupe is not null;

create table outbox (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    channel text not null,
    dedupe text not null unique,
    recipient jsonb not null default '{}',
    message jsonb not null,
    object text,
    record uuid,
    person uuid,
    rule text,
    change uuid,                                -- the change that said it, for its undo
    status text not null default 'waiting' check (status in ('waiting', 'sending', 'sent', 'dead', 'cancelled')),
    attempts int not null default 0,
    limited int not null default 0,             -- attempts the platform's rate limit refused; they do not count
    next_at timestamptz not null default now(), -- real time; while sending: when the lease ends
    answer jsonb,
    error text,
    created_at timestamptz not null default now(),
    done_at timestamptz
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index outbox_due on outbox (channel, next_at) where status in ('waiting', 'sending');
create index outbox_dead on outbox (id desc) where status = 'dead';
create index outbox_change on outbox (change) where change is not null;
create index outbox_record on outbox (record) where record is not null;

-- What a channel did of late: real instants of its last claims (the rate limit), its pause, its health.
create table channel_state (
    channel text primary key,
    recent timestamptz[] not null default '{}',
    paused_until timestamptz,
    failures int not null default 0,            -- in a row
    sent_at timestamptz,
    failed_at timestamptz,
    error text
);

create table file (
    id uuid primary key,
    name text not null,
    content_type text not null,
    size bigint not null,
    sha256 bytea not null,
    object text,
    record uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    deleted_at timestamptz
);
create table file_chunk (file uuid not null references file on delete cascade, n int not null, data bytea not null, primary key (file, n));
alter table file_chunk alter column data set storage external;
