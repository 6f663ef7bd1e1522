"""Who is told when somebody asks for a yes in the process: the second role, the supervisor, and the asker of the answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xingji.features.process.document import Action, Names
from xingji.kernel import access
from xingji.kernel.db import UnitOfWork
from xingji.kernel.work import Notice, notify

MOST_TOLD = 20


async def tell_second_role(uow: UnitOfWork, row: Mapping[str, Any], object_key: str, action: Action) -> None:
    """Tells those who hold the confirming role that an action waits for them; never the owner nor who claims it."""
    assert action.confirm is not None
    today = uow.now.astimezone(uow.workspace.zone).date()
    people = await uow.fetch(
        "select id from person where $1 = any (roles) and (left_on is null or left_on > $2) order by name, id limit $3",
        action.confirm.role, today, MOST_TOLD,
    )  # fmt: skip
    apart = {uow.actor.person, _owner(row)}
    words = {"zh": f"请确认「{_plain(action.name['zh'])}」：{_title(row)}", "en": f"Please confirm “{_plain(action.name['en'])}”: {_title(row)}"}
    await _tell(uow, [one["id"] for one in people if one["id"] not in apart], words, object_key, row)


async def tell_manager(uow: UnitOfWork, row: Mapping[str, Any], object_key: str, what: Names, reason: str) -> None:
    """Tells the line manager of the asker (of the owner, where the system asks) that a decision waits."""
    asker = uow.actor.person or _owner(row)
    boss = (await access.managers_of(uow, [asker])).get(asker) if asker else None
    words = {"zh": f"请决定「{_plain(what['zh'])}」：{_title(row)}", "en": f"To decide, {_plain(what['en'])}: {_title(row)}"}
    await _tell(uow, [boss] if boss else [], words, object_key, row, reason)


async def tell_asker(
    uow: UnitOfWork, row: Mapping[str, Any], object_key: str, asker: UUID | None, what: Names, *, grant: bool, answer: str
) -> None:
    """Tells the asker what was decided."""
    words = {
        "zh": f"「{_plain(what['zh'])}」{'已同意' if grant else '没有同意'}：{_title(row)}",
        "en": f"“{_plain(what['en'])}” {'granted' if grant else 'not granted'}: {_title(row)}",
    }
    await _tell(uow, [asker] if asker else [], words, object_key, row, answer)


async def _tell(uow: UnitOfWork, people: list[UUID], title: Names, object_key: str, row: Mapping[str, Any], body: str = "") -> None:
    record = UUID(str(row["id"]))
    data = {"object": object_key, "path": f"/records/{object_key}/{record}"}
    values = {key: row.get(key) for key in ("name", "title")}
    await notify(uow, [Notice(one, "process", dict(title), body=_plain(body), record=record, values=values, data=data) for one in people])


def _owner(row: Mapping[str, Any]) -> UUID | None:
    return UUID(str(row["owner"])) if row.get("owner") else None


def _title(row: Mapping[str, Any]) -> str:
    """The blank of the record's title, filled for who may see it."""
    return "{name}" if row.get("name") else "{title}"


def _plain(text: str) -> str:
    """Text that fills no blank of a template."""
    return text.replace("{", "（").replace("}", "）")
