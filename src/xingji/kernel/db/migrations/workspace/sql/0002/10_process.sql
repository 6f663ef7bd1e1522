-- What has been said and shown of a required action. What fields and events say by themselves is not kept here.
create table process_action (
    object text not null,
    record uuid not null,
    playbook text not null,
    action text not null,
    state text not null check (state in ('claimed', 'evidence', 'confirmed', 'na_asked', 'na')),
    note text not null default '',
    evidence jsonb not null default '[]',       -- [{kind: file | event | link, id | url, name, flags, by, at}]
    claimed_by uuid,
    claimed_at timestamptz,
    confirmed_by uuid,
    confirmed_at timestamptz,
    decided_by uuid,                            -- who granted or refused "not applicable"
    decided_at timestamptz,
    change uuid,
    primary key (record, action)
);
create index process_action_asked on process_action (claimed_at) where state = 'na_asked';

-- A lawful way past the gate, once, for one move of one record.
create table process_exception (
    id uuid primary key,
    object text not null,
    record uuid not null,
    playbook text not null,
    from_stage text,
    to_stage text not null,
    reason text not null,
    missing jsonb not null default '[]',        -- what was missing when it was asked for
    status text not null default 'asked' check (status in ('asked', 'granted', 'refused', 'used')),
    asked_by uuid,
    asked_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    answer text not null default '',
    used_at timestamptz
);
create index process_exception_record on process_exception (record, asked_at desc);
create index process_exception_open on process_exception (asked_at) where status = 'asked';
