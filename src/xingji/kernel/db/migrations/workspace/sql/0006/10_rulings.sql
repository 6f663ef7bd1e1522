-- A collision is a proposal whose two leads are followed by two people; a ruling says who goes on and how credit is split.
alter table proposal drop constraint proposal_status_check;
alter table proposal add constraint proposal_status_check check (status in ('open', 'merged', 'dismissed', 'ruled'));
create table ruling (
    id uuid primary key,
    proposal uuid not null unique references proposal,
    continues uuid not null,                    -- the lead that goes on
    owner uuid not null,                        -- the person who goes on
    split jsonb not null,                       -- person: share, together 1
    reason text not null,
    change uuid,
    at timestamptz not null,
    by uuid
);
