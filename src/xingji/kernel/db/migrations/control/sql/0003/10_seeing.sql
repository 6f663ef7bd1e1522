-- Through whose eyes a session looks; null: its own person's.
alter table session add column if not exists seeing uuid;
