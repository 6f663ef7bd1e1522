"""Units, brands, regions and persons: data with history. Owns these tables; who may do what is in `policy`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import AppendEvents, NewEvent, Ref
from xingji.kernel.db import UnitOfWork

_append: AppendEvents | None = None


def configure(append_events: AppendEvents) -> None:
    """Hands in the events floor's append, by which changes of people become history."""
    global _append
    _append = append_events


_PHONE = re.compile(r"^\+?\d{7,15}$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def unreachable(phone: str | None, email: str | None) -> list[Problem]:
    """What is wrong with how a person is reached; both at once."""
    found = []
    if phone and not _PHONE.match(re.sub(r"[\s()-]", "", phone)):
        found.append(Problem("people.bad_phone", "phone", {"value": phone[:40]}))
    if email and not _EMAIL.match(email.strip()):
        found.append(Problem("people.bad_email", "email", {"value": email[:80]}))
    return found


async def save_people(uow: UnitOfWork, document: Mapping[str, Any]) -> dict[str, UUID]:
    """Brings brands, regions, units and persons to what the document says; ids by key. What it does not name stays.

    document: {brands: [{key, name, isolated}], regions: [{key, name, provinces}],
    units: [{key, name, parent, head, brand, region}], persons: [{key, name, title, unit, manager, roles, tags, brands,
    phone, email, calendar, capacity, joined_on}]}; parent, unit, head and manager are keys.
    Raises: `people.invalid` with every problem. Emits: `unit.updated`, `person.created`, `person.updated`.
    """
    units, persons = list(document.get("units", ())), list(document.get("persons", ()))
    await _save_words(uow, document)
    unit_ids = await _ids(uow, "unit", units)
    person_ids = await _ids(uow, "person", persons)
    problems = _unknown_keys(units, persons, unit_ids, person_ids)
    if problems:
        raise invalid("people.invalid", problems)
    events = await _save_units(uow, units, unit_ids)
    events += await _save_persons(uow, persons, unit_ids, person_ids)
    await uow.executemany(
        "update unit set head = $2 where id = $1",
        [(unit_ids[unit["key"]], person_ids.get(unit["head"])) for unit in units if unit.get("head")],
    )
    await rebuild_reach(uow)
    await touch_access(uow)
    if _append and events:
        await _append(uow, events)
    return {**unit_ids, **person_ids}


async def known_keys(uow: UnitOfWork) -> dict[str, Any]:
    """Keys of people still here, units, brands and regions, for checking what names them.

    `people_left` and `people_away` (on leave now) give names by key, `regions_names` and `brands_names` labels.
    """
    rows = await uow.fetch(
        """select 'people' as part, key, name from person where left_on is null union all select 'units', key, name from unit
          union all select 'brands', key, name from brand union all select 'regions', key, name from region
          union all select 'people_left', key, name from person where left_on is not null
          union all select 'people_away', key, name from person p where left_on is null
            and exists (select 1 from absence a where a.person = p.id and a.starts <= $1 and a.ends > $1)""",
        uow.now,
    )
    found: dict[str, dict[str, str]] = {
        part: {} for part in ("people", "units", "brands", "regions", "people_left", "people_away")
    }
    for row in rows:
        found[row["part"]][row["key"]] = row["name"]
    keys = {part: frozenset(found[part]) for part in ("people", "units", "brands", "regions")}
    named = {"regions_names": found["regions"], "brands_names": found["brands"]}
    return {**keys, **named, "people_left": found["people_left"], "people_away": found["people_away"]}


async def holders(uow: UnitOfWork, ref: Ref) -> list[tuple[str, str, str]]:
    """(kind, key, name) of the persons who have a role or work by a calendar; nothing for other definitions."""
    column = {"role": "$1 = any(roles)", "calendar": "calendar = $1"}.get(ref.kind)
    if column is None:
        return []
    rows = await uow.fetch(f"select key, name from person where {column} and left_on is null order by name", ref.key)
    return [("person", row["key"], row["name"]) for row in rows]


async def touch_access(uow: UnitOfWork) -> None:
    """Raises the access revision: every process rebuilds its actors at its next unit of work."""
    await uow.execute("update workspace_state set access_rev = access_rev + 1")


async def _save_words(uow: UnitOfWork, document: Mapping[str, Any]) -> None:
    await uow.executemany(
        "insert into brand (key, name, isolated, data) values ($1, $2, $3, $4)"
        " on conflict (key) do update set name = excluded.name, isolated = excluded.isolated, data = excluded.data",
        [(b["key"], b["name"], bool(b.get("isolated")), dict(b.get("data", {}))) for b in document.get("brands", ())],
    )
    await uow.executemany(
        "insert into region (key, name, provinces, data) values ($1, $2, $3, $4)"
        " on conflict (key) do update set name = excluded.name, provinces = excluded.provinces, data = excluded.data",
        [
            (r["key"], r["name"], list(r.get("provinces", ())), dict(r.get("data", {})))
            for r in document.get("regions", ())
        ],
    )


async def _ids(uow: UnitOfWork, table: str, items: Sequence[Mapping[str, Any]]) -> dict[str, UUID]:
    known = {row["key"]: row["id"] for row in await uow.fetch(f"select key, id from {table}")}
    for item in items:
        known.setdefault(item["key"], uuid7())
    return known


def _unknown_keys(
    units: Sequence[Mapping[str, Any]],
    persons: Sequence[Mapping[str, Any]],
    unit_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
) -> list[Problem]:
    problems: list[Problem] = []
    for group, items, links in (
        ("units", units, (("parent", unit_ids), ("head", person_ids))),
        ("persons", persons, (("unit", unit_ids), ("manager", person_ids))),
    ):
        for n, item in enumerate(items):
            for member, known in links:
                if item.get(member) and item[member] not in known:
                    text = {"zh": f"没有「{item[member]}」", "en": f"{item[member]} does not exist"}
                    problems.append(Problem("people.unknown_key", f"{group}.{n}.{member}", {"key": item[member]}, text))
    return problems


async def _save_units(uow: UnitOfWork, units: Sequence[Mapping[str, Any]], ids: Mapping[str, UUID]) -> list[NewEvent]:
    rows = [(ids[u["key"]], u["key"], u["name"], u.get("brand"), u.get("region")) for u in units]
    await uow.executemany(
        "insert into unit (id, key, name, brand, region) values ($1, $2, $3, $4, $5) on conflict (key) do update"
        " set name = excluded.name, brand = excluded.brand, region = excluded.region, closed_at = null",
        rows,
    )
    await uow.executemany(
        "update unit set parent = $2 where id = $1",
        [(ids[u["key"]], ids[u["parent"]] if u.get("parent") else None) for u in units],
    )
    return [NewEvent("unit.updated", "unit", ids[u["key"]], {"document": dict(u)}) for u in units]


async def _save_persons(
    uow: UnitOfWork, persons: Sequence[Mapping[str, Any]], unit_ids: Mapping[str, UUID], ids: Mapping[str, UUID]
) -> list[NewEvent]:
    before = {row["key"] for row in await uow.fetch("select key from person")}
    columns = (
        "key",
        "name",
        "title",
        "roles",
        "tags",
        "brands",
        "phone",
        "email",
        "calendar",
        "capacity",
        "joined_on",
        "left_on",
    )
    rows = [
        (
            ids[p["key"]], unit_ids[p["unit"]] if p.get("unit") else None, p["key"], p["name"], p.get("title", ""),
            list(p.get("roles", ())), list(p.get("tags", ())), list(p["brands"]) if p.get("brands") is not None else None,
            p.get("phone"), p.get("email"), p.get("calendar"), p.get("capacity"), _joined(uow, p), as_date(p.get("left_on")),
        )
        for p in persons
    ]  # fmt: skip
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    await uow.executemany(
        f"insert into person (id, unit, {', '.join(columns)}) values ({', '.join(f'${n}' for n in range(1, len(columns) + 3))})"
        f" on conflict (key) do update set unit = excluded.unit, {updates}",
        rows,
    )
    await uow.executemany(
        "update person set manager = $2 where id = $1",
        [(ids[p["key"]], ids[p["manager"]] if p.get("manager") else None) for p in persons],
    )
    return [
        NewEvent(
            "person.updated" if p["key"] in before else "person.created", "person", ids[p["key"]], {"document": dict(p)}
        )
        for p in persons
    ]


def _joined(uow: UnitOfWork, person: Mapping[str, Any]) -> date | None:
    # Demo packs count from the workspace's clock, so that a newcomer stays one.
    if person.get("joined_days_ago") is not None:
        return (uow.now.astimezone(uow.workspace.zone) - timedelta(days=int(person["joined_days_ago"]))).date()
    return as_date(person.get("joined_on"))


def as_date(value: Any) -> date | None:
    """A date from a document's value: date, datetime, ISO text or nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


async def rebuild_reach(uow: UnitOfWork) -> None:
    """Recomputes which unit reaches which (itself included). Raises: `people.unit_cycle`."""
    cycle = await uow.fetchval(
        """with recursive up(start, unit, depth) as (
             select id, parent, 1 from unit where parent is not null
             union all select up.start, u.parent, up.depth + 1 from up join unit u on u.id = up.unit
              where u.parent is not null and up.depth < 64)
           select start from up where depth >= 64 or start = unit limit 1"""
    )
    if cycle:
        raise invalid("people.unit_cycle", unit=str(cycle))
    await uow.execute("delete from unit_reach")
    await uow.execute(
        """insert into unit_reach with recursive reach(ancestor, unit) as (
             select id, id from unit union all select r.ancestor, u.id from reach r join unit u on u.parent = r.unit)
           select ancestor, unit from reach"""
    )


async def managers_of(uow: UnitOfWork, people: Iterable[UUID]) -> dict[UUID, UUID]:
    """The next person up for each: the own line manager, else the nearest unit head above who is someone else."""
    rows = await uow.fetch(
        """select p.id, coalesce(p.manager, head.head) as manager
             from person p
             left join lateral (
               with recursive up(unit, depth) as (
                 select p.unit, 0 union all select u.parent, up.depth + 1 from up join unit u on u.id = up.unit where u.parent is not null)
               select u.head from up join unit u on u.id = up.unit
                where u.head is not null and u.head <> p.id order by up.depth limit 1) head on true
            where p.id = any($1::uuid[])""",
        list(people),
    )
    return {row["id"]: row["manager"] for row in rows if row["manager"]}


async def people_in_unit(uow: UnitOfWork, key: str) -> list[UUID]:
    """Persons still here of a unit and everything below it, by name."""
    rows = await uow.fetch(
        """select p.id from unit top join unit_reach r on r.ancestor = top.id join person p on p.unit = r.unit
            where top.key = $1 and (p.left_on is null or p.left_on > $2::date) order by p.name, p.id""",
        key,
        uow.now.astimezone(uow.workspace.zone).date(),
    )
    return [row["id"] for row in rows]


async def add_absence(uow: UnitOfWork, person: UUID, starts: datetime, ends: datetime, reason: str = "") -> UUID:
    """The id of a recorded absence; dispatch passes the person over meanwhile. Emits: `person.absent`."""
    if ends <= starts:
        raise invalid(
            "people.absence_order",
            [Problem("people.absence_order", "ends", {}, {"zh": "结束要晚于开始", "en": "Ends before it starts"})],
        )
    absence = uuid7()
    await uow.execute("insert into absence values ($1, $2, $3, $4, $5)", absence, person, starts, ends, reason)
    if _append:
        await _append(
            uow, [NewEvent("person.absent", "person", person, {"starts": starts, "ends": ends, "reason": reason})]
        )
    return absence
