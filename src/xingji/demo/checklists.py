"""How far the running deals of a demo have come with what they should do: of some people nearly all, of some little.

Owns what is planted about the required actions of deals that are no story's own; written as history, a seeded draw.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.demo.history import as_json, chunks
from xingji.features.process.document import Action, Playbook
from xingji.features.process.sight import playbooks_of
from xingji.kernel import records
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.records import Change, write

SEED = 964_377
#: How likely somebody does what is due: drawn from these, but for those who leave most talks of the stories without a follow-up.
DILIGENCE, LITTLE, CARELESS = (0.99, 0.97, 0.95, 0.88, 0.72), 0.4, ("liangwanqing", "sunyinuo", "maliqun")
#: What the fields an action needs are filled with.
KNOWN: Mapping[str, Sequence[Any]] = {
    "budget": (8_000_000, 15_000_000, 22_000_000), "decision_maker": ("总经理", "设备副总", "总工"), "use_case": ("产线扩建", "节能改造", "旧机替换"),
    "incumbent": ("旧螺杆机两台", "工频机组", "进口多级泵"), "install_year": (2011, 2014, 2017), "price_gap": (300_000, 800_000), "gap_reason": ("含税口径不同", "付款方式"),
}  # fmt: skip
#: Who is known at a customer.
PEOPLE = (("总经理", "decision_maker"), ("设备科长", "user"), ("采购经理", "buyer"))
SURNAMES, GIVEN = "周吴郑冯褚卫蒋沈韩杨朱秦", ("志远", "建平", "雪", "敏", "国强", "丽华", "海涛", "晓东")
NEXT = ("确认技术条款", "约设备科看现场", "送选型计算书", "补齐能耗数据", "约总经理谈付款方式")
PUT = """insert into process_action (object, record, playbook, action, state, evidence, claimed_by, claimed_at) values ('deal', $1, $2, $3, $4, $5, $6, $7)
  on conflict do nothing"""


@dataclass(frozen=True, slots=True)
class Doing:
    """What is written about one deal: fields and stay, and its actions."""

    values: dict[str, Any]
    actions: list[tuple[Action, datetime]]


async def lay_in_checklists(database: Database, workspace: str, people: Mapping[str, UUID], started: datetime) -> None:
    """What was done by the evening before `started` about every open, verified deal that follows a playbook."""
    draw, evening = random.Random(SEED), started - timedelta(hours=13)
    careless = {people[one] for one in CARELESS}
    async with database.work(workspace) as uow:
        books = {book.key: book for book in await playbooks_of(uow, "deal")}
        query = records.Query(
            "deal", fields=["owner", "stage", "created_at", "playbook", "customer"], filter='playbook != null && unverified == false && status == "open"',
            sort=["created_at", "id"], limit=2_000,
        )  # fmt: skip
        rows = (await records.query(uow, query)).rows
    owners = sorted({str(row["owner"]) for row in rows})
    usual = {owner: LITTLE if UUID(owner) in careless else draw.choice(DILIGENCE) for owner in owners}
    planned = [(row, books[row["playbook"]], plan_doing(draw, books[row["playbook"]], row, usual[str(row["owner"])], evening)) for row in rows]
    alone = await _alone(database, workspace, [row["customer"] for row in rows])
    for some in chunks(planned):
        async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
            await write(uow, [Change("update", "deal", UUID(row["id"]), as_json(doing.values)) for row, _, doing in some])
            await write(uow, [
                Change("create", "contact", values=as_json(one))
                for n, (row, _, _) in enumerate(some) if row["customer"] in alone
                for one in people_at(n, row["customer"], {"owner": row["owner"], "created_at": row["created_at"]}, alone=draw.random() > usual[str(row["owner"])])
            ])  # fmt: skip
            await _keep(uow, some)


def plan_doing(draw: random.Random, book: Playbook, row: Mapping[str, Any], diligence: float, evening: datetime) -> Doing:
    """What somebody of such diligence did about a deal by that evening: of the stages behind, and mostly of the present one. Pure."""
    begun = datetime.fromisoformat(row["created_at"]) if isinstance(row["created_at"], str) else row["created_at"]
    at = max(book.index(row["stage"]), 0)
    days = draw.uniform(0.4, 6) if draw.random() < diligence else draw.uniform(8, 24)
    since = max(begun, evening - timedelta(days=days)) if at else begun
    values: dict[str, Any] = {"stage_since": since}
    if draw.random() < diligence:
        values |= {"next_step": draw.choice(NEXT), "next_step_at": (evening + timedelta(days=draw.randrange(1, 6))).date()}
    actions: list[tuple[Action, datetime]] = []
    for place, stage in enumerate(book.stages[: at + 1]):
        for action in stage.actions:
            if draw.random() > (diligence if place < at else diligence * 0.75):
                continue
            values |= {key: draw.choice(KNOWN[key]) for key in action.need if key in KNOWN}
            # What only an event shows is shown by the stories' own events, or not at all.
            if action.claimable or action.confirm or (action.evidence and action.evidence.kinds != ("event",)):
                actions.append((action, begun + (since - begun) * draw.random() if place < at else since))
    return Doing(values, actions)


def people_at(n: int, customer: object, made: Mapping[str, Any], *, alone: bool) -> list[dict[str, Any]]:
    """The people known at the n-th customer: three, or only the first of them."""
    return [
        {"name": SURNAMES[(n + at * 5) % len(SURNAMES)] + GIVEN[(n * 3 + at) % len(GIVEN)], "title": title, "role": role, "customer": customer, **made}
        for at, (title, role) in enumerate(PEOPLE[:1] if alone else PEOPLE)
    ]


async def _alone(database: Database, workspace: str, customers: Sequence[str]) -> set[str]:
    """Those of the customers at whom nobody is known."""
    async with database.work(workspace) as uow:
        query = records.Query("contact", fields=["customer"], where_in=("customer", [UUID(one) for one in customers]), limit=2_000)
        return set(customers) - {row["customer"] for row in (await records.query(uow, query)).rows}


async def _keep(uow: UnitOfWork, planned: Sequence[tuple[Mapping[str, Any], Playbook, Doing]]) -> None:
    await uow.executemany(PUT, [
        (
            UUID(row["id"]), book.key, action.key, "confirmed" if action.confirm else "evidence" if action.evidence else "claimed",
            [{"kind": "link", "url": "https://example.com/evidence", "name": action.evidence.label["zh"], "flags": [], "at": at.isoformat()}] if action.evidence else [],
            UUID(row["owner"]), at,
        )
        for row, book, doing in planned for action, at in doing.actions
    ])  # fmt: skip
