"""The morning before the demo opens, lived through for real: leads arrive, rules dispatch and remind, reps answer.

Nothing here is planted: owners, notices and clocks are what the engine made of the leads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.touches import Touch, record_touch
from xingji.kernel.access import actor_for_person
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records import Change, get_record, write
from xingji.kernel.rules import advance_clock


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead of the morning: minutes before the demo starts, its values, and after how many minutes it is answered."""

    before: int
    values: Mapping[str, Any]
    answered_after: int | None = None


def _lead(name: str, company: str, source: str, intent: str, region: str, province: str, **more: Any) -> dict[str, Any]:
    values = {
        "name": name, "company": f"{company}(演示)", "source": source, "channel": source, "intent": intent,
        "region": region, "area": [province], "country": "CN",
    }  # fmt: skip
    return values | more


PUMP, AIR = {"product_line": "pump", "industry": "manufacturing"}, {"product_line": "air", "industry": "manufacturing"}
MORNING = (
    Arrival(88, _lead("周经理", "江海启明精密制造有限公司", "web_quote", "A", "east", "320000", mobile="13900090001",
                      budget=80_000_000, need="多级泵 3 台，要能效证明", **PUMP), 9),
    Arrival(74, _lead("吴工", "莞南瑞昇电子有限公司", "douyin", "B", "south", "440000", mobile="13900090002",
                      budget=12_000_000, need="37kW 螺杆机两台，月底前到货", **AIR), 31),
    Arrival(66, _lead("陈总", "胶东海岳纸业有限公司", "search_ad", "A", "north", "370000", mobile="13900090003",
                      budget=30_000_000, need="化工流程泵备件和维保报价", **PUMP)),
    Arrival(52, _lead("林女士", "苏南恒拓印染有限公司", "wechat_oa", "B", "east", "320000", mobile="13900090004",
                      budget=9_000_000, need="空压站节能改造，想看测算", **AIR), 12),
    Arrival(41, _lead("何主任", "江汉普惠供水有限公司", "tel400", "A", "midwest", "420000", mobile="13900090005",
                      budget=38_000_000, need="新厂供水机组选型", **PUMP)),
    Arrival(26, _lead("徐经理", "浦江鼎晟制药有限公司", "web_form", "B", "east", "310000", mobile="13900090006",
                      budget=6_000_000, need="压缩空气含油超标，求方案", **AIR)),
    Arrival(13, _lead("郭先生", "粤港东方食品有限公司", "douyin", "B", "south", "440000", mobile="13900090007",
                      budget=5_000_000, need="变频空压机替换工频机", **AIR)),
    Arrival(4, _lead("高总", "杭西博远装备有限公司", "web_quote", "A", "east", "330000", mobile="13900090008",
                     budget=96_000_000, need="空压站节能改造，想看测算", **AIR)),
)  # fmt: skip


async def live_through_morning(database: Database, workspace: str, start: datetime, people: Mapping[str, UUID]) -> None:
    """Moves the clock from before the first lead to the demo's start, with everything that happens on the way."""
    async with database.work(workspace) as uow:
        await uow.execute(
            "update workspace_state set clock_fixed = $1", start - timedelta(minutes=MORNING[0].before + 1)
        )
    steps: list[tuple[datetime, Arrival, UUID | None]] = []
    for arrival in MORNING:
        lead, arrived = uuid7(), start - timedelta(minutes=arrival.before)
        steps.append((arrived, arrival, lead))
        if arrival.answered_after is not None:
            steps.append((arrived + timedelta(minutes=arrival.answered_after), arrival, lead))
    seen: set[UUID | None] = set()
    for at, arrival, lead in sorted(steps, key=lambda step: step[0]):
        await advance_clock(database, workspace, at)
        if lead not in seen:
            seen.add(lead)
            async with database.work(workspace, SYSTEM) as uow:
                await write(uow, [Change("create", "lead", id=lead, values=dict(arrival.values))])
        else:
            await _answer(database, workspace, lead)
    await advance_clock(database, workspace, start)


async def _answer(database: Database, workspace: str, lead: UUID | None) -> None:
    async with database.work(workspace) as uow:
        owner = (await get_record(uow, "lead", lead))["owner"]
        actor = await actor_for_person(uow, UUID(str(owner))) if owner else None
    if actor is None:
        return
    async with database.work(workspace, actor) as uow:
        await record_touch(uow, lead, Touch("call", "out", answered=True, text="约了下午发选型清单"))
