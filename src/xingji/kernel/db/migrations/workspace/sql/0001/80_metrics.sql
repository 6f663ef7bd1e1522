-- Roll-ups of metrics: one row per metric, bucket and dimension values.
create table metric_bucket (
    metric text not null,
    version int not null,
    bucket timestamptz not null,
    dims jsonb not null default '{}',
    dims_hash bytea not null,
    n bigint not null default 0,
    total numeric not null default 0,
    hits bigint not null default 0,
    histogram jsonb,
    primary key (metric, version, bucket, dims_hash)
);
