-- Working time. Public holidays are an editable table; each calendar is laid out as spans, so that SQL answers by
-- two index look-ups. Times before the first or after the last span of a calendar give NULL, as does an unknown one.
create table public_holiday (
    day date primary key,
    works boolean not null,                     -- true: a make-up working day (调休); false: a day off
    name text not null default '',
    origin text not null default 'seed'         -- seed | hand: what a person entered is never overwritten
);

create table calendar_span (
    calendar text collate "C" not null,
    opens timestamptz not null,
    closes timestamptz not null,                -- infinity: the end of what is laid out; equal to opens: its beginning
    before_us bigint not null,                  -- working microseconds from the beginning to `opens`
    primary key (calendar, opens)
);
create index calendar_span_before on calendar_span (calendar, before_us, opens);

-- Working minutes from a to b, negative when b lies before a.
create function working_minutes(cal text, a timestamptz, b timestamptz) returns double precision
language plpgsql stable strict parallel safe as $$
declare
    a_us bigint;
    b_us bigint;
begin
    select case when s.closes < 'infinity'
            then s.before_us + round(date_part('epoch', least(a, s.closes) - s.opens) * 1e6)::bigint end into a_us
        from calendar_span s where s.calendar = cal collate "C" and s.opens <= a order by s.opens desc limit 1;
    if a_us is null then
        return null;
    end if;
    select case when s.closes < 'infinity'
            then s.before_us + round(date_part('epoch', least(b, s.closes) - s.opens) * 1e6)::bigint end into b_us
        from calendar_span s where s.calendar = cal collate "C" and s.opens <= b order by s.opens desc limit 1;
    return (b_us - a_us) / 60e6::double precision;
end $$;

-- The earliest instant by which so many working minutes have passed since a; a itself for zero or fewer.
create function add_working_minutes(cal text, a timestamptz, minutes double precision) returns timestamptz
language plpgsql stable strict parallel safe as $$
declare
    wanted bigint;
    due timestamptz;
begin
    if minutes <= 0 then
        return a;
    end if;
    select case when s.closes < 'infinity'
            then s.before_us + round(date_part('epoch', least(a, s.closes) - s.opens) * 1e6)::bigint
                + round(least(minutes, 1e9) * 60e6)::bigint end into wanted
        from calendar_span s where s.calendar = cal collate "C" and s.opens <= a order by s.opens desc limit 1;
    if wanted is null then
        return null;
    end if;
    select case when s.closes < 'infinity'
            then s.opens + (wanted - s.before_us)::double precision * interval '1 microsecond' end into due
        from calendar_span s where s.calendar = cal collate "C" and s.before_us < wanted
        order by s.before_us desc, s.opens desc limit 1;
    return due;
end $$;
