-- Workspaces asked for by the sign-up page; a worker makes them as owner and says how far it is.
create table founding (
    id uuid primary key,
    ticket bytea not null unique,               -- sha256 of what the one who asked holds
    workspace text not null unique,
    name text not null,
    login uuid not null references login,
    request jsonb not null,                     -- {template, size, sample, person}
    status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed')),
    step text not null default 'queued',
    steps_done int not null default 0,
    steps int not null default 0,
    error jsonb,
    ip text,
    asked_at timestamptz not null default now(),
    claimed_until timestamptz,
    ended_at timestamptz
);
create index founding_waiting on founding (asked_at) where status in ('queued', 'running');
create index founding_ip on founding (ip, asked_at);
