-- Timers are rows: `due` is indexed, `until` moves without touching an index.
create table timer (
    id bigint generated always as identity primary key,
    kind text not null,                         -- since | cron
    key text not null,                          -- the rule's key (and step)
    object text,
    record uuid,
    due timestamptz not null,                   -- no later than `until`: only then is the index touched
    until timestamptz not null,                 -- when it is really due
    started timestamptz,                        -- when the event that armed it happened
    event bigint,                               -- that event
    event_received timestamptz,
    depth smallint not null default 0
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create unique index timer_subject on timer (kind, key, record) nulls not distinct;
create index timer_due on timer (due);
create index timer_record on timer (record);

create table rule_run (                         -- every run can be read as a sentence
    id bigint generated always as identity primary key,
    rule text not null,
    version int not null,
    event bigint,
    timer bigint,
    object text,
    record uuid,
    at timestamptz not null,
    change uuid,                                -- what it changed: the unit of undo
    outcome text not null,                      -- acted | skipped | cooled_down | once | stopped_depth | stopped_fan_out | failed
    depth smallint not null default 0,
    trace jsonb not null default '{}'
);
create index rule_run_rule on rule_run (rule, id desc);
create index rule_run_record on rule_run (record, id desc);

create table rule_mark (                        -- cool-down and once-per keys
    rule text not null,
    key text not null,
    at timestamptz not null,
    n int not null default 1,                   -- how often within one cause: the fan-out
    primary key (rule, key)
);
