"""The gate's statement is made once and asked anew: at another time, by another person, of another record."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice, words
from xingji.features.process.sight import Wanted, see
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database
from xingji.kernel.records import Change, Row
from xingji.kernel.rules import set_clock

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
RULES = {"slow": 'created_at <= now - duration("2h")', "mine": "owner == me.id"}
ASKED = {
    **PLAYBOOK,
    "stages": [
        {"key": "field", "name": words("field"), "exit": [{"key": "slow", "when": RULES["slow"], "message": words("太快")}]},
        {"key": "claim", "name": words("claim"), "exit": [{"key": "mine", "when": RULES["mine"], "message": words("只有负责人能推进")}]},
        {"key": "end", "name": words("end")},
    ],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    place = ProcessOffice(database, workspace)
    await place.open()
    await place.playbook(ASKED)
    return place


async def test_time_that_passes_between_two_moves_counts(office: ProcessOffice) -> None:
    await set_clock(office.database, office.workspace, MONDAY)
    deal = await office.deal()
    for hours, moves in ((1, False), (3, True)):
        await set_clock(office.database, office.workspace, MONDAY + timedelta(hours=hours))
        if moves:
            await office.update(deal, "rep", stage="claim")
        else:
            with pytest.raises(XingjiError, match="records.invalid"):
                await office.update(deal, "rep", stage="claim")


async def test_who_asks_counts(office: ProcessOffice) -> None:
    deals = [await office.deal("claim"), await office.deal("claim")]
    await office.update(deals[0], "rep", stage="end")
    with pytest.raises(XingjiError, match="records.invalid"):
        await office.update(deals[1], "head", stage="end")


async def test_every_row_is_asked_with_its_own_values_and_the_statement_is_made_once(office: ProcessOffice) -> None:
    deals = [await office.deal(amount=amount) for amount in (100, 500_000, 900_000)]
    wanted = Wanted(sources={"amount >= 1000"}, events={"chart.filed"}, actions={"visit"})
    await office.emit("chart.filed", deals[2])
    await office.emit("chart.filed", deals[2])
    answers, made = [], []
    async with office.database.work(office.workspace) as uow:
        schema = await records.load_schema(uow)
        kind = schema.object("deal")
        for deal in deals:
            row = Row(0, Change("update", "deal", deal), kind, deal, {}, dict(await records.get_record(uow, "deal", deal)))
            seen = (await see(uow, schema, kind, [row], wanted))[0]
            answers.append((bool(seen.truths), seen.events))
            made.append(len([key for key in schema._memo if isinstance(key, tuple) and key[0] == "process.question"]))
    assert answers == [(False, {}), (True, {}), (True, {"chart.filed": 2})]
    assert made[0] == made[2]
