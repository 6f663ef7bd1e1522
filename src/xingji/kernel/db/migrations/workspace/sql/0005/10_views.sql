-- List views of one person. Shared ones are definitions of the kind list_view.
create table saved_view (
    id uuid primary key,
    person uuid not null references person (id) on delete cascade,
    object text not null,
    document jsonb not null,
    changed_at timestamptz not null default now()
);
create index saved_view_person on saved_view (person);

-- The view a person's list of an object opens with: the key of a definition, or "my:" and the id of a saved view.
create table default_view (
    person uuid not null references person (id) on delete cascade,
    object text not null,
    view text not null,
    primary key (person, object)
);
