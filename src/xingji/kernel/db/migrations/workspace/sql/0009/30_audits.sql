-- A draw of records to be audited. Seed and candidates are kept: whoever has them gets the same draw.
create table audit_draw (
    id uuid primary key default gen_random_uuid(),
    plan text not null,
    version int not null,
    object text not null,
    week date not null,                         -- Monday of the week it is for
    seed text not null,
    candidates uuid[] not null,                 -- sorted
    drawn_at timestamptz not null,
    unique (plan, week)
);
create table audit_case (
    id uuid primary key default gen_random_uuid(),
    draw uuid not null references audit_draw on delete cascade,
    record uuid not null,
    place int not null,                         -- in the order drawn
    status text not null default 'waiting' check (status in ('waiting', 'judged')),
    verdict text check (verdict in ('sound', 'doubtful', 'false_advance')),
    findings jsonb not null default '[]',       -- [{stage, judgement, note}]
    note text not null default '',
    officer uuid,
    judged_at timestamptz,
    unique (draw, record)
);
create index audit_case_waiting on audit_case (status, draw);
create index audit_case_record on audit_case (record);
