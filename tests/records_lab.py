"""What tests of records share: objects published into a bare workspace, people with policies, quick reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji import app
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor, RowScope
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.records import Change, WriteResult, write

BARE = "bare"


def label(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def obj(key: str, *fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An object document; every field gets a name."""
    named = [{"name": label(f["key"]), **f} for f in fields]
    return {"kind": "object", "key": key, "name": label(key), "title": named[0]["key"], "fields": named, **more}


async def publish_objects(database: Database, *documents: Mapping[str, Any]) -> None:
    """Publishes object documents into the bare workspace, together."""
    app.configure()
    async with database.work(BARE) as uow:
        for document in documents:
            await save_draft(uow, document["kind"], document["key"], document)
    await publish(database, BARE, SYSTEM, [(d["kind"], d["key"]) for d in documents])


@dataclass(frozen=True)
class Rights:
    """A policy for tests: scopes by object and verb ("all", "none" or CEL), levels by object.field."""

    scopes: Mapping[str, Any] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    rights: tuple[str, ...] = ("*",)

    def rows(self, object_key: str, verb: str) -> RowScope:
        scope = self.scopes.get(f"{object_key}:{verb}", self.scopes.get(object_key, "all"))
        return RowScope(everything=True) if scope == "all" else RowScope(cel=None if scope == "none" else scope)

    def field(self, object_key: str, field_key: str) -> str:
        return self.levels.get(f"{object_key}.{field_key}", "write")

    def may(self, right: str) -> bool:
        return "*" in self.rights or right in self.rights


def person(rights: Rights | None = None, *, id: UUID | None = None, **more: Any) -> Actor:
    """An actor with a policy; reaches only itself unless `people` says more."""
    one = id or uuid7()
    return Actor(kind="person", person=one, people=more.pop("people", (one,)), policy=rights or Rights(), **more)


async def add_person(uow: UnitOfWork, name: str = "演示", **columns: Any) -> UUID:
    """A row in `person`."""
    id = uuid7()
    names = ["id", "key", "name", *columns]
    values = [id, f"p{id.hex[-12:]}", name, *columns.values()]
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await uow.execute(f"insert into person ({', '.join(names)}) values ({places})", *values)
    await uow.execute("update workspace_state set access_rev = access_rev + 1")
    return id


async def create(uow: UnitOfWork, object_key: str, *values: Mapping[str, Any]) -> list[UUID]:
    """Ids of new records."""
    return (await write(uow, [Change("create", object_key, values=v) for v in values])).ids


async def run(database: Database, changes: list[Change], actor: Actor = SYSTEM, **options: Any) -> WriteResult:
    """One write in a unit of work of its own."""
    return await database.run(BARE, actor, lambda uow: write(uow, changes), **options)
