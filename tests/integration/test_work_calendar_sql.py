"""Working time in SQL: equal to Python to the microsecond, total, and quick to answer."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xingji.kernel.core.calendar import add_working, working_minutes
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.records.working_sql import SPANS, working_minutes_sql
from xingji.kernel.work import load_calendar, materialise_calendar, set_public_holidays
from xingji.kernel.work.calendars import FIRST_YEAR, YEARS_AHEAD

OFFICE = {"key": "office", "days": "周一-周五", "hours": ["08:30-12:00", "13:00-17:30"], "holidays": "国家法定+调休"}
DOCUMENTS = [
    OFFICE,
    {"key": "store", "days": "每天", "hours": ["10:00-22:00"]},
    {"key": "night", "days": "周一-周六", "hours": ["21:30-05:15", "09:00-11:00"], "holidays": "cn"},
    {"key": "berlin", "days": "每天", "hours": ["01:00-04:00", "08:00-12:20"], "zone": "Europe/Berlin"},
]

TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def instants(count: int, seed: int) -> list[datetime]:
    chosen = random.Random(seed)
    start = datetime(2024, 12, 20, tzinfo=UTC)
    some = [start + timedelta(microseconds=chosen.randrange(3 * 366 * 86_400 * 10**6)) for _ in range(count)]
    # Openings, closings and midnights themselves are where a slip would show.
    edges = [at(f"2026-02-{day} {hour}") for day in (13, 14, 24) for hour in ("08:30", "12:00", "13:00", "17:30")]
    return some + edges + [at("2025-12-31 00:00"), at("2026-01-01 00:00")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["key"])
async def test_sql_and_python_agree_to_the_microsecond(database, bare, document):
    async with database.work(bare, SYSTEM) as uow:
        calendar = await materialise_calendar(uow, document["key"], document)
        starts, ends = instants(300, 1), instants(300, 2)
        counted = await uow.fetch(
            "select working_minutes($1, a, b) as n from unnest($2::timestamptz[], $3::timestamptz[]) as t(a, b)",
            document["key"], starts, ends,
        )  # fmt: skip
        python = [working_minutes(calendar, a, b) for a, b in zip(starts, ends, strict=True)]
        assert [round(row["n"] * 60e6) for row in counted] == [round(n * 60e6) for n in python]

        wanted = [random.Random(7).choice([0, 0.5, 15, 60, 240, 480, 1 / 3, 9999, -5]) for _ in starts]
        due = await uow.fetch(
            "select add_working_minutes($1, a, m) as due from unnest($2::timestamptz[], $3::float8[]) as t(a, m)",
            document["key"], starts, wanted,
        )  # fmt: skip
        expected = [add_working(calendar, a, m) for a, m in zip(starts, wanted, strict=True)]
        assert [row["due"] for row in due] == expected


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["key"])
async def test_written_out_into_a_statement_it_is_what_the_function_says(database, bare, document):
    async with database.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, document["key"], document)
        outside = [datetime(1990, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)]
        starts, ends = [*instants(300, 1), *outside], [*instants(300, 2), *outside]
        written = working_minutes_sql("$1::text", 't."a"', 't."b"')
        assert "working_minutes" not in written
        assert "working_minutes" in working_minutes_sql("$1::text", "coalesce(a, b)", 't."b"')  # dear to write twice
        rows = await uow.fetch(
            f"select working_minutes($1::text, a, b) as told, {written} as n from unnest($2::timestamptz[], $3::timestamptz[]) as t(a, b)",
            document["key"], starts, ends,
        )  # fmt: skip
        assert [row["n"] for row in rows] == [row["told"] for row in rows]
        assert [row["n"] for row in rows].count(None) == len(outside)


@pytest.mark.parametrize("now", [datetime(2026, 3, 2, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC), datetime(2990, 1, 1, tzinfo=UTC)], ids=str)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["key"])
async def test_by_arrays_of_the_spans_around_now_it_is_what_the_function_says(database, bare, document, now):
    async with database.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, document["key"], document)
        spans = await uow.fetch("select opens from calendar_span where calendar = $1 order by opens", document["key"])
        # The edges of the arrays (800 days back, 40 on), of single spans, and of all that is laid out.
        edges = [row["opens"] + step for row in spans[::97] + spans[-3:] for step in (-TICK, timedelta(), TICK)]
        edges += [now + timedelta(days=days) + step for days in (-800, 40) for step in (-TICK, timedelta(), TICK)]
        starts = [*instants(300, 1), *edges, datetime(2999, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC), None]
        ends = [*instants(300, 2), *random.Random(3).sample(edges, len(edges)), *[datetime(2026, 3, 2, tzinfo=UTC)] * 3]
        written = working_minutes_sql("$1::text", 't."a"', 't."b"', "spans0")
        assert "width_bucket" in written
        rows = await uow.fetch(
            f"with {SPANS.format(name='spans0', calendar='$1::text', now='$4::timestamptz')}"
            f" select working_minutes($1::text, a, b) as told, {written} as n from unnest($2::timestamptz[], $3::timestamptz[]) as t(a, b)",
            document["key"], starts, ends, now,
        )  # fmt: skip
        assert [row["n"] for row in rows] == [row["told"] for row in rows]
        assert sum(row["n"] is not None for row in rows) > 300


async def test_the_reminder_the_escalation_and_the_return_of_story_l1_in_sql(database, bare):
    async with database.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, "office", OFFICE)
        row = await uow.fetchrow(
            "select add_working_minutes('office', $1, 15) a, add_working_minutes('office', $1, 60) b,"
            " add_working_minutes('office', $1, 240) c", at("2026-06-02 11:50"),
        )  # fmt: skip
    assert list(row) == [at("2026-06-02 13:05"), at("2026-06-02 13:50"), at("2026-06-02 16:50")]


async def test_what_is_not_laid_out_gives_null_and_never_an_error(database, bare):
    async with database.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, "office", OFFICE)
        now = uow.now
        far = datetime(now.year + YEARS_AHEAD + 2, 1, 1, tzinfo=UTC)
        cases = {
            "unknown": "select working_minutes('nobody', $1, $2)",
            "add unknown": "select add_working_minutes('nobody', $1, 5) where $2::timestamptz is not null",
            "behind the end": "select working_minutes('office', $1, $2)",
            "from behind the end": "select add_working_minutes('office', $2, 5) where $1::timestamptz is not null",
            "longer than the end": "select add_working_minutes('office', $1, 'infinity') where $2::timestamptz is not null",
            "not a number": "select add_working_minutes('office', $1, 'nan') where $2::timestamptz is not null",
        }
        for name, sql in cases.items():
            assert await uow.fetchval(sql, now, far) is None, name
        long_ago = datetime(FIRST_YEAR - 5, 1, 1, tzinfo=UTC)
        assert await uow.fetchval("select working_minutes('office', $1, $2)", long_ago, now) is None
        assert await uow.fetchval("select working_minutes('office', null, $1)", now) is None
        assert await uow.fetchval("select working_minutes('office', 'infinity', $1)", now) is None
        assert await uow.fetchval("select working_minutes('office', '-infinity', $1)", now) is None


async def test_an_answer_touches_two_rows_of_the_index_however_long_the_span(database, bare):
    async with database.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, "office", OFFICE)
        plan = await uow.fetch(
            "explain (analyze, costs off, timing off, summary off) select opens from calendar_span s"
            " where s.calendar = 'office' collate \"C\" and s.opens <= now() order by s.opens desc limit 1"
        )
    text = "\n".join(row[0] for row in plan)
    assert "Index" in text
    assert "Sort" not in text
    assert "rows=1" in text


async def test_a_holiday_entered_by_hand_moves_every_calendar_and_survives_the_seed(fresh, bare):
    async with fresh.work(bare, SYSTEM) as uow:
        await uow.execute(
            "insert into definition (id, kind, key, version, status, document)"
            " values (gen_random_uuid(), 'calendar', 'office', 1, 'published', $1)", OFFICE,
        )  # fmt: skip
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
    async with fresh.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, "office", OFFICE)
        assert (await load_calendar(uow, "office")).years_without_data(at("2027-03-01 00:00"), at("2027-03-02 00:00"))
        days = [(date(2027, 2, 8), False, "春节(演示)"), (date(2027, 2, 6), True, ""), (date(2026, 10, 1), True, "")]
        await set_public_holidays(uow, days)
    async with fresh.work(bare, SYSTEM) as uow:
        await materialise_calendar(uow, "office", OFFICE)
        calendar = await load_calendar(uow, "office")
        for day, minutes in (("2027-02-08", 0), ("2027-02-06", 480), ("2026-10-01", 480), ("2026-10-02", 0)):
            a, b = at(f"{day} 00:00"), at(f"{day} 23:59")
            assert working_minutes(calendar, a, b) == minutes
            assert await uow.fetchval("select working_minutes('office', $1, $2)", a, b) == minutes
        assert calendar.years_without_data(at("2027-03-01 00:00"), at("2027-03-02 00:00")) == []


async def test_the_web_role_may_read_and_lay_out_calendars_but_not_change_the_functions(database, bare):
    async with database.work(bare, SYSTEM) as uow:
        with pytest.raises(Exception, match=r"must be owner|permission denied"):
            await uow.execute("drop function working_minutes(text, timestamptz, timestamptz)")
