"""Tells rows that seem to be about the same customer as another row or a record: one spelling of the name, one phone.

Owns the reasons. Nothing is joined by this alone: a person sees the reason in the preview and decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.compiler import Reading
from xingji.kernel.records.schema import ObjectType, Schema, quoted

_FORMS = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|总公司|公司)$")


def _usual_key(name: str) -> str:
    return _FORMS.sub("", re.sub(r"[\W_]+", "", name.lower()))


_name_key: list[Callable[[str], str]] = [_usual_key]


def configure_name_key(key: Callable[[str], str]) -> None:
    """Hands in what two spellings of a company have in common; calling it again replaces it."""
    _name_key[:] = [key]


@dataclass(frozen=True, slots=True)
class Known:
    """A record, there or to be made: its id, its title, and the row that makes it."""

    id: UUID
    title: str
    row: int | None = None


@dataclass(slots=True)
class Similar:
    """Records by what they are recognised by. `look_up` before `learn`: a row is never like itself."""

    names: dict[str, Known] = field(default_factory=dict)
    phones: dict[str, Known] = field(default_factory=dict)

    def look_up(self, title: str, phone: str | None) -> tuple[Known, str] | None:
        """The record a row seems to be about, and why: same_name | same_spelling | same_phone."""
        key = _name_key[0](title)
        if key and (found := self.names.get(key)):
            return found, "same_name" if found.title == title else "same_spelling"
        if phone and (found := self.phones.get(phone)):
            return found, "same_phone"
        return None

    def learn(self, title: str, phone: str | None, known: Known) -> None:
        """Takes a record in."""
        if key := _name_key[0](title):
            self.names.setdefault(key, known)
        if phone:
            self.phones.setdefault(phone, known)


async def load_similar(uow: UnitOfWork, schema: Schema, kind: ObjectType, phones: Mapping[str, Any]) -> Similar:
    """The records that are there, as far as the actor reads them; one statement for names, one per field of phones.

    phones: {object: [(field, relation or None)]}, where numbers of the record or of what hangs on it are kept.
    """
    similar = Similar()
    titles: dict[UUID, str] = {}
    title = kind.fields[kind.title]
    reading = Reading(schema, kind, uow.actor, uow.now)
    if reading.levels.get(title.key) not in ("read", "write"):
        return similar
    sql = f"{uow.mark()}select r.id, r.{quoted(str(title.column))} as title {reading.source} order by r.created_at, r.id"
    for row in await uow.fetch(sql, *reading.sink.values):
        titles[row["id"]] = row["title"] or ""
        similar.learn(row["title"] or "", None, Known(row["id"], row["title"] or ""))
    if not titles:
        return similar
    for object_key, fields in phones.items():
        other = schema.object(object_key)
        for key, relation in fields:
            reading = Reading(schema, other, uow.actor, uow.now)
            if reading.levels.get(key) not in ("read", "write") or reading.sink.veil(key):
                continue
            to = f"r.{quoted(str(other.field(relation).column))}" if relation else "r.id"
            column = f"r.{quoted(str(other.field(key).column))}"
            reading.conditions.append(f"{column} is not null and {to} is not null")
            sql = f"{uow.mark()}select {to} as id, {column} as phone {reading.source}"
            for row in await uow.fetch(sql, *reading.sink.values):
                if row["id"] in titles:
                    similar.phones.setdefault(row["phone"], Known(row["id"], titles[row["id"]]))
    return similar
