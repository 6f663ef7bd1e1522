-- Which physical column serves which field. A field whose kind changes has two for a while.
create table object_column (
    object text not null,
    column_name text not null,
    field text,                                 -- null: free for the next field of this type
    pg_type text not null,
    state text not null default 'live' check (state in ('live', 'kept', 'clearing', 'free')),
    primary key (object, column_name)
);
create unique index object_column_field on object_column (object, field, pg_type) where field is not null;

-- Ids of records that hold the tokens of a search, as a step of its own: under row level security the planner may not
-- use the GIN index, because the array operators are not marked leakproof. Only ids leave; the caller reads the rows
-- through its own fence. `words`: for every word the alternatives, each an array of tokens that must all be there.
-- A common word is found by walking the newest rows, a rare one by the index: a look at the newest rows tells which.
create function search_ids(object_key text, words jsonb, most int) returns uuid[]
language plpgsql stable security definer set search_path from current set enable_seqscan = on set enable_indexscan = on as $$
declare
    word jsonb;
    alternative jsonb;
    condition text := '';
    choices text;
    newest constant text := 'select id, search from %s where deleted_at is null order by created_at desc, id desc limit 3000';
    place constant text := format('%I.%I', current_schema(), 'o_' || object_key);  -- never a temporary table
    hits int;
    found uuid[];
begin
    for word in select * from jsonb_array_elements(words) loop
        choices := '';
        for alternative in select * from jsonb_array_elements(word) loop
            choices := choices || case when choices = '' then '' else ' or ' end || format('search @> %L::text[]',
                array(select jsonb_array_elements_text(alternative)));
        end loop;
        condition := condition || ' and (' || case when choices = '' then 'false' else choices end || ')';
    end loop;
    execute format('select count(*) from (' || newest || ') n where true %s', place, condition) into hits;
    perform set_config('enable_seqscan', 'off', true);
    if hits >= 100 then
        execute format('select array(select id from %s where deleted_at is null%s order by created_at desc, id desc limit %s)',
            place, condition, most) into found;
    else
        perform set_config('enable_indexscan', 'off', true);
        execute format('select array(select id from (select id, created_at from %s where deleted_at is null%s offset 0) f'
            ' order by created_at desc, id desc limit %s)', place, condition, most) into found;
    end if;
    return found;
end $$;
