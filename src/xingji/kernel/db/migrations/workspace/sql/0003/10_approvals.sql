create table approval (
    id uuid primary key,
    flow text not null,
    version int not null,
    object text not null,
    record uuid not null,
    title text not null default '',
    status text not null check (status in ('running', 'approved', 'refused', 'withdrawn', 'reopened')),
    at int not null default 0,                  -- the node that is open, by position in the nodes it runs through
    nodes jsonb not null,                       -- the nodes that concern this record, as the flow's version said
    snapshot jsonb not null,                    -- the values that are being approved
    reason text not null default '',
    asked_by uuid,
    asked_at timestamptz not null,
    ended_at timestamptz,
    cc uuid[] not null default '{}'
);
create index approval_record on approval (record, asked_at desc);
create unique index approval_one_running on approval (record, flow) where status = 'running';

create table approval_vote (                    -- one seat at one node: who sits there, and what they said
    id uuid primary key,
    approval uuid not null references approval on delete cascade,
    node int not null,
    person uuid not null,
    stands_for uuid,                            -- whose seat it was: delegation, leave, transfer
    by uuid,                                    -- who put them there: 加签, 转签
    state text not null check (state in ('waiting', 'yes', 'no', 'passed_on', 'not_needed')),
    comment text not null default '',
    file uuid,
    due_at timestamptz,
    urged_at timestamptz,
    late_at timestamptz,                        -- when the time limit was told
    opened_at timestamptz not null,
    at timestamptz
);
create index approval_vote_seat on approval_vote (person, opened_at) where state = 'waiting';
create index approval_vote_of on approval_vote (approval, node);
create index approval_vote_due on approval_vote (due_at) where state = 'waiting' and late_at is null;

create table approval_delegate (                -- while somebody travels, another sits in their seat
    person uuid not null,
    to_person uuid not null,
    starts timestamptz not null,
    ends timestamptz not null,
    primary key (person, starts),
    check (ends > starts and person <> to_person)
);
