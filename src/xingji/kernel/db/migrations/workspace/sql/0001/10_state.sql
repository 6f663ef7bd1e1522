-- One row: the workspace's clock and the revisions every unit of work compares its caches with.
create table workspace_state (
    one boolean primary key default true check (one),
    clock_offset interval not null default '0',
    clock_fixed timestamptz,
    zone text not null default 'Asia/Shanghai',
    currency text not null default 'CNY',
    currency_decimals int not null default 2,
    definitions_rev bigint not null default 1,
    access_rev bigint not null default 1,
    epoch bigint not null default 1,            -- raised by a restore: transaction ids start anew
    settings jsonb not null default '{}'
);
insert into workspace_state default values;
