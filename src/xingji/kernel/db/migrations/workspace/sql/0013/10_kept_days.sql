-- What the rows of one day (of UTC, by created_at) give to figures, as columns. `cells` and `scopes` are the combinations
-- that occur, as JSON; rows stand ordered by cell, `numbers` of each, and `scope_of` and `measured` have theirs row by row.
-- One row a brand, and one without for every kept day. `open`: records that count differently as hours pass, and are
-- read themselves.
create table kept_day (
    object text collate "C" not null,
    day date not null,
    brand text collate "C",
    signature text collate "C" not null,
    cells text[] not null,
    numbers int[] not null,
    scopes text[] not null,
    scope_of bytea not null,
    measured bytea[] not null,
    open uuid[] not null
);
create unique index kept_day_place on kept_day (object, day, brand) nulls not distinct;
alter table kept_day alter column measured set storage external;

alter table kept_day enable row level security;
create policy brand_fence on kept_day using (
    brand is null or (select current_setting('xingji.brands', true)) = '*'
    or brand = any (string_to_array((select current_setting('xingji.brands', true)), ','))
);

-- Days of which a record changed after they were kept. Written by the change's own transaction; each has a row of its
-- own, so that writers never wait for one another. Object '*': a calendar changed, and no kept day holds any more.
create table kept_stale (
    object text collate "C" not null,
    day date not null,
    xid xid8 not null default pg_current_xact_id(),
    primary key (object, day, xid)
);

-- Put on the tables whose days are kept, for records older than a day: nothing younger is kept.
create function note_stale_day() returns trigger language plpgsql set search_path from current as $$
begin
    insert into kept_stale (object, day)
        select tg_argv[0], (at.one at time zone 'UTC')::date
        from (values (old.created_at), (new.created_at)) at(one) where at.one is not null
        on conflict do nothing;
    return null;
end $$;

create function note_stale_calendar() returns trigger language plpgsql set search_path from current as $$
begin
    insert into kept_stale (object, day) values ('*', '-infinity') on conflict do nothing;
    return null;
end $$;
create trigger stale_calendar after insert or update or delete on calendar_span for each statement execute function note_stale_calendar();
