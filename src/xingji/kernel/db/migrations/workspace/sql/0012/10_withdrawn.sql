-- What was taken back, looked up by the event it takes back: an index over the log's withdrawals, which stand in every
-- partition of it. Kept by the log itself, so that no writer can forget it.
create table event_withdrawn (
    record uuid not null,
    change uuid not null,
    type text not null,
    primary key (record, change, type)
);

create function keep_event_withdrawn() returns trigger language plpgsql as $$
begin
    insert into event_withdrawn (record, change, type)
        select new.record, (new.data ->> 'change')::uuid, t.type
        from jsonb_array_elements_text(case jsonb_typeof(new.data -> 'types') when 'array' then new.data -> 'types' else '[]' end) t(type)
        where new.record is not null and new.data ->> 'change' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        on conflict do nothing;
    return null;
end $$;
create trigger event_withdrawn after insert on event for each row when (new.type = 'event.withdrawn') execute function keep_event_withdrawn();

insert into event_withdrawn (record, change, type)
    select w.record, (w.data ->> 'change')::uuid, t.type
    from event w cross join jsonb_array_elements_text(case jsonb_typeof(w.data -> 'types') when 'array' then w.data -> 'types' else '[]' end) t(type)
    where w.type = 'event.withdrawn' and w.record is not null and w.data ->> 'change' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    on conflict do nothing;
