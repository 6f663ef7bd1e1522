"""A small office to try rules in: two objects, five people, a calendar. Shared by the tests of rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from xingji import app
from xingji.kernel.access import save_people
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write
from xingji.kernel.rules import advance_clock, run_timers_once, set_clock, settle

ZONE = ZoneInfo("Asia/Shanghai")


def named(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def field(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "name": named(key), **more}


OBJECTS = {
    "lead": {
        "name": named("线索"), "title": "name", "fields": [
            field("name", "text"), field("intent", "text"), field("status", "text"), field("budget", "money"),
            field("score", "number"), field("tags", "tags"), field("answered_at", "datetime"), field("note", "long_text"),
        ],
        "conditions": [{"key": "no_negative", "kind": "required_if", "when": 'status == "won"', "fields": ["budget"], "message": named("要有预算")}],
    },
    "task": {
        "name": named("任务"), "title": "title", "fields": [
            field("title", "text"), field("assignee", "person"), field("due_at", "datetime"), field("status", "text"),
            field("kind", "text"), field("rule", "text"), field("note", "long_text"), field("subject_lead", "relation", to="lead"),
        ],
    },
}  # fmt: skip
CALENDAR = {
    "name": named("办公"), "days": ["mon", "tue", "wed", "thu", "fri"], "hours": ["08:30-12:00", "13:00-17:30"], "holidays": "none",
}  # fmt: skip
PEOPLE = {
    "units": [
        {"key": "hq", "name": "总部", "head": "boss"},
        {"key": "east", "name": "华东", "parent": "hq", "head": "head"},
    ],
    "persons": [
        {"key": "boss", "name": "老板（演示）", "unit": "hq", "roles": ["boss"]},
        {"key": "head", "name": "主管（演示）", "unit": "east", "roles": ["supervisor"]},
        {"key": "rep", "name": "张磊（演示）", "unit": "east", "roles": ["rep"]},
        {"key": "rep2", "name": "李若曦（演示）", "unit": "east", "roles": ["rep"]},
    ],
}
EVERYONE = {"name": named("全部"), "rows": {"default": "all"}, "rights": []}


def at(text: str) -> datetime:
    """A time of the wall clock: "2026-03-02 09:00" (a Monday)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Office:
    """One workspace with the objects above, on a moved clock."""

    def __init__(self, database: Database, workspace: str) -> None:
        self.database = database
        self.workspace = workspace
        self.people: dict[str, UUID] = {}

    async def open(self, now: str = "2026-03-02 09:00") -> "Office":
        app.configure()
        await set_clock(self.database, self.workspace, at(now))
        async with self.database.work(self.workspace) as uow:
            await save_people(uow, PEOPLE)
            for key, document in OBJECTS.items():
                await save_draft(uow, "object", key, document)
            await save_draft(uow, "calendar", "office", CALENDAR)
            for role in ("boss", "supervisor", "rep"):
                await save_draft(uow, "role", role, EVERYONE)
        await publish(self.database, self.workspace, SYSTEM)
        async with self.database.work(self.workspace) as uow:
            self.people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
        return self

    async def clear(self, now: str = "2026-03-02 09:00") -> "Office":
        """As it was when it opened: no rule, no record, no event."""
        async with self.database.owner() as owner:
            schema = await self.database.schema_of(self.workspace)
            await owner.execute(f"set search_path = {schema}")
            await owner.execute("truncate o_lead, o_task, event, event_key, timer, rule_run, rule_mark, inbox, outbox")
            await owner.execute("delete from definition where kind = 'rule'")
            await owner.execute("update workspace_state set definitions_rev = definitions_rev + 1")
        await set_clock(self.database, self.workspace, at(now))
        return self

    async def rule(self, key: str, on: Mapping[str, Any], do: Sequence[Mapping[str, Any]], **more: Any) -> None:
        """Publishes a rule about leads."""
        document = {"name": named(key), "object": "lead", "on": dict(on), "do": list(do), **more}
        async with self.database.work(self.workspace) as uow:
            await save_draft(uow, "rule", key, document)
        await publish(self.database, self.workspace, SYSTEM, [("rule", key)])

    async def leads(self, count: int, settle_rules: bool = True, **values: Any) -> list[UUID]:
        """New leads."""
        async with self.database.work(self.workspace) as uow:
            values = {"name": "王经理", "owner": str(self.people["rep"])} | values
            result = await write(uow, [Change("create", "lead", None, values) for _ in range(count)])
        if settle_rules:
            await self.settle()
        return result.ids

    async def lead(self, **values: Any) -> UUID:
        return (await self.leads(1, **values))[0]

    async def change(self, lead: UUID, **values: Any) -> None:
        async with self.database.work(self.workspace) as uow:
            await write(uow, [Change("update", "lead", lead, values)])
        await self.settle()

    async def emit(
        self, kind: str, lead: UUID, *, happened: datetime | None = None, settle_rules: bool = True, **data: Any
    ) -> None:
        async with self.database.work(self.workspace) as uow:
            await append_events(uow, [NewEvent(kind, "lead", lead, data, happened)])
        if settle_rules:
            await self.settle()

    async def settle(self) -> int:
        return await settle(self.database, self.workspace)

    async def advance(self, to: str) -> None:
        await advance_clock(self.database, self.workspace, at(to))

    async def fire(self) -> int:
        return await run_timers_once(self.database, self.workspace)

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        async with self.database.work(self.workspace) as uow:
            return await uow.fetch(sql, *values)

    async def value(self, lead: UUID, key: str) -> Any:
        return (await self.fetch(f'select "{key}" as v from o_lead where id = $1', lead))[0]["v"]

    async def runs(self, rule: str) -> list[Any]:
        return await self.fetch("select * from rule_run where rule = $1 order by id", rule)

    async def outcomes(self, rule: str) -> list[str]:
        return [run["outcome"] for run in await self.runs(rule)]

    async def inbox(self, person: str) -> list[tuple[str, str]]:
        """(wall clock, title) of what reached somebody."""
        rows = await self.fetch("select at, title from inbox where person = $1 order by at, id", self.people[person])
        return [(row["at"].astimezone(ZONE).strftime("%m-%d %H:%M:%S"), row["title"]) for row in rows]
