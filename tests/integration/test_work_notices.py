"""What people are told: once, in their language, no more than they may see, and with the fact it speaks of."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from xingji.kernel import access
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.work import (
    Notice,
    escalate,
    list_inbox,
    mark_read,
    notify,
    release_once,
    watch_inbox,
    withdraw_change,
)
from xingji.kernel.work.held import write_settings
from xingji.kernel.work.inbox import count_unread

PEOPLE = {
    "units": [{"key": "root", "name": "总部", "head": "boss"}, {"key": "team", "name": "一组", "parent": "root", "head": "lead"}],
    "persons": [
        {"key": "boss", "name": "贺总(演示)", "unit": "root", "roles": ["all"], "email": "boss@demo.example"},
        {"key": "lead", "name": "程主管(演示)", "unit": "team", "roles": ["all"], "phone": "13900000001"},
        {"key": "rep", "name": "张三(演示)", "unit": "team", "roles": ["rep"], "phone": "13900000002", "email": "z@demo.example"},
    ],
}  # fmt: skip
DOCUMENTS = [
    {"kind": "role", "key": "all", "rows": {"default": "all"}},
    {"kind": "role", "key": "rep", "rows": {"default": "own"}, "fields": {"hide": ["lead.budget", "customer.floor"], "mask": ["lead.mobile"]}},
    {"kind": "object", "key": "lead", "fields": [
        {"key": "name", "kind": "text"}, {"key": "budget", "kind": "money"}, {"key": "mobile", "kind": "phone"},
        {"key": "customer", "kind": "relation", "to": "customer"},
    ]},
    {"kind": "object", "key": "customer", "fields": [{"key": "floor", "kind": "money"}, {"key": "name", "kind": "text"}]},
    {"kind": "channel", "key": "wecom_sales", "channel": "wecom_robot", "settings": {}},
    {"kind": "calendar", "key": "office", "days": "周一-周五", "hours": ["08:30-12:00", "13:00-17:30"], "holidays": "none"},
    {"kind": "channel", "key": "mail", "channel": "email", "settings": {"lang": "en"}},
]  # fmt: skip
TITLE = {"zh": "{name} 已 {minutes} 分钟未响应", "en": "{name}: no response for {minutes} min"}


class Told:
    """A workspace with three people, two roles and two channels."""

    def __init__(self, database, workspace, ids) -> None:
        self.database, self.workspace, self.ids = database, workspace, ids

    def work(self):
        return self.database.work(self.workspace, SYSTEM)

    def notice(self, to: str = "rep", **more) -> Notice:
        given = {"title": TITLE, "values": {"name": "王经理(演示)", "minutes": 30}, "object": "lead", "record": uuid4()}
        return Notice(self.ids[to], "reminder", **(given | more))

    async def inbox(self, of: str) -> list[str]:
        async with self.work() as uow:
            return [row["title"] for row in await list_inbox(uow, self.ids[of])]

    async def outbox(self) -> list[dict]:
        async with self.work() as uow:
            return [dict(row) for row in await uow.fetch("select * from outbox order by id")]


@pytest_asyncio.fixture(loop_scope="session")
async def told(database, bare):
    async with database.work(bare) as uow:
        for table in ("outbox", "inbox", "notice_held", "notice_setting", "definition"):
            await uow.execute(f"delete from {table}")
        for document in DOCUMENTS:
            await uow.execute(
                "insert into definition (id, kind, key, version, status, document) values ($1, $2, $3, 1, 'published', $4)",
                uuid4(), document["kind"], document["key"], document,
            )  # fmt: skip
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
        ids = await access.save_people(uow, PEOPLE)
    return Told(database, bare, ids)


async def test_a_notice_stands_in_the_inbox_and_goes_out_by_its_channels(told):
    async with told.work() as uow:
        await notify(uow, [told.notice(via=("inbox", "wecom_sales", "mail"), urgency="strong", rule="sla_a")])
    assert await told.inbox("rep") == ["王经理(演示) 已 30 分钟未响应"]
    chat, mail = await told.outbox()
    assert chat["message"]["title"] == "王经理(演示) 已 30 分钟未响应"
    assert chat["recipient"] == {"mobiles": ["13900000002"], "emails": ["z@demo.example"], "user_ids": []}
    assert mail["message"]["title"] == "王经理(演示): no response for 30 min"
    assert (mail["message"]["urgency"], mail["rule"], mail["message"]["type"]) == ("strong", "sla_a", "notice.reminder")


async def test_the_same_dedupe_key_tells_once_however_often_it_is_said(told):
    for _ in range(3):
        async with told.work() as uow:
            await notify(uow, [told.notice(via=("inbox", "mail"), dedupe="sla:1")] * 2)
    assert len(await told.inbox("rep")) == 1
    assert len(await told.outbox()) == 1


async def test_a_thousand_notices_take_three_writing_statements(told):
    async with told.work() as uow:
        await notify(uow, [told.notice()])  # caches filled
        before = uow.queries
        await notify(uow, [told.notice(via=("inbox", "mail")) for _ in range(1000)])
        assert uow.queries - before <= 5  # people, how many came within the hour, inbox, outbox, held back
    assert len(await told.inbox("rep")) == 50  # one page


async def test_a_group_gets_one_message_with_everybody_mentioned(told):
    record = uuid4()
    notices = [told.notice(to, record=record, via=("inbox", "wecom_sales"), dedupe="sla:2") for to in ("rep", "lead")]
    async with told.work() as uow:
        await notify(uow, notices)
    (chat,) = await told.outbox()
    assert chat["recipient"]["mobiles"] == ["13900000002", "13900000001"]
    assert len(await told.inbox("rep")) == len(await told.inbox("lead")) == 1


async def test_a_blank_shows_no_field_its_reader_may_not_see(told):
    values = {"name": "王经理", "budget": "88 万", "mobile": "13812345678", "minutes": 5}
    title = "{name} 预算 {budget} 电话 {mobile}"
    async with told.work() as uow:
        await notify(
            uow, [told.notice(to, title=title, values=values, via=("inbox", "mail")) for to in ("rep", "boss")]
        )
    assert await told.inbox("rep") == ["王经理 预算 ••• 电话 •••"]
    assert await told.inbox("boss") == ["王经理 预算 88 万 电话 13812345678"]
    texts = [row["message"]["title"] for row in await told.outbox()]
    assert sum("13812345678" in text for text in texts) == 1


async def test_a_field_of_a_related_record_is_hidden_too_and_a_counted_number_is_not(told):
    values = {"customer.floor": 7, "customer.name": "砺澜(演示)", "minutes": 5}
    title = "{customer.name} {customer.floor} {minutes}"
    async with told.work() as uow:
        await notify(uow, [told.notice("rep", title=title, values=values)])
    assert await told.inbox("rep") == ["砺澜(演示) ••• 5"]


async def test_an_escalation_reaches_the_next_person_up_and_the_top_reaches_itself(told):
    async with told.work() as uow:
        await escalate(uow, [told.notice("rep"), told.notice("lead"), told.notice("boss")], access.managers_of)
    assert [len(await told.inbox(who)) for who in ("rep", "lead", "boss")] == [0, 1, 2]


async def test_a_rolled_back_fact_tells_nobody(told):
    with pytest.raises(RuntimeError):
        async with told.work() as uow:
            await notify(uow, [told.notice(via=("inbox", "mail"))])
            raise RuntimeError
    assert await told.inbox("rep") == []
    assert await told.outbox() == []


async def test_an_undo_stops_what_has_not_left_and_lists_what_has(told):
    async with told.work() as uow:
        await notify(uow, [told.notice(via=("inbox", "mail", "wecom_sales"))])
        change = uow.change
    async with told.work() as uow:
        await uow.execute("update outbox set status = 'sent', done_at = now() where channel = 'mail'")
        withdrawn = await withdraw_change(uow, change)
    assert withdrawn.cancelled == 1
    assert [sent["channel"] for sent in withdrawn.sent] == ["mail"]
    assert await told.inbox("rep") == []


async def test_reading_marks_only_ones_own_rows(told):
    async with told.work() as uow:
        await notify(uow, [told.notice("rep"), told.notice("lead")])
    async with told.work() as uow:
        rows = await list_inbox(uow, told.ids["lead"])
        assert await mark_read(uow, told.ids["rep"], [rows[0]["id"]]) == 0
        assert await mark_read(uow, told.ids["lead"], [rows[0]["id"]]) == 1
        assert await count_unread(uow, told.ids["rep"]) == 1
        assert await list_inbox(uow, told.ids["lead"], unread=True) == []


async def test_the_live_stream_hears_of_new_rows_once_and_of_late_ones_too(told):
    async with told.work() as uow:
        seen, nobody = await watch_inbox(uow, None)
    assert nobody == set()
    early: UUID = uuid7()
    async with told.work() as uow:
        await notify(uow, [told.notice("lead")])
    async with told.work() as uow:
        seen, whom = await watch_inbox(uow, seen)
        assert whom == {told.ids["lead"]}
        # A row made before the last one and committed after it.
        await uow.execute(
            "insert into inbox (id, person, at, kind, title) values ($1, $2, now(), 'system', 'x')",
            early,
            told.ids["boss"],
        )
        seen, whom = await watch_inbox(uow, seen)
        assert whom == {told.ids["boss"]}
        assert (await watch_inbox(uow, seen))[1] == set()


async def test_somebody_unknown_is_left_out_and_the_others_are_told(told):
    async with told.work() as uow:
        await notify(uow, [Notice(uuid4(), "reminder", "x"), told.notice("rep")])
    assert len(await told.inbox("rep")) == 1


async def at_time(told, text: str) -> None:
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    async with told.work() as uow:
        await uow.execute("update workspace_state set clock_fixed = $1, clock_offset = '0'", moment)


async def prefers(told, **settings) -> None:
    async with told.work() as uow:
        await write_settings(uow, told.ids["rep"], settings, ["wecom_sales", "mail"])


@pytest_asyncio.fixture(loop_scope="session")
async def calm(told):
    """The same on a clock that stands on a Tuesday morning."""
    await at_time(told, "2026-03-10 10:00")
    yield told
    async with told.work() as uow:
        await uow.execute("update workspace_state set clock_fixed = null")


async def test_quiet_hours_hold_a_message_until_the_office_opens_and_the_inbox_has_it_at_once(calm):
    await prefers(calm, quiet={"mode": "outside_hours"})
    await at_time(calm, "2026-03-10 19:00")
    async with calm.work() as uow:
        await notify(uow, [calm.notice(via=("inbox", "mail"), urgency="strong", dedupe="q1")])
        await notify(uow, [calm.notice(via=("inbox", "mail"), urgency="strong", dedupe="q1")])
    assert len(await calm.inbox("rep")) == 1
    assert await calm.outbox() == []
    assert await release_once(calm.database, calm.workspace) == 0
    await at_time(calm, "2026-03-11 08:30")
    assert await release_once(calm.database, calm.workspace) == 1
    (sent,) = await calm.outbox()
    assert sent["message"]["title"] == "王经理(演示): no response for 30 min"
    async with calm.work() as uow:
        await notify(uow, [calm.notice(via=("inbox", "mail"), dedupe="q1")])
    assert len(await calm.outbox()) == 1  # said once, though it went another way


async def test_a_strong_reminder_breaks_quiet_hours_only_when_its_rule_says_so(calm):
    await prefers(calm, quiet={"mode": "hours", "from": "20:00", "to": "08:30"})
    await at_time(calm, "2026-03-10 22:00")
    async with calm.work() as uow:
        await notify(uow, [calm.notice(via=("mail",), urgency="strong"), calm.notice(via=("mail",), urgency="strong", breaks_quiet=True)])
    assert len(await calm.outbox()) == 1


async def test_what_is_beyond_the_guard_comes_as_one_message_at_the_full_hour(calm):
    await prefers(calm, most_per_hour=2)
    for n in range(5):
        async with calm.work() as uow:
            await notify(uow, [calm.notice(via=("inbox", "mail"), title=f"第 {n} 条")])
    assert [row["message"]["title"] for row in await calm.outbox()] == ["第 0 条", "第 1 条"]
    assert len(await calm.inbox("rep")) == 5
    await at_time(calm, "2026-03-10 11:00")
    assert await release_once(calm.database, calm.workspace) == 3
    digest = (await calm.outbox())[-1]["message"]
    assert (digest["type"], digest["data"]["count"]) == ("notice.digest", 3)
    assert digest["body"].splitlines() == ["· 第 2 条", "· 第 3 条", "· 第 4 条"]
    assert await release_once(calm.database, calm.workspace) == 0


async def test_a_muted_kind_arrives_read_and_a_channel_that_is_off_stays_silent(calm):
    await prefers(calm, muted=["reminder"], channels_off=["wecom_sales"])
    async with calm.work() as uow:
        await notify(uow, [calm.notice(via=("inbox", "mail")), replace(calm.notice(via=("inbox", "mail", "wecom_sales")), kind="mention")])
        assert await count_unread(uow, calm.ids["rep"]) == 1
    assert [row["channel"] for row in await calm.outbox()] == ["mail"]


async def test_an_undo_takes_back_what_is_being_held(calm):
    await prefers(calm, quiet={"mode": "hours", "from": "09:00", "to": "11:00"})
    async with calm.work() as uow:
        change = uow.change
        await notify(uow, [calm.notice(via=("inbox", "mail"))])
    async with calm.work() as uow:
        assert (await withdraw_change(uow, change)).cancelled == 1
    await at_time(calm, "2026-03-10 12:00")
    assert await release_once(calm.database, calm.workspace) == 0


async def test_a_group_message_leaves_out_whoever_is_not_to_be_disturbed(calm):
    await prefers(calm, quiet={"mode": "hours", "from": "09:00", "to": "11:00"})
    record = uuid4()
    async with calm.work() as uow:
        await notify(uow, [calm.notice(to, record=record, via=("wecom_sales",), dedupe="g1") for to in ("rep", "lead")])
    (chat,) = await calm.outbox()
    assert chat["recipient"]["mobiles"] == ["13900000001"]
    async with calm.work() as uow:
        assert await uow.fetchval("select count(*) from notice_held") == 0
