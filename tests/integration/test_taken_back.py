"""What was taken back did not happen: every figure made of the log changes when an event of it is withdrawn."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from integration.test_radar import REP, Radar, ago
from xingji.features.coach import diligence
from xingji.features.coach.stuck import STAYS, read_coach
from xingji.features.daily.focus import whats_new
from xingji.features.daily.propose import MOVES
from xingji.features.diagnosis.rhythm import silences
from xingji.features.mining.objects import Wanted, load_object_log
from xingji.features.process.reports.coverage import measure_coverage
from xingji.features.process.reports.coverage_kind import Coverage, StandardAction
from xingji.features.process.reports.deals import cases_of
from xingji.features.process.reports.leaks import leak_rows, process_leaks
from xingji.features.process.reports.loss import stage_losses
from xingji.features.process.sight import playbooks_of
from xingji.features.radar.limits import STAYS as LEARNED_STAYS
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import get_record

WORDS = {"zh": "回访（演示）", "en": "Call back"}
SINCE, UNTIL = ago(days=30), ago(days=-1)
Read = Callable[[UnitOfWork], Awaitable[Any]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database, workspace):
    return await Radar.of_lilan(database, workspace)


async def reads(office: Radar, read: Read) -> Any:
    async with office.database.work(office.workspace) as uow:
        return await read(uow)


async def before_and_after(office: Radar, record: UUID, type: str, read: Read, object_key: str = "deal") -> tuple[Any, Any]:
    """A figure, and the same once every event of the type on the record was taken back."""
    first = await reads(office, read)
    await office.unsaid(record, type, object_key)
    return first, await reads(office, read)


async def said(office: Radar, record: UUID, type: str, at: datetime, object_key: str = "deal", **more: Any) -> None:
    data = more.pop("data", {})
    async with office.database.work(office.workspace) as uow:
        await append_events(uow, [NewEvent(type, object_key, record, data, at, person=office.people[REP], **more)])


@pytest.mark.parametrize(("taken", "after"), [("touch.followup", (1, 0)), ("solution.talked", (0, 0))])
async def test_coverage(office: Radar, taken: str, after: tuple[int, int]):
    deal = await office.deal(ago(days=20), name=f"覆盖 {taken}(演示)")
    await office.told(deal, ("solution.talked", ago(days=10)), ("touch.followup", ago(days=9)))
    coverage = Coverage("c", WORDS, (StandardAction("call_back", WORDS, "deal", ("solution.talked",), ("touch.followup",), 72),), 0.8, 0.85, "deal")

    async def read(uow: UnitOfWork) -> tuple[int, int]:
        (action,) = (await measure_coverage(uow, coverage))["actions"]
        return action["due"], action["done"]

    start = await reads(office, read)
    first, last = await before_and_after(office, deal, taken, read)
    assert (first, last) == (start, (start[0] - 1 + after[0], start[1] - 1 + after[1]))


async def test_leaks(office: Radar):
    deal = await office.deal(ago(days=20))
    await office.told(deal, ("solution.talked", ago(days=15)), ("touch.followup", ago(days=14)), ("quote.sent", ago(days=12)))

    async def read(uow: UnitOfWork) -> tuple[int, int, int]:
        total = (await process_leaks(uow, SINCE, UNTIL))["total"]
        return total["talks"], total["gaps"], total["spans"]["quote"]["n"]

    async def gaps(uow: UnitOfWork) -> int:
        return (await leak_rows(uow, SINCE, UNTIL, "gaps"))["count"]

    talks, missed, quoted = await reads(office, read)
    waiting = await reads(office, gaps)
    for type, expected, rows in (("quote.sent", (talks, missed, quoted - 1), 0), ("touch.followup", (talks, missed + 1, quoted - 1), 1), ("solution.talked", (talks - 1, missed, quoted - 1), 0)):
        assert (await before_and_after(office, deal, type, read))[1] == expected, type
        assert await reads(office, gaps) == waiting + rows, type


async def test_stages_and_contacts_of_ended_deals(office: Radar):
    deal = await office.deal(ago(days=20), [("clarify", ago(days=18)), ("qualify", ago(days=17))])
    await office.told(deal, *(("meeting.held", ago(days=n)) for n in (12, 11)))
    await office.change(deal, ago(days=5), status="lost", lost_reason="价格")

    playbook = (await reads(office, lambda uow: get_record(uow, "deal", deal)))["playbook"]

    async def contacts(uow: UnitOfWork) -> dict[str, int]:
        return {one["contact"]: one["n"] for one in (await stage_losses(uow, "deal", SINCE, UNTIL, playbook))["contacts"]}

    async def stages(uow: UnitOfWork) -> set[str]:
        book = next(one for one in await playbooks_of(uow, "deal") if one.key == playbook)
        return next(case.stages for case in (await cases_of(uow, book, SINCE, UNTIL))[0] if case.id == deal)

    first, last = await before_and_after(office, deal, "meeting.held", contacts)
    assert (first["1"] - last["1"], first["2"] - last["2"]) == (1, 1)
    assert await before_and_after(office, deal, "deal.stage_moved", stages) == ({"qualify", "clarify"}, {"qualify"})


async def test_the_coach(office: Radar):
    customer = await office.customer()
    deal = await office.deal(ago(days=9), customer=customer)
    await office.told(deal, ("meeting.held", ago(hours=10)))
    await said(office, deal, "objection.raised", ago(days=3), data={"topic": "price"})
    await said(office, deal, "objection.resolved", ago(days=2), data={"topic": "price", "how": "试用"})

    async def read(uow: UnitOfWork) -> tuple[bool, list[Any]]:
        found = await read_coach(uow, "deal", deal)
        return found["stuck"], [one["how"] for one in found["objections"]]

    assert await before_and_after(office, deal, "objection.resolved", read) == ((False, ["试用"]), (False, [None]))
    assert await before_and_after(office, deal, "objection.raised", read) == ((False, [None]), (False, []))
    assert await before_and_after(office, deal, "meeting.held", read) == ((False, []), (True, []))


async def test_what_won_deals_did_in_a_stage(office: Radar):
    deal = await office.deal(ago(days=20), [("clarify", ago(days=18)), ("solution", ago(days=10))])
    await office.told(deal, ("decision_maker.met", ago(days=15)))

    async def read(uow: UnitOfWork) -> tuple[float | None, set[str]]:
        rows = await uow.fetch(STAYS, [deal], [True], [ago(days=20)], [ago(days=1)], [False], "clarify", "^deal[.]")
        return next((row["days"] for row in rows if row["what"] == "side"), None), {row["type"] for row in rows if row["what"] == "step"}

    assert await before_and_after(office, deal, "decision_maker.met", read) == ((8.0, {"decision_maker.met"}), (8.0, set()))
    assert await before_and_after(office, deal, "deal.stage_moved", read) == ((8.0, set()), (None, set()))


async def test_the_limits_a_rule_learned(office: Radar):
    deal = await office.deal(ago(days=20), [("clarify", ago(days=18))])
    await office.change(deal, ago(days=5), status="won")

    async def read(uow: UnitOfWork) -> int:
        sql = LEARNED_STAYS.format(table="o_deal", status="status", since="interval '730 days'")
        return len(await uow.fetch(sql, "deal", "won", uow.now))

    first, last = await before_and_after(office, deal, "deal.stage_moved", read)
    assert first - last == 1


@pytest.mark.parametrize(("taken", "after"), [("call.ended", (0, 0)), ("note.written", (2, 0))])
async def test_the_pattern_of_calls(office: Radar, taken: str, after: Sequence[int]):
    deal = await office.deal(ago(days=20))
    noon = ago(days=1).replace(hour=11)
    for minutes in (0, 5):
        await said(office, deal, "call.ended", noon + timedelta(minutes=minutes), source="pbx", id=f"{taken}{minutes}", duration_sec=20.0)
    await office.told(deal, ("note.written", noon + timedelta(minutes=30)))

    async def read(uow: UnitOfWork) -> tuple[int, int]:
        found = (await diligence.measure(uow, {}, [office.people[REP]], noon.date())).get(office.people[REP])
        return (found["calls"], found["followed"]) if found else (0, 0)

    first, last = await before_and_after(office, deal, taken, read)
    assert first[1] == 2
    assert (last[0] - (first[0] - 2), last[1]) == tuple(after)
    await office.unsaid(deal, "call.ended")


async def test_the_log_that_is_mined(office: Radar):
    deal = await office.deal(ago(days=20), name="挖掘（演示）")
    await office.told(deal, ("meeting.held", ago(days=9)))

    async def read(uow: UnitOfWork) -> int:
        log = await load_object_log(uow, Wanted("deal", f'name == "{"挖掘（演示）"}"', types=("meeting.held",)))
        return sum(log.names[step] == "meeting.held" for case in log.cases for step in case.steps)

    assert await before_and_after(office, deal, "meeting.held", read) == (1, 0)


async def test_the_days_customers_and_what_is_new_of_them(office: Radar):
    customer = await office.customer()
    await said(office, customer, "touch.inbound", ago(days=1), object_key="customer")

    async def moves(uow: UnitOfWork) -> int:
        return sum(row["n"] for row in await uow.fetch(MOVES, [customer], ago(days=7)))

    async def news(uow: UnitOfWork) -> int:
        found, _ = await whats_new(uow, office.people[REP], [{"record": customer, "object": "customer"}])
        return sum(map(len, found.values()))

    assert await reads(office, news) == 1
    assert await before_and_after(office, customer, "touch.inbound", moves, "customer") == (1, 0)
    assert await reads(office, news) == 0


async def test_silences_between_two_touches(office: Radar):
    customer = await office.customer()
    await office.told(customer, ("touch.followup", ago(days=80)), ("touch.followup", ago(days=1)), object_key="customer")

    async def read(uow: UnitOfWork) -> int:
        return (await silences(uow))["times"]

    first, last = await before_and_after(office, customer, "touch.followup", read, "customer")
    assert first - last == 1
