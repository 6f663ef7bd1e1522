"""Calendars and channels as definitions: published through the one life, kept ahead, secrets never shown."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from xingji import app
from xingji.kernel import access
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import (
    Ports,
    check_draft,
    compare,
    configure_kinds,
    dry_run,
    find_draft,
    publish,
    save_draft,
)
from xingji.kernel.definitions.kinds import shown
from xingji.kernel.work import CalendarKind, ChannelKind, Runtime, list_inbox, refresh_calendars
from xingji.kernel.work.address_guard import AddressGuard

OFFICE = {"name": {"zh": "办公"}, "days": "周一-周五", "hours": ["09:00-18:00"], "holidays": "国家法定+调休"}
ROBOT = {
    "name": {"zh": "销售群"},
    "channel": "dingtalk_robot",
    "settings": {"url": "https://oapi.dingtalk.com/robot/send?access_token=very-secret", "secret": "SECcanary"},
}


@pytest_asyncio.fixture(loop_scope="session")
async def kinds(database, bare):
    async with database.work(bare) as uow:
        for table in ("definition", "inbox", "calendar_span"):
            await uow.execute(f"delete from {table}")
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
    app.configure()
    runtime = Runtime(lambda: "a key for tests, long enough", AddressGuard())
    configure_kinds(
        {**app.KINDS, "calendar": CalendarKind(), "channel": ChannelKind(runtime)}, Ports(audit=access.audit)
    )
    yield
    app.configure()


async def put(database, workspace, kind: str, key: str, document: dict) -> None:
    async with database.work(workspace, SYSTEM) as uow:
        await save_draft(uow, kind, key, document)
    await publish(database, workspace, SYSTEM, [(kind, key)])


async def test_a_published_calendar_answers_in_sql_at_once_and_a_new_version_replaces_it(kinds, database, bare):
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    sql = "select working_minutes('office', $1, $1::timestamptz + interval '1 day')"
    await put(database, bare, "calendar", "office", OFFICE)
    async with database.work(bare) as uow:
        assert await uow.fetchval(sql, monday) == 540
    await put(database, bare, "calendar", "office", OFFICE | {"hours": ["09:00-12:00"]})
    async with database.work(bare) as uow:
        assert await uow.fetchval(sql, monday) == 180


async def test_a_broken_calendar_is_refused_at_its_place_and_the_old_one_counts_on(kinds, database, bare):
    await put(database, bare, "calendar", "office", OFFICE)
    with pytest.raises(XingjiError) as refused:
        await put(database, bare, "calendar", "office", OFFICE | {"hours": ["09:00-12:00", "11:00-13:00"]})
    assert "calendar.hours_overlap" in str(refused.value)
    async with database.work(bare) as uow:
        assert await uow.fetchval("select working_minutes('office', $1, $2)", *window(2026, 6, 1, 2)) == 540


async def test_a_dry_run_names_the_days_that_differ_and_the_years_without_data(kinds, database, bare):
    async with database.work(bare) as uow:
        await save_draft(uow, "calendar", "office", OFFICE)
        found = await dry_run(uow, "calendar", "office", *window(2026, 2, 10, 28))
        assert ["2026-02-14", [[540, 1080]]] in [[day["day"], day["hours"]] for day in found["days_that_differ"]]
        assert found["warnings"] == []
        later = await dry_run(uow, "calendar", "office", *window(2031, 2, 10, 28))
    assert [warning["code"] for warning in later["warnings"]] == ["calendar.year_without_data"]


async def test_secrets_stand_nowhere_in_the_tables_and_are_masked_when_shown(kinds, database, bare):
    await put(database, bare, "channel", "ding", ROBOT)
    async with database.work(bare) as uow:
        await save_draft(uow, "channel", "ding", ROBOT | {"max_attempts": 3})
        rows = await uow.fetch("select row_to_json(d)::text as whole from definition d")
        assert not any("canary" in row["whole"] or "very-secret" in row["whole"] for row in rows)
        draft = await find_draft(uow, "channel", "ding")
        assert shown("channel", draft.document)["settings"] == {"url": "••••••", "secret": "••••••"}
        assert await check_draft(uow, "channel", "ding") == []


async def test_saving_what_was_shown_keeps_the_secret(kinds, database, bare):
    await put(database, bare, "channel", "ding", ROBOT)
    async with database.work(bare) as uow:
        first = await uow.fetchval("select document from definition where status = 'published'")
        await save_draft(uow, "channel", "ding", shown("channel", first) | {"max_attempts": 3})
        draft = await find_draft(uow, "channel", "ding")
    assert draft.document["settings"] == first["settings"]


async def test_a_channel_to_an_inner_address_is_not_published(kinds, database, bare):
    inner = ROBOT | {"settings": {"url": "http://169.254.169.254/robot/send?access_token=t", "secret": "SECx"}}
    with pytest.raises(XingjiError) as refused:
        await put(database, bare, "channel", "ding", inner)
    assert "channel.address_refused" in str(refused.value)


async def test_secrets_sealed_under_another_key_are_a_problem_of_the_channel(kinds, database, bare):
    other = ChannelKind(Runtime(lambda: "another key, also long enough", AddressGuard()))
    document = {"kind": "channel", "key": "ding", **ROBOT}
    sealed = ChannelKind(Runtime(lambda: "a key for tests, long enough", AddressGuard())).store(document, None)
    assert [problem.code for problem in other.check(sealed, None)] == ["channel.secrets_unreadable"]


async def test_a_year_without_holiday_data_is_announced_once_to_those_who_keep_definitions(kinds, database, bare):
    await put(database, bare, "calendar", "office", OFFICE)
    async with database.work(bare) as uow:
        for key, rights in (("admin", ["definitions.write"]), ("rep", [])):
            await uow.execute(
                "insert into definition (id, kind, key, version, status, document) values ($1, 'role', $2, 1, 'published', $3)",
                uuid4(), key, {"key": key, "rights": rights, "rows": {}},
            )  # fmt: skip
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
        persons = [{"key": key, "name": f"{key}(演示)", "unit": "root", "roles": [key]} for key in ("admin", "rep")]
        ids = await access.save_people(uow, {"units": [{"key": "root", "name": "总部"}], "persons": persons})
    for at in (datetime(2026, 6, 1, tzinfo=UTC), datetime(2030, 12, 5, tzinfo=UTC), datetime(2030, 12, 6, tzinfo=UTC)):
        async with database.work(bare, at=at) as uow:
            missing = await refresh_calendars(uow)
        assert missing == ([] if at.year == 2026 else [2030, 2031])
    async with database.work(bare) as uow:
        titles = sorted(row["title"] for row in await list_inbox(uow, ids["admin"]))
        assert await list_inbox(uow, ids["rep"]) == []
    assert titles == [f"{year} 年的法定节假日与调休尚无数据,按普通工作日计算。" for year in (2030, 2031)]


def window(year: int, month: int, first: int, last: int) -> tuple[datetime, datetime]:
    return datetime(year, month, first, tzinfo=UTC), datetime(year, month, last, tzinfo=UTC)


async def test_versions_are_compared_without_their_secrets(kinds, database, bare):
    await put(database, bare, "channel", "ding", ROBOT)
    await put(database, bare, "channel", "ding", ROBOT | {"settings": ROBOT["settings"] | {"secret": "SECother"}})
    async with database.work(bare) as uow:
        differences = await compare(uow, "channel", "ding", 1, 2)
    assert "SECcanary" not in str(differences)
    assert "SECother" not in str(differences)
