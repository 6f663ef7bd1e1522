"""Health as people read it: of the records on a screen, and per person and team. Only of records the reader sees."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from xingji.features.process.health import BANDS
from xingji.features.process.sight import playbook_versions
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork

MOST = 5_000
MOST_NAMED = 4


async def health_of(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """{rows: [{record, score, band, due, done, gaps, completeness, timeliness, missing with names and people}]} of those the reader sees."""
    seen = {UUID(row["id"]) for row in await records.get_records(uow, object_key, ids, ["id"])}
    rows = await uow.fetch("select * from process_health where record = any($1::uuid[])", sorted(seen))
    return {"rows": await _shown(uow, rows)}


async def health_board(uow: UnitOfWork, object_key: str) -> dict[str, Any]:
    """Open records by band, in all and per owner, worst first, with the five weakest records of each.

    {total: {green, yellow, red, score}, owners: [{owner, …, worst}], bands, capped}. Raises: `access.denied`.
    """
    schema = await records.load_schema(uow)
    title = schema.object(object_key).title
    page = await records.query(uow, records.Query(object_key, fields=[title, "owner"], filter="playbook != null", limit=MOST, names=True))
    named = {UUID(row["id"]): row for row in page.rows}
    rows = await uow.fetch("select * from process_health where record = any($1::uuid[]) order by score, record", list(named))
    shown = await _shown(uow, rows)
    owners: dict[str | None, list[dict[str, Any]]] = {}
    for one in shown:
        one["title"] = named[UUID(one["record"])].get(title)
        owners.setdefault(one["owner"], []).append(one)
    board = [{"owner": owner, **_sum(given), "worst": given[:5]} for owner, given in owners.items()]
    board.sort(key=lambda one: (one["score"], one["owner"] or ""))
    return {"total": _sum(shown), "owners": board, "people": page.people, "bands": BANDS, "capped": page.next is not None}


def _sum(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts = {band: sum(one["band"] == band for one in rows) for band in ("green", "yellow", "red")}
    due, done = sum(one["due"] for one in rows), sum(one["done"] for one in rows)
    score = sum(one["score"] for one in rows) / len(rows) if rows else 1.0
    return {**counts, "count": len(rows), "score": score, "due": due, "done": done}


async def _holders(uow: UnitOfWork, rows: Sequence[Any]) -> Callable[[UUID | None, str], list[str]]:
    """Who supplies a missing action, by name: the record's owner where they hold the role, else all of the role, of the
    owner's unit first; none where they are too many to be told one from the other."""
    roles = {one.get("by") or one.get("who") or "owner" for row in rows for one in row["missing"]}
    owners = {row["owner"] for row in rows if row["owner"]}
    today = uow.now.astimezone(uow.workspace.zone).date()
    people = await uow.fetch(
        "select id, name, roles, unit from person where (roles && $1::text[] or id = any ($2::uuid[])) and (left_on is null or left_on > $3) order by name, id",
        sorted(roles), sorted(owners), today,
    )  # fmt: skip
    known = {one["id"]: one for one in people}
    holders = {role: [one for one in people if role in one["roles"]] for role in roles}

    def named(owner: UUID | None, role: str) -> list[str]:
        mine = known.get(owner) if owner else None
        if mine and (role == "owner" or role in mine["roles"]):
            return [mine["name"]]
        near = [one for one in holders[role] if mine and one["unit"] == mine["unit"]] or holders[role]
        return [one["name"] for one in near] if len(near) <= MOST_NAMED else []

    return named


async def _shown(uow: UnitOfWork, rows: Sequence[Any]) -> list[dict[str, Any]]:
    books = await playbook_versions(uow, {(row["playbook"], row["version"]) for row in rows})
    named = await _holders(uow, rows)
    found = []
    for row in rows:
        book = books.get((row["playbook"], row["version"]))
        missing = []
        for one in row["missing"]:
            action = book.action(one["action"]) if book else None
            people = named(row["owner"], one.get("by") or one.get("who") or "owner")
            missing.append({**one, "name": dict(action.name) if action else {"zh": one["action"], "en": one["action"]}, "people": people})
        keys = ("stage", "due", "done", "gaps", "stage_minutes", "limit_minutes", "completeness", "timeliness", "score", "band")
        found.append({
            "record": str(row["record"]), "owner": str(row["owner"]) if row["owner"] else None, "playbook": row["playbook"],
            **{key: row[key] for key in keys}, "missing": missing, "at": row["at"].isoformat(),
        })  # fmt: skip
    return found
