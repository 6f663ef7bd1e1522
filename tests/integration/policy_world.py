"""The demo organisation with one record per kind of distance, and what its roles allow, worked out a second time.

`expect` reads the packs' YAML and decides in plain Python who reaches which record for which verb; it shares no code with
the product, so that a wrong fence there cannot be wrong here in the same way.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import yaml

from integration.http_world import World
from xingji import app
from xingji.features.leads.recognition.propose import recognise_once
from xingji.kernel import access
from xingji.kernel import definitions as life
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor, NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.http import Limits
from xingji.kernel.records import Change, get_record, save_file, write
from xingji.kernel.rules import run_rules_once

# The pack's channels speak to simulators on loopback; allowed before anything is configured.
os.environ.setdefault("XINGJI_ALLOW_PRIVATE_HTTP", "127.0.0.1:8010,127.0.0.1:8011")

ROOT = Path(__file__).resolve().parents[2]
ISOLATED = "lilan_global"
READERS = {
    "rep": "zhanglei", "supervisor": "chengxiaolan", "regional manager": "guyiming", "director": "shenruogu",
    "finance": "zhangshenzhi", "marketing": "tongxinyuan", "administrator": "onlyadmin", "isolated brand": "fangyuan",
}  # fmt: skip
# owner (None: nobody), and what differs from a plain record
PLACES: dict[str, tuple[str | None, dict[str, Any]]] = {
    "own": ("zhanglei", {}), "colleague": ("liruoxi", {}), "neighbour team": ("hejingshu", {}),
    "other region": ("huangziang", {}), "isolated brand": ("fangyuan", {}), "unassigned": (None, {}),
    "unassigned in the isolated brand": (None, {"brand": ISOLATED}), "open brand": ("liruoxi", {"brand": "lilan"}),
}  # fmt: skip
POOLED: dict[str, tuple[str | None, dict[str, Any]]] = {
    "pooled": (None, {"pool": "pool_new"}), "pooled in the isolated brand": (None, {"pool": "pool_new", "brand": ISOLATED}),
}  # fmt: skip
FEW = ("own", "other region", "isolated brand", "unassigned")
OBJECTS = ("customer", "contact", "lead", "deal", "task", "product")
WORD = "矩阵"
MOBILE = "13900001111"


@dataclass(frozen=True)
class Row:
    """A record as the test knows it."""

    object: str
    place: str
    id: UUID
    title: str
    owner: str | None
    unit: str | None = None
    brand: str | None = None
    pool: str | None = None
    assignee: str | None = None
    customer: "Row | None" = None


@dataclass(frozen=True)
class Me:
    """A reader as the pack's people.yaml describes them."""

    key: str
    roles: tuple[str, ...]
    people: frozenset[str]
    units: frozenset[str]
    brands: frozenset[str] | None


def _yaml(*names: str) -> list[dict[str, Any]]:
    return [one for name in names for one in yaml.safe_load_all((ROOT / "packs" / name).read_text()) if one]


ROLES = {one["key"]: one for one in _yaml("base/roles.yaml", "lilan/roles.yaml")}
OFFICE = _yaml("lilan/people.yaml")[0]
UNITS = {one["key"]: one for one in OFFICE["units"]}
PERSONS = {one["key"]: one for one in OFFICE["persons"]} | {
    "onlyadmin": {"key": "onlyadmin", "unit": "root", "roles": ["admin"]}
}


def above(unit: str | None) -> list[str]:
    """A unit and all units above it."""
    found = []
    while unit is not None:
        found.append(unit)
        unit = UNITS[unit].get("parent")
    return found


def me_of(key: str) -> Me:
    """Reach of a person: themselves, the line below them, everybody in the units they head."""
    person = PERSONS[key]
    headed = {unit for unit in UNITS if any(UNITS[one].get("head") == key for one in above(unit))}
    people = {key} | {one for one, document in PERSONS.items() if document["unit"] in headed}
    line = {key}
    while more := {one for one, document in PERSONS.items() if document.get("manager") in line} - line:
        line |= more
    units = headed | {person["unit"]}
    touched = {UNITS[one]["brand"] for unit in units for one in above(unit) if UNITS[one].get("brand")}
    every = {one["key"] for one in OFFICE["brands"]}
    brands: frozenset[str] | None = frozenset(every - {ISOLATED}) | touched
    if touched == {ISOLATED} and not headed:
        brands = frozenset({ISOLATED})
    if any("brands.all" in ROLES[role].get("rights", ()) for role in person["roles"]):
        brands = None
    return Me(key, tuple(person["roles"]), frozenset(people | line), frozenset(units), brands)


Scope = Callable[[Row, Me], bool]
_TEAM: Scope = lambda r, me: r.owner in me.people or (r.owner is None and r.unit in me.units)  # noqa: E731
SCOPES: dict[str, Scope] = {
    "all": lambda r, me: True, "brand": lambda r, me: True, "none": lambda r, me: False,
    "own": lambda r, me: r.owner == me.key, "team": _TEAM, "region": _TEAM,
    "owner in me.people || (owner == null && (unit == null || unit in me.units))":
        lambda r, me: r.owner in me.people or (r.owner is None and (r.unit is None or r.unit in me.units)),
    "owner == me.id || (owner == null && pool != null)": lambda r, me: r.owner == me.key or (r.owner is None and r.pool is not None),
    "owner == me.id || customer.owner == me.id":
        lambda r, me: r.owner == me.key or (r.customer is not None and r.customer.owner == me.key),
    "assignee == me.id || owner == me.id": lambda r, me: me.key in (r.assignee, r.owner),
    "assignee in me.people || owner in me.people": lambda r, me: r.assignee in me.people or r.owner in me.people,
}  # fmt: skip


def scope_word(role: str, object_key: str, verb: str) -> str:
    """A role's scope of an object for a verb, as its document says it."""
    rows = ROLES[role].get("rows", {})
    entry = rows if isinstance(rows, str) else rows.get(object_key, rows.get("default", "none"))
    if isinstance(entry, Mapping):
        entry = entry.get(verb, entry.get("read", "none") if verb == "export" else entry.get("default", "none"))
    return str(entry)


def expect(me: Me, verb: str, row: Row) -> bool:
    """Whether this reader reaches this record for this verb."""
    if me.brands is not None and row.brand is not None and row.brand not in me.brands:
        return False
    return any(SCOPES[scope_word(role, row.object, verb)](row, me) for role in me.roles)


def may(me: Me, right: str) -> bool:
    """Whether a role of theirs holds a right."""
    return any(right in ROLES[role].get("rights", ()) for role in me.roles)


def brand_of(owner: str | None) -> str | None:
    """The brand an owner's unit gives to a record."""
    return (
        next((UNITS[unit]["brand"] for unit in above(PERSONS[owner]["unit"]) if UNITS[unit].get("brand")), None)
        if owner
        else None
    )


@dataclass
class Office(World):
    """The organisation, its records, and clients of its people."""

    rows: list[Row] = field(default_factory=list)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    changes: dict[UUID, UUID] = field(default_factory=dict)
    files: dict[UUID, UUID] = field(default_factory=dict)
    known: dict[str, UUID] = field(default_factory=dict)

    def of(self, object_key: str) -> list[Row]:
        return [row for row in self.rows if row.object == object_key]

    def at(self, object_key: str, place: str) -> Row:
        return next(row for row in self.rows if (row.object, row.place) == (object_key, place))

    async def client(self, person: str) -> httpx.AsyncClient:
        """A client with everything this person may do, over the whole application."""
        if person not in self.clients:
            self.clients[person] = await self.with_token(person, "*")
        return self.clients[person]

    async def actor(self, person: str) -> Actor:
        """This person as the product knows them."""
        async with self.database.work(self.workspace) as uow:
            return await access.actor_for_person(uow, self.people[person])

    async def record(self, lead: UUID) -> dict[str, Any]:
        """A lead as the system sees it."""
        async with self.database.work(self.workspace) as uow:
            return await get_record(uow, "lead", lead)

    async def value(self, lead: UUID, key: str) -> Any:
        return (await self.record(lead))[key]

    async def close(self) -> None:
        for client in self.clients.values():
            await client.aclose()


def planned() -> list[Row]:
    """Every object at every distance; contacts through another's customer, tasks of others assigned to the rep."""
    rows: list[Row] = []
    customers: dict[str, Row] = {}
    for key in OBJECTS:
        for place, (owner, more) in (PLACES | (POOLED if key == "lead" else {})).items():
            if key not in ("lead", "customer") and place not in FEW:
                continue  # their scopes are words other objects have too
            row = Row(
                key, place, uuid7(), f"{WORD}{key} {place}", owner, PERSONS[owner]["unit"] if owner else None,
                more.get("brand") or brand_of(owner), more.get("pool"), owner if key == "task" else None,
                customers.get(place) if key in ("contact", "deal") else None,
            )  # fmt: skip
            rows.append(row)
            if key == "customer":
                customers[place] = row
    rows.append(
        Row(
            "contact",
            "through an own customer",
            uuid7(),
            f"{WORD}contact through",
            "liruoxi",
            "jzh",
            customer=customers["own"],
        )
    )
    rows.append(
        Row("task", "assigned to the rep", uuid7(), f"{WORD}task assigned", "huangziang", "south", assignee="zhanglei")
    )
    return rows


async def make_office(database: Database, workspace: str, *, rows: bool = True) -> Office:
    """Installs the demo pack and writes one record of every kind."""
    app.configure()
    await life.install_pack(database, workspace, SYSTEM, ROOT / "packs" / "lilan")
    await add_fields(database, workspace)
    async with database.work(workspace) as uow:
        await access.save_people(
            uow, {"persons": [{"key": "onlyadmin", "name": "系统管理（演示）", "unit": "root", "roles": ["admin"]}]}
        )
        people = {row["key"]: row["id"] for row in await uow.fetch("select id, key from person")}
    office = Office(database, workspace, app.build_web(database, Limits(0)), people, rows=planned() if rows else [])
    for row in office.rows:
        async with database.work(workspace) as uow:
            more = (
                {"papers": [str((await save_file(uow, "papers.txt", row.title.encode())).id)]}
                if row.object == "lead"
                else {}
            )
            result = await write(uow, [Change("create", row.object, row.id, values_of(office, row) | more)])
            office.changes[row.id] = result.change
            office.files |= {row.id: UUID(more["papers"][0])} if more else {}
            if row.object == "lead" and row.owner:
                await append_events(
                    uow, [NewEvent("lead.assigned", "lead", row.id, {"owner": str(people[row.owner])}, brand=row.brand)]
                )
    while await run_rules_once(database, workspace) or await recognise_once(database, workspace):
        pass
    return office


def values_of(office: Office, row: Row) -> dict[str, Any]:
    """What is written of a planned row."""
    values: dict[str, Any] = {
        "title" if row.object == "task" else "name": row.title,
        "owner": office.people[row.owner] if row.owner else None,
    }
    values |= {"brand": row.brand} if row.brand else {}
    values |= {"customer": row.customer.id} if row.customer else {}
    values |= {"assignee": office.people[row.assignee]} if row.assignee else {}
    if row.object == "lead":
        values |= {
            "pool": row.pool,
            "channel": f"ch {row.place}",
            "status": "assigned" if row.owner or not row.pool else "new",
            "mobile": MOBILE,
        }
    return values


async def add_fields(database: Database, workspace: str) -> None:
    """A file field on leads and two secrets on leads and deals, as an organisation would add them."""
    secrets = [
        {"key": "secret", "kind": "text", "search": True, "name": {"zh": "密", "en": "Secret"}},
        {"key": "weight", "kind": "number", "name": {"zh": "权重", "en": "Weight"}},
    ]
    papers = {"key": "papers", "kind": "file", "multiple": True, "name": {"zh": "附件", "en": "Papers"}}
    async with database.work(workspace) as uow:
        published = await life.load_published(uow)
        for key, more in (("lead", [papers, *secrets]), ("deal", secrets)):
            document = dict(published.documents["object", key])
            await life.save_draft(uow, "object", key, document | {"fields": [*document["fields"], *more]})
    await life.publish(database, workspace, SYSTEM, [("object", "lead"), ("object", "deal")])
