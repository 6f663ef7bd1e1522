"""What a reader of the outbox may see of its messages. Owns that rule alone; the rows are the outbox's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records import get_records, load_schema
from xingji.kernel.records.visibility import visible_fields

SAID = ("urgency", "type")


async def veil_messages(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows; of a message about a record out of the reader's reach, or with fields they do not see, no word and no addressee.

    How it fares stays visible: whoever minds the channels need not read what is said.
    """
    about: dict[str, set[UUID]] = {}
    for row in rows:
        if row["object"] is not None and row["record"] is not None:
            about.setdefault(row["object"], set()).add(row["record"])
    open_ones = {id for object_key, ids in about.items() for id in await _open(uow, object_key, sorted(ids))}
    return [row if row["object"] is None or row["record"] in open_ones else _veiled(row) for row in rows]


async def _open(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> set[UUID]:
    kind = (await load_schema(uow)).objects.get(object_key)
    if kind is None or not _whole(await load_schema(uow), uow, object_key, kind.stored):
        return set()
    try:
        return {UUID(row["id"]) for row in await get_records(uow, object_key, ids, [])}
    except XingjiError:
        return set()


def _whole(schema: Any, uow: UnitOfWork, object_key: str, fields: Sequence[Any]) -> bool:
    seen = visible_fields(schema, uow.actor, object_key)
    return all(seen.get(field.key) in ("read", "write") for field in fields)


def _veiled(row: dict[str, Any]) -> dict[str, Any]:
    message = {key: row["message"][key] for key in SAID if key in row["message"]}
    return {
        **row,
        "message": {**message, "title": None, "body": None},
        "recipient": None,
        "record": None,
        "hidden": True,
    }
