-- A person's day: the customers proposed in the morning, and the report of a day or a week.
create table focus (
    id uuid primary key,
    person uuid not null,
    day date not null,
    object text not null,
    record uuid not null,
    rank int not null,
    score double precision not null,
    reasons jsonb not null,                     -- [{code, zh, en, figures}]
    status text not null check (status in ('proposed', 'spare', 'confirmed', 'swapped', 'skipped')),
    note text not null default '',
    decided_at timestamptz,
    looked_at timestamptz,
    unique (person, day, record)
);
create index focus_looked on focus (person, record, looked_at desc) where looked_at is not null;
create table focus_run (day date primary key, at timestamptz not null);

create table work_report (
    id uuid primary key,
    person uuid not null,
    period text not null check (period in ('day', 'week')),
    day date not null,                          -- the day, or the week's Monday
    own text not null default '',
    plan text not null default '',
    facts jsonb not null default '[]',          -- as they stood when it was sent
    sent_at timestamptz,
    unique (period, day, person)
);
create table work_report_comment (
    id bigint generated always as identity primary key,
    report uuid not null references work_report on delete cascade,
    at timestamptz not null,
    person uuid not null,
    body text not null
);
create index work_report_comment_report on work_report_comment (report, id);
