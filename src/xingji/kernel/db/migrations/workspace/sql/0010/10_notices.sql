-- How each person wants to be told, and messages held back until they may be disturbed.
create table notice_setting (
    person uuid primary key,
    document jsonb not null,                    -- muted kinds, channels off, quiet hours, most an hour
    at timestamptz not null
);
create table notice_held (
    id bigint generated always as identity primary key,
    person uuid not null,
    channel text not null,
    kind text not null,
    due timestamptz not null,                   -- on the workspace's clock
    why text not null check (why in ('quiet', 'often')),
    dedupe text not null unique,                -- stays with the message for good, as in the outbox
    recipient jsonb not null default '{}',
    message jsonb not null,
    object text,
    record uuid,
    rule text,
    change uuid,                                -- the change that said it, for its undo
    at timestamptz not null,
    released_at timestamptz
);
create index notice_held_due on notice_held (due) where released_at is null;
create index notice_held_change on notice_held (change) where released_at is null;
