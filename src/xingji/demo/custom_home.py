"""S13 of 禾拾集团(演示): forty custom-home deals, nine of which went to the quote without a signed measurement sheet.

Owns what is planted and how it is written: as history, through the one write path, with the events that show each step.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.demo.history import as_json
from xingji.features.process.steps import confirm
from xingji.kernel.access import actor_for_person
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database, Mode
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write

SEED = 964_113
DEALS, UNMEASURED = 40, 9
REWORKED_OF_UNMEASURED, REWORKED_OF_REST = 6, 7  # 67 % against 23 %: three times as often
GUIDES = ("shinan", "gexiaoman", "jiaruoxi", "fuqingchuan", "qiuyibai")
HEAD = "kuangzheng"
HOUSES = ("三室两厅", "两室一厅", "四室两厅", "大平层")
FAMILIES = "冯沈陆方余戴钱曹汪祁毛禹狄米贝明臧计伏成"
#: What is recorded while a deal is in a stage.
SHOWN = {
    "contact": ("case.sent",), "visit": ("visit.checked_in", "talk.timed", "style.ticked"), "measure": ("measure.booked", "measure.signed"),
    "design": ("design.filed", "quote.sent", "touch.followup"), "deal": ("pos.deposit", "document.signed", "promise.noted"),
    "install": ("install.booked",),
}  # fmt: skip
WAY = ("contact", "visit", "measure", "design", "deal", "install")
DAYS = {"contact": 1, "visit": 4, "measure": 3, "design": 3, "deal": 12, "install": 5}


@dataclass(frozen=True, slots=True)
class Step:
    """A stay in a stage: from when, and when it was left."""

    stage: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PlannedHome:
    """One deal: who it is, and its stays in order."""

    name: str
    owner: str
    values: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def measured(self) -> bool:
        """Whether it was measured before it was designed."""
        return self.steps[2].stage == "measure"


def plan_custom_home(evening: datetime) -> list[PlannedHome]:
    """The forty, begun over the two months that end six weeks before `evening`. Pure and seeded."""
    draw = random.Random(SEED)
    unmeasured = set(draw.sample(range(DEALS), UNMEASURED))
    rest = [n for n in range(DEALS) if n not in unmeasured]
    reworked = {*draw.sample(sorted(unmeasured), REWORKED_OF_UNMEASURED), *draw.sample(rest, REWORKED_OF_REST)}
    return [_home(draw, n, evening, n not in unmeasured, n in reworked) for n in range(DEALS)]


def _home(draw: random.Random, n: int, evening: datetime, measured: bool, reworked: bool) -> PlannedHome:
    start = (evening - timedelta(days=45 + draw.randrange(0, 60))).replace(hour=11, minute=draw.randrange(60))
    way = [stage for stage in WAY if measured or stage != "measure"]
    way += ["measure", "install"] if reworked else []
    steps, at = [], start
    for stage in way:
        until = at + timedelta(days=DAYS[stage] * draw.uniform(0.5, 1.0))
        steps.append(Step(stage, at, until))
        at = until
    family = FAMILIES[n % len(FAMILIES)] + ("女士" if n < len(FAMILIES) else "先生")
    house = draw.choice(HOUSES)
    values = {
        "kind": "custom", "amount": draw.randrange(8_000, 42_000, 200), "house_type": house, "budget": draw.randrange(10_000, 50_000, 1_000),
        "move_in_date": (start + timedelta(days=90)).date().isoformat(), "visit_slot": (start + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    return PlannedHome(f"{family}·{house}全屋窗帘(演示)", GUIDES[n % len(GUIDES)], values, tuple(steps))


async def lay_in_custom_home(database: Database, workspace: str, people: Mapping[str, UUID], started: datetime) -> None:
    """Plants the story into the demo that starts at `started`."""
    await write_custom_home(database, workspace, people, plan_custom_home(started - timedelta(hours=13)))


async def write_custom_home(database: Database, workspace: str, people: Mapping[str, UUID], homes: Sequence[PlannedHome]) -> list[UUID]:
    """Writes the deals, their moves, what shows them and the head's confirmations; the ids in the order of the plan."""
    ids, customers = [uuid7() for _ in homes], [uuid7() for _ in homes]
    async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        begun = [{"owner": people[home.owner], "created_at": home.steps[0].since} for home in homes]
        who = [{"name": home.name.partition("·")[0] + "(演示)", "kind": "person"} for home in homes]
        await write(uow, [Change("create", "customer", id=id, values=as_json(a | b)) for id, a, b in zip(customers, who, begun, strict=True)])
        await write(uow, [
            Change("create", "deal", id=id, values=as_json(home.values | more | {"name": home.name, "customer": customer, "stage": home.steps[0].stage}))
            for id, home, customer, more in zip(ids, homes, customers, begun, strict=True)
        ])  # fmt: skip
        await append_events(uow, [event for id, home in zip(ids, homes, strict=True) for event in _shown(id, home, people[home.owner])])
    await _confirm(database, workspace, people[HEAD], ids, homes)
    for n in range(1, max(len(home.steps) for home in homes)):
        async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
            await write(uow, [Change("update", "deal", id, _move(home, n)) for id, home in zip(ids, homes, strict=True) if n < len(home.steps)])
    async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        await write(uow, [
            Change("update", "deal", id, as_json({"status": "won", "won_at": (end := home.steps[-1].until), "updated_at": end})) for id, home in zip(ids, homes, strict=True)
        ])  # fmt: skip
    return ids


def _move(home: PlannedHome, n: int) -> dict[str, Any]:
    """The move into the n-th stay; leaving the measuring, obstacles are noted."""
    noted = {"wall_type": "轻质隔墙", "power_point": "窗侧"} if home.steps[n - 1].stage == "measure" else {}
    return as_json({"stage": home.steps[n].stage, "updated_at": home.steps[n].since, **noted})


def _shown(id: UUID, home: PlannedHome, owner: UUID) -> Iterator[NewEvent]:
    seen: set[str] = set()
    for step in home.steps:
        names = () if step.stage in seen else SHOWN[step.stage]
        seen.add(step.stage)
        for n, name in enumerate(names, 1):
            yield NewEvent(name, "deal", id, {}, step.since + (step.until - step.since) * n / (len(names) + 1), person=owner)


async def _confirm(database: Database, workspace: str, head: UUID, ids: Sequence[UUID], homes: Sequence[PlannedHome]) -> None:
    async with database.work(workspace) as uow:
        actor = await actor_for_person(uow, head)
    for id, home in zip(ids, homes, strict=True):
        for step in home.steps:
            if step.stage == "measure":
                at = step.until - timedelta(minutes=30)
                async with database.work(workspace, actor, mode=Mode.HISTORY, at=at) as uow:
                    await confirm(uow, "deal", id, "measured")
                break
