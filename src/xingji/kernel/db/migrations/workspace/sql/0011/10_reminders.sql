-- Required actions somebody was reminded of: one row an action and record, for the stay in its stage it was said in.
create table process_reminder (
    record uuid not null,
    action text not null,
    since timestamptz not null,                 -- when the record entered the stage
    at timestamptz not null,                    -- the workspace's instant it was said
    primary key (record, action)
);
