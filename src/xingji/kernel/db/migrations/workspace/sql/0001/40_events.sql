-- One append-only log, partitioned by the month received. Readers use (xid, id) below the oldest running transaction.
create table event (
    id bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    lane smallint not null,                     -- hash of the subject, 0..15: order per subject
    received_at timestamptz not null default now(),
    occurred_at timestamptz not null,
    type text not null,
    object text,
    record uuid,
    source text,
    source_id text,
    person uuid,
    claimed boolean not null default false,
    duration_sec double precision,
    brand text,
    mode text not null default 'live' check (mode in ('live', 'import', 'history')),
    change uuid,                                -- groups what one command changed: the unit of undo
    depth smallint not null default 0,
    cause bigint,
    data jsonb not null default '{}',
    primary key (id, received_at)               -- id first: by received_at first, readers would walk a day of the log
) partition by range (received_at);
create index event_reader on event (lane, xid, id);
create index event_record on event (record, occurred_at desc) where record is not null;
create index event_type on event (type, occurred_at);
create index event_change on event (change) where change is not null;
alter table event enable row level security;
create policy event_brand on event using (
    brand is null
    or (select current_setting('xingji.brands', true)) = '*'
    or brand = any (string_to_array((select current_setting('xingji.brands', true)), ','))
);

create table event_key (source text not null, id text not null, received_at timestamptz not null default now(), primary key (source, id));

create table event_cursor (
    consumer text not null,
    lane smallint not null,
    epoch bigint not null default 1,
    xid xid8 not null default '0',
    id bigint not null default 0,
    received_from timestamptz not null default '-infinity',   -- lower bound on the partition key
    primary key (consumer, lane)
) with (fillfactor = 50);

create function ensure_event_partition(month date) returns void language plpgsql as $$
declare
    first date := date_trunc('month', month)::date;
    name text := 'event_' || to_char(first, 'YYYYMM');
begin
    if to_regclass(quote_ident(current_schema()) || '.' || name) is null then
        execute format('create table %I partition of event for values from (%L) to (%L)', name, first, (first + interval '1 month')::date);
        -- New tables are open to the web process's role by default; a part of the log is not.
        execute format('revoke update, delete on %I from xingji_app', name);
    end if;
end $$;

-- Rows that arrived before their month's partition stood lie in event_rest; they move over when it is made.
create function move_event_rest(month date) returns bigint language plpgsql as $$
declare
    first date := date_trunc('month', month)::date;
    moved bigint;
begin
    if not exists (select from event_rest where received_at >= first and received_at < first + interval '1 month') then
        perform ensure_event_partition(first);
        return 0;
    end if;
    lock table event in access exclusive mode;
    alter table event detach partition event_rest;
    perform ensure_event_partition(first);
    insert into event overriding system value select * from event_rest
        where received_at >= first and received_at < first + interval '1 month';
    get diagnostics moved = row_count;
    delete from event_rest where received_at >= first and received_at < first + interval '1 month';
    alter table event attach partition event_rest default;
    return moved;
end $$;
do $$ declare i int; begin
    for i in -1..3 loop perform ensure_event_partition((now() + make_interval(months => i))::date); end loop;
end $$;
create table event_rest partition of event default;
