"""What waits for somebody's decision: exceptions, "not applicable", actions to confirm. Only of records they may read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xingji.features.process.sight import playbook_versions
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork

MOST = 200


async def waiting_decisions(uow: UnitOfWork) -> dict[str, Any]:
    """{exceptions, not_applicable, confirmations}: each with the record's title and who asks."""
    may = uow.actor.policy is None or uow.actor.policy.may("process.waive")
    asked = await uow.fetch("select * from process_exception where status = 'asked' order by asked_at limit $1", MOST) if may else []
    let_off = await uow.fetch("select * from process_action where state = 'na_asked' order by claimed_at limit $1", MOST) if may else []
    shown = await uow.fetch(
        "select * from process_action where state in ('claimed', 'evidence') and claimed_at is not null order by claimed_at limit $1", MOST * 5
    )
    titles = await _titles(uow, [*asked, *let_off, *shown])
    person = uow.actor.person
    open_ = lambda row, by: row["record"] in titles and row[by] != person and titles[row["record"]]["owner"] != person  # noqa: E731
    return {
        "exceptions": [{**_plain(row), **_named(titles, row)} for row in asked if open_(row, "asked_by")],
        "not_applicable": await _with_names(uow, [row for row in let_off if open_(row, "claimed_by")], titles),
        "confirmations": await _mine_to_confirm(uow, [row for row in shown if open_(row, "claimed_by")], titles),
    }


async def _with_names(uow: UnitOfWork, rows: list[Any], titles: Mapping[UUID, Mapping[str, Any]]) -> list[dict[str, Any]]:
    books = await playbook_versions(uow, {titles[row["record"]]["pin"] for row in rows if titles[row["record"]]["pin"]})
    found = []
    for row in rows:
        book = books.get(titles[row["record"]]["pin"])
        action = book.action(row["action"]) if book else None
        found.append({**_plain(row), **_named(titles, row), "name": dict(action.name) if action else {"zh": row["action"], "en": row["action"]}})
    return found


async def _mine_to_confirm(uow: UnitOfWork, rows: list[Any], titles: Mapping[UUID, Mapping[str, Any]]) -> list[dict[str, Any]]:
    pins = {titles[row["record"]]["pin"] for row in rows if titles[row["record"]]["pin"]}
    books = await playbook_versions(uow, pins)
    found = []
    for row in rows:
        book = books.get(titles[row["record"]]["pin"])
        action = book.action(row["action"]) if book else None
        if action and action.confirm and action.confirm.role in uow.actor.roles:
            found.append({**_plain(row), **_named(titles, row), "name": dict(action.name), "within_hours": action.confirm.within_hours})
    return found[:MOST]


async def _titles(uow: UnitOfWork, rows: list[Any]) -> dict[UUID, dict[str, Any]]:
    """Title, owner and playbook of the records the reader sees, one read per object."""
    schema = await records.load_schema(uow)
    by_object: dict[str, set[UUID]] = {}
    for row in rows:
        by_object.setdefault(row["object"], set()).add(row["record"])
    found: dict[UUID, dict[str, Any]] = {}
    for object_key, ids in by_object.items():
        if object_key not in schema.objects:
            continue
        title = schema.objects[object_key].title
        wanted = [key for key in (title, "owner", "playbook", "playbook_version") if key in schema.objects[object_key].fields]
        for row in await records.get_records(uow, object_key, sorted(ids), wanted):
            pin = (row.get("playbook"), int(row["playbook_version"])) if row.get("playbook") and row.get("playbook_version") else None
            owner = UUID(str(row["owner"])) if row.get("owner") else None
            found[UUID(row["id"])] = {"title": row.get(title), "owner": owner, "pin": pin}
    return found


def _named(titles: Mapping[UUID, Mapping[str, Any]], row: Any) -> dict[str, Any]:
    one = titles[row["record"]]
    return {"title": one["title"], "owner": str(one["owner"]) if one["owner"] else None}


def _plain(row: Any) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, UUID) else value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
