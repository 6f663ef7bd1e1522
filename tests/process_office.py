"""A sales office with a playbook that holds every kind of requirement once. Shared by the tests of the process."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from integration.http_world import NO_LIMITS, PASSWORD, World, login_of
from xingji import app
from xingji.kernel import access
from xingji.kernel.access import actor_for_person
from xingji.kernel.core.protocols import SYSTEM, Actor, NewEvent
from xingji.kernel.db import Database, Mode
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, get_record, write


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


#: One stage for each kind of requirement: what it takes to leave it.
REQUIREMENTS: dict[str, dict[str, Any]] = {
    "field": {"actions": [{"key": "ask_need", "name": words("首次沟通"), "need": ["next_step"]}]},
    "claim": {"actions": [{"key": "visit", "name": words("上门拜访")}]},
    "evidence": {"actions": [{"key": "chart", "name": words("决策链画像"), "evidence": {"label": words("组织架构图"), "kinds": ["file", "event"], "events": ["chart.filed"]}}]},
    "fingerprint": {"actions": [{"key": "objection", "name": words("异议处理"), "fingerprint": 'sum_events(["talk.recorded"], "open_questions") >= 2.0 && count_events("talk.next_step") >= 1'}]},
    "confirm": {"actions": [{"key": "poc", "name": words("试机"), "confirm": {"role": "presales", "within_hours": 8}}]},
    "exit": {"exit": [{"key": "budget_ok", "when": "amount >= 1000", "message": words("客户财务还没有批预算"), "who": "owner"}]},
    "entry": {},
    "end": {"entry": [{"key": "named", "when": 'lost_reason == null && expected_close_at != null', "message": words("没有预计签约日"), "who": "owner"}]},
}  # fmt: skip
STAGES = list(REQUIREMENTS)
PLAYBOOK = {
    "name": words("标准打法"), "object": "deal", "field": "stage", "order": 10,
    "status": {"field": "status", "won": ["won"], "lost": ["lost"]}, "win_at": "end",
    "stages": [{"key": key, "name": words(key), "progress": 10 * n, **spec} for n, (key, spec) in enumerate(REQUIREMENTS.items())],
}  # fmt: skip
ROLES = {
    "rep": {"rows": {"default": "own", "customer": "all"}, "rights": ["import", "bulk"]},
    "supervisor": {"rows": {"default": "all"}, "rights": ["process.waive", "assign"]},
    "presales": {"rows": {"default": {"read": "all"}}, "rights": []},
}
PEOPLE = {
    "units": [{"key": "office", "name": "一部（演示）", "head": "head"}],
    "persons": [
        {"key": "rep", "name": "张磊（演示）", "unit": "office", "roles": ["rep"]},
        {"key": "head", "name": "程晓岚（演示）", "unit": "office", "roles": ["supervisor"]},
        {"key": "tech", "name": "傅思远（演示）", "unit": "office", "roles": ["presales"]},
        {"key": "both", "name": "龚维新（演示）", "unit": "office", "roles": ["rep", "presales"]},
    ],
}


class ProcessOffice:
    """One workspace of the base pack with the playbook above."""

    def __init__(self, database: Database, workspace: str) -> None:
        self.database = database
        self.workspace = workspace
        self.people: dict[str, UUID] = {}
        self.customer = UUID(int=0)

    async def open(self) -> "ProcessOffice":
        app.configure()
        async with self.database.work(self.workspace) as uow:
            for key, role in ROLES.items():
                await save_draft(uow, "role", key, {"name": words(key), **role})
            deal = await uow.fetchval("select document from definition where kind = 'object' and key = 'deal' and status = 'published'")
            fields = [{**one, "default": STAGES[0], "options": [{"key": key, "name": words(key)} for key in STAGES]} if one["key"] == "stage" else one for one in deal["fields"]]
            await save_draft(uow, "object", "deal", {**deal, "fields": fields})
        await publish(self.database, self.workspace, SYSTEM)
        await self.playbook(PLAYBOOK)
        async with self.database.work(self.workspace) as uow:
            self.people = {key: id for key, id in (await access.save_people(uow, PEOPLE)).items() if key in ("rep", "head", "tech", "both")}
            self.customer = (await write(uow, [Change("create", "customer", values={"name": "卓汇机械（演示）"})])).ids[0]
        return self

    async def playbook(self, document: Mapping[str, Any], key: str = "standard") -> None:
        async with self.database.work(self.workspace) as uow:
            await save_draft(uow, "playbook", key, dict(document))
        await publish(self.database, self.workspace, SYSTEM, [("playbook", key)])

    async def actor(self, name: str) -> Actor:
        async with self.database.work(self.workspace) as uow:
            return await actor_for_person(uow, self.people[name])

    async def deal(self, stage: str | None = None, **values: Any) -> UUID:
        """A deal of the rep; at a later stage it comes from the old system (history), where it was checked."""
        values = {"name": "泵站改造（演示）", "customer": str(self.customer), "owner": str(self.people["rep"]), **values}
        if stage is not None:
            values = {"stage": stage, "unverified": False, **values}
        async with self.database.work(self.workspace, SYSTEM, mode=Mode.HISTORY if stage else Mode.LIVE) as uow:
            return (await write(uow, [Change("create", "deal", values=values)])).ids[0]

    async def update(self, deal: UUID, actor: str | None = None, **values: Any) -> None:
        who = await self.actor(actor) if actor else SYSTEM
        async with self.database.work(self.workspace, who) as uow:
            await write(uow, [Change("update", "deal", deal, values)])

    async def emit(self, kind: str, deal: UUID, **data: Any) -> None:
        async with self.database.work(self.workspace) as uow:
            await append_events(uow, [NewEvent(kind, "deal", deal, data)])

    async def value(self, deal: UUID, key: str = "stage") -> Any:
        async with self.database.work(self.workspace) as uow:
            return (await get_record(uow, "deal", deal))[key]

    async def events(self, deal: UUID, kind: str) -> list[dict[str, Any]]:
        async with self.database.work(self.workspace) as uow:
            rows = await uow.fetch("select data from event where record = $1 and type = $2 order by id", deal, kind)
        return [row["data"] for row in rows]

    async def do(self, name: str, command: Any) -> Any:
        """A command as somebody."""
        return await self.database.run(self.workspace, await self.actor(name), command)

    async def web(self) -> World:
        """The same people, able to sign in."""
        for key, id in self.people.items():
            login = await access.create_login(self.database, login_of(self.workspace, key), PASSWORD)
            await access.bind_person(self.database, login, self.workspace, id)
        return World(self.database, self.workspace, app.build_web(self.database, NO_LIMITS), self.people)
