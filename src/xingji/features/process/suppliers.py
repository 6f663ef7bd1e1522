"""Who can supply what is missing, as people: the owner where they hold the role, else those who do. Changes nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from xingji.kernel import access, records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork

MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Supplier:
    """What is asked for: something of a record that people of a role supply; a confirmation is never the owner's."""

    record: UUID
    owner: UUID | None
    role: str
    confirms: bool = False


async def holders_of(uow: UnitOfWork, roles: Iterable[str], owners: Iterable[UUID]) -> Callable[..., list[Any]]:
    """By (owner, role) the persons {id, name}: the record's owner where they hold the role (not with `apart`), else all of
    the role, of the owner's unit first; none where they are too many to be told one from the other."""
    today = uow.now.astimezone(uow.workspace.zone).date()
    people = await uow.fetch(
        "select id, name, roles, unit from person where (roles && $1::text[] or id = any ($2::uuid[])) and (left_on is null or left_on > $3) order by name, id",
        sorted(set(roles)), sorted(set(owners)), today,
    )  # fmt: skip
    known = {one["id"]: one for one in people}
    holders = {role: [one for one in people if role in one["roles"]] for role in set(roles)}

    def named(owner: UUID | None, role: str, *, apart: bool = False) -> list[Any]:
        mine = known.get(owner) if owner else None
        if mine and not apart and (role == "owner" or role in mine["roles"]):
            return [mine]
        others = [one for one in holders.get(role, ()) if not apart or one["id"] != owner]
        near = [one for one in others if mine and one["unit"] == mine["unit"]] or others
        return near if len(near) <= MOST_NAMED else []

    return named


async def suppliers_of(uow: UnitOfWork, asked: Sequence[Supplier], object_key: str) -> list[list[UUID]]:
    """For each the persons to be told: those who can supply it and may read the record, else its owner, who has to arrange it."""
    named = await holders_of(uow, [one.role for one in asked], [one.owner for one in asked if one.owner])
    found = [[person["id"] for person in named(one.owner, one.role, apart=one.confirms)] for one in asked]
    readable = await _readable(uow, object_key, [(person, one.record) for one, people in zip(asked, found, strict=True) for person in people])
    alone = {one.owner: named(one.owner, "owner") for one in asked}  # nobody who left is told
    return [
        [person for person in people if (person, one.record) in readable] or [person["id"] for person in alone[one.owner]]
        for one, people in zip(asked, found, strict=True)
    ]  # fmt: skip


async def _readable(uow: UnitOfWork, object_key: str, pairs: Sequence[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    wanted: dict[UUID, list[UUID]] = {}
    for person, record in pairs:
        wanted.setdefault(person, []).append(record)
    found = set()
    for person, ids in wanted.items():
        try:
            seen = await records.get_records(replace(uow, actor=await access.actor_for_person(uow, person)), object_key, ids, ["id"])
        except XingjiError:
            continue
        found |= {(person, UUID(str(one["id"]))) for one in seen}
    return found
