"""Reminders of required actions: whom, when, once a stay, no flood; and what the playbook may say about them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice, words
from xingji.features.process import steps
from xingji.features.process.health import refresh_health
from xingji.features.process.kinds import PlaybookKind
from xingji.features.process.reminders import forget_reminders, remind_actions
from xingji.kernel.core.protocols import SYSTEM, CheckContext
from xingji.kernel.db import Database, Mode
from xingji.kernel.records import Change, write
from xingji.kernel.rules import set_clock

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)  # the office works 9:00 to 12:00 and 13:00 to 18:00
TIMED = {
    **PLAYBOOK,
    "stages": [
        {"key": "field", "name": words("首次沟通"), "limit_hours": 2, "actions": [
            {"key": "ask_need", "name": words("问清需求"), "need": ["next_step"]},
            {"key": "quiet_one", "name": words("不提醒的"), "remind": False},
        ]},
        {"key": "claim", "name": words("试机"), "actions": [
            {"key": "trial", "name": words("样机试跑"), "by": "presales", "limit_hours": 3},
            {"key": "proved", "name": words("试机结论"), "limit_hours": 3, "confirm": {"role": "presales"}},
            {"key": "early", "name": words("提前说"), "limit_hours": 5, "remind": {"before_hours": 1}},
        ]},
        {"key": "end", "name": words("end")},
    ],
}  # fmt: skip


class Reminded(ProcessOffice):
    """An office on a moved clock."""

    async def at(self, hours: float) -> None:
        """So many hours of the wall clock after Monday nine o'clock; looks twice, as two workers would."""
        await set_clock(self.database, self.workspace, MONDAY + timedelta(hours=hours))
        async with self.database.work(self.workspace) as uow:
            await refresh_health(uow, "deal")
        for _ in range(2):
            await remind_actions(self.database, self.workspace)

    async def told(self, name: str, deal: UUID | None = None) -> list[str]:
        async with self.database.work(self.workspace) as uow:
            rows = await uow.fetch("select title from inbox where person = $1 and ($2::uuid is null or record = $2) and dedupe like 'remind:%' order by at, id", self.people[name], deal)
        return [row["title"] for row in rows]


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database, workspace: str) -> Reminded:
    place = Reminded(database, workspace)
    await place.open()
    await set_clock(database, workspace, MONDAY)
    await place.playbook(TIMED)
    async with database.work(workspace) as uow:  # what the tests before left
        await write(uow, [Change("delete", "deal", row["id"]) for row in await uow.fetch("select record as id from process_health")])
        await uow.execute("delete from process_reminder")
        await uow.execute("delete from inbox")
        await uow.execute("delete from process_health")
        await uow.execute("update person set left_on = null")
    return place


async def test_the_owner_hears_of_an_action_past_its_limit_once_a_stay(office: Reminded) -> None:
    deal = await office.deal(name="泵站改造")
    await office.at(1.9)
    assert await office.told("rep") == []
    await office.at(2.1)
    assert await office.told("rep") == ["「问清需求」已过时限：泵站改造"]
    await office.at(2.9)
    assert len(await office.told("rep")) == 1
    (event,) = await office.events(deal, "process.action_reminded")
    assert (event["action"], event["people"]) == ("ask_need", [str(office.people["rep"])])
    await office.update(deal, next_step="约试机")
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "quiet_one"))
    async with office.database.work(office.workspace) as uow:
        await write(uow, [Change("update", "deal", deal, {"stage": "claim"})])
        await write(uow, [Change("update", "deal", deal, {"next_step": None})])
        await write(uow, [Change("update", "deal", deal, {"stage": "field"})])  # back again: a stay of its own
    await office.at(6.9)
    assert await office.told("rep") == ["「问清需求」已过时限：泵站改造"] * 2


async def test_what_was_done_in_time_is_not_told(office: Reminded) -> None:
    deal = await office.deal()
    await office.update(deal, next_step="约试机")
    await office.at(2.5)
    assert await office.told("rep", deal) == []


async def test_whoever_can_supply_it_is_told_and_the_owner_where_nobody_can(office: Reminded) -> None:
    deal = await office.deal(name="冷却塔", next_step="x", stage=None)
    await move(office, deal)
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "proved"))
    await office.at(2.9)
    assert [await office.told(name, deal) for name in ("rep", "tech", "both", "head")] == [[], [], [], []]
    await office.at(4.6)  # 3.6 working hours
    both = ["「样机试跑」已过时限：冷却塔", "「试机结论」已过时限：冷却塔"]
    assert [sorted(await office.told(name, deal)) for name in ("rep", "tech", "head")] == [[], sorted(both), []]
    await office.at(5.1)  # 4.1 of 5
    assert await office.told("rep", deal) == ["「提前说」快到时限：冷却塔"]
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update person set left_on = '2026-01-01' where 'presales' = any (roles)")
    alone = await office.deal(name="无人可做", next_step="x")
    await move(office, alone)
    await office.at(4.6)
    assert sorted(await office.told("rep", alone))[:1] == ["「样机试跑」已过时限：无人可做"]


async def test_the_owner_is_not_told_to_confirm_their_own_though_they_hold_the_role(office: Reminded) -> None:
    deal = await office.deal(name="自证", next_step="x", owner=str(office.people["both"]))
    await move(office, deal)
    await office.do("both", lambda uow: steps.claim(uow, "deal", deal, "proved"))
    await office.at(4.6)  # three working hours and lunch
    assert "「试机结论」已过时限：自证" in await office.told("tech", deal)
    assert "「试机结论」已过时限：自证" not in await office.told("both", deal)


async def test_whoever_may_not_read_the_record_hears_nothing_of_it(office: Reminded) -> None:
    deal = await office.deal(name="只有自己看得到", next_step="x", owner=str(office.people["rep"]))
    await move(office, deal)
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update person set roles = array['presales', 'rep'] where id = $1", office.people["both"])
        await uow.execute("update definition set document = document || '{\"rows\": {\"default\": \"own\"}}' where kind = 'role' and key = 'presales'")
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1, access_rev = access_rev + 1")
    await office.at(4.6)
    assert [await office.told(name, deal) for name in ("tech", "both")] == [[], []]
    assert "「样机试跑」已过时限：只有自己看得到" in await office.told("rep", deal)


async def test_records_late_for_long_are_not_told_and_many_at_once_come_as_one(office: Reminded) -> None:
    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        old = {"created_at": "2025-11-01T02:00:00Z", "stage": "field"}
        await write(uow, [Change("create", "deal", values={"name": f"旧 {n}", "customer": str(office.customer), "owner": str(office.people["rep"]), **old}) for n in range(30)])
    for n in range(5):
        await office.deal(name=f"新 {n}")
    await office.at(2.1)
    assert await office.told("rep") == ["有 5 个必做动作已到时限"]
    async with office.database.work(office.workspace) as uow:
        assert await uow.fetchval("select count(*) from process_reminder") == 5
        assert await uow.fetchval("select body from inbox where person = $1 and dedupe like 'remind:%'", office.people["rep"]) == "\n".join(f"问清需求 · 新 {n}" for n in range(5))


async def test_what_was_said_is_forgotten_when_the_record_ended(office: Reminded) -> None:
    deal = await office.deal()
    await office.at(2.1)
    await office.update(deal, status="lost", lost_reason="预算取消")
    await office.at(24 * 9)
    async with office.database.work(office.workspace) as uow:
        await forget_reminders(uow)
        assert await uow.fetchval("select count(*) from process_reminder") == 0


def test_the_check_says_what_a_reminder_cannot_be() -> None:
    def check(more: dict[str, Any], remind: Any) -> list[tuple[str, str]]:
        context = CheckContext({("object", "deal"): {"fields": []}}, {})
        document = {**TIMED, **more, "stages": [{"key": "field", "limit_hours": 2, "actions": [{"key": "a", "remind": remind}]}]}
        return [(one.code, one.path) for one in PlaybookKind().check(document, context) if "remind" in one.path]

    assert check({}, {"before_hours": 1}) == []
    assert check({}, {"before_hours": 2}) == [("process.remind_before", "stages.0.actions.0.remind")]
    assert check({"remind": {"via": ["inbox", "nowhere"], "urgency": "loud"}}, False) == [("process.unknown_channel", "remind.via.1"), ("process.remind_urgency", "remind.urgency")]


async def move(office: Reminded, deal: UUID) -> None:
    """Past the first stage, whatever it takes."""
    await set_clock(office.database, office.workspace, MONDAY)
    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        await write(uow, [Change("update", "deal", deal, {"stage": "claim", "updated_at": "2026-03-02T01:00:00Z"})])

