"""Stories on a moved clock: a team of the demo organisation, its leads, its inboxes. Everything is the real thing."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from xingji import app
from xingji.kernel.access import actor_for_person
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor, NewEvent
from xingji.kernel.db import Database
from xingji.kernel.definitions import install_pack
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, Query, get_record, query, write
from xingji.kernel.rules import advance_clock, settle

# The pack's channels speak to simulators on loopback; allowed before anything is configured.
os.environ.setdefault("XINGJI_ALLOW_PRIVATE_HTTP", "127.0.0.1:8010,127.0.0.1:8011")

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Shanghai")


def instant(text: str) -> datetime:
    """A time of the office's wall clock: "2026-02-13 17:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Clock:
    """The workspace's clock, moved by hand."""

    team: "Team"

    async def set(self, text: str) -> None:
        """Puts the clock there at once; nothing fires in between."""
        async with self.team.database.work(self.team.workspace) as uow:
            await uow.execute("update workspace_state set clock_fixed = $1", instant(text))

    async def advance_to(self, text: str) -> None:
        """Lives through every timer up to that instant, each at its own."""
        await advance_clock(self.team.database, self.team.workspace, instant(text))


@dataclass
class Inbox:
    """What reached one person, oldest first."""

    rows: list[Any]

    def about(self, record: UUID) -> list[str]:
        """Titles of the notices about a record."""
        return [row["title"] for row in self.rows if row["record"] == record]

    def at(self, record: UUID) -> list[str]:
        """When they came, on the wall clock."""
        return [row["at"].astimezone(ZONE).strftime("%m-%d %H:%M") for row in self.rows if row["record"] == record]


class Team:
    """A demo organisation one can tell a story about."""

    def __init__(self, database: Database, workspace: str) -> None:
        self.database = database
        self.workspace = workspace
        self.clock = Clock(self)
        self.people: dict[str, UUID] = {}

    async def load(self) -> None:
        async with self.database.work(self.workspace) as uow:
            self.people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}

    async def receives_lead(self, at: str | None = None, **values: Any) -> UUID:
        """A lead that arrives at that instant and goes through the rules; its id."""
        if at:
            await self.clock.set(at)
        lead = uuid7()
        values = {
            "name": "王经理",
            "intent": "B",
            "source": "web_form",
            "channel": "web_form",
            "country": "CN",
        } | values
        async with self.database.work(self.workspace, SYSTEM) as uow:
            await write(uow, [Change("create", "lead", id=lead, values=values)])
        await self.settle()
        return lead

    async def settle(self) -> None:
        """Lets the rules read everything that has happened."""
        await settle(self.database, self.workspace)

    async def emits(self, type: str, lead: UUID, person: str | None = None, **data: Any) -> None:
        """An event about a lead, as a connector would record it."""
        async with self.database.work(self.workspace, SYSTEM) as uow:
            who = self.people.get(person) if person else None
            await append_events(uow, [NewEvent(type, "lead", lead, data, person=who)])
        await self.settle()

    async def actor(self, person: str) -> Actor:
        async with self.database.work(self.workspace) as uow:
            return await actor_for_person(uow, self.people[person])

    async def lead(self, lead: UUID, as_person: str | None = None) -> dict[str, Any]:
        """A lead as the system, or as somebody, sees it."""
        who = await self.actor(as_person) if as_person else SYSTEM
        async with self.database.work(self.workspace, who) as uow:
            return await get_record(uow, "lead", lead)

    async def leads(self, filter: str | None = None, as_person: str | None = None) -> list[dict[str, Any]]:
        who = await self.actor(as_person) if as_person else SYSTEM
        async with self.database.work(self.workspace, who) as uow:
            return list((await query(uow, Query("lead", filter=filter, limit=200))).rows)

    async def owner_of(self, lead: UUID) -> str | None:
        """The key of a lead's owner."""
        owner = (await self.lead(lead))["owner"]
        return next((key for key, person in self.people.items() if str(person) == str(owner)), None)

    async def inbox(self, of: str) -> Inbox:
        async with self.database.work(self.workspace) as uow:
            return Inbox(await uow.fetch("select * from inbox where person = $1 order by at, id", self.people[of]))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lilan(database: Database, workspace: str) -> str:
    """The workspace with the equipment maker's pack, once a module."""
    app.configure()
    await install_pack(database, workspace, SYSTEM, ROOT / "packs" / "lilan")
    return workspace


@pytest_asyncio.fixture(loop_scope="session")
async def team(database: Database, lilan: str) -> AsyncIterator[Team]:
    """砺澜流体装备(演示), ready for a story. Stories of one module share it: they tell different leads apart."""
    found = Team(database, lilan)
    await found.load()
    yield found


@pytest.fixture(scope="session")
def at() -> Any:
    """Wall-clock text to an instant."""
    return instant
