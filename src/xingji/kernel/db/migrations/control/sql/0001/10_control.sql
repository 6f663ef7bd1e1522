-- Control schema: who may enter which workspace. Read by key, never joined with a workspace.
create table workspace (
    key text primary key check (key ~ '^[a-z][a-z0-9_]{1,30}$'),
    schema text not null unique,
    name text not null,
    brand_isolation boolean not null default true,
    created_at timestamptz not null default now(),
    closed_at timestamptz
);

create table login (
    id uuid primary key,
    phone text unique,
    email text unique,
    name text not null default '',
    password_hash text,
    totp_secret text,
    totp_last_step bigint not null default 0,
    failures int not null default 0,
    locked_until timestamptz,
    created_at timestamptz not null default now(),
    disabled_at timestamptz,
    check (phone is not null or email is not null)
);

create table membership (
    login uuid not null references login,
    workspace text not null references workspace,
    person uuid not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (login, workspace)
);
create unique index membership_person on membership (workspace, person) where ended_at is null;

create table session (
    id bytea primary key,                       -- sha256 of the cookie's value
    login uuid not null references login,
    workspace text references workspace,
    person uuid,
    csrf text not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    ip text,
    agent text
);
create index session_login on session (login) where ended_at is null;

create table api_token (
    id uuid primary key,
    hash bytea not null unique,                 -- sha256 of the token
    kind text not null check (kind in ('api', 'source')),
    workspace text not null references workspace,
    person uuid,                                -- acts with this person's rights (kind api)
    source text,                                -- intake source key (kind source)
    name text not null,
    hint text not null,                         -- the first characters, to recognise it by
    scopes text[] not null default '{}',
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    used_at timestamptz
);
create index api_token_workspace on api_token (workspace);

create table rate_window (                      -- shared counters of the rate limits that must hold across processes
    key text not null,
    window_start timestamptz not null,
    count int not null,
    primary key (key, window_start)
);
