-- Everything configurable is a versioned document with one life.
create table definition (
    id uuid primary key,
    kind text not null,
    key text not null check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
    version int not null,
    status text not null check (status in ('draft', 'published', 'superseded', 'retired')),
    document jsonb not null check (jsonb_typeof(document) = 'object'),
    base_version int,                           -- of a draft: the version in force when it was begun
    origin text,                                -- pack/version this document came from
    origin_document jsonb,                      -- as the pack brought it: the base of a three-way comparison
    note text not null default '',
    quarantine jsonb,                           -- why a published definition is out of order
    created_at timestamptz not null default now(),
    created_by uuid,
    saved_at timestamptz not null default now(),
    saved_by uuid,
    published_at timestamptz,
    published_by uuid,
    unique (kind, key, version)
);
create unique index definition_one_draft on definition (kind, key) where status = 'draft';
create unique index definition_one_published on definition (kind, key) where status = 'published';

create table schema_change (                    -- DDL queued by a publish, run by the owner's worker
    id bigint generated always as identity primary key,
    kind text not null,
    object text not null,                       -- the document's key
    plan jsonb not null,                        -- {step: prepare | finish, old, new}
    status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed')),
    error text,
    queued_at timestamptz not null default now(),
    done_at timestamptz
);
create index schema_change_open on schema_change (id) where status in ('queued', 'running');
