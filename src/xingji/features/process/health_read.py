"""Health as people read it: of the records on a screen, and per person and team. Only of records the reader sees."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.process.health import BANDS
from xingji.features.process.sight import playbook_versions, playbooks_of
from xingji.features.process.suppliers import holders_of
from xingji.kernel import records
from xingji.kernel.cel import text_literal
from xingji.kernel.core.errors import forbidden
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.visibility import visible_fields

MOST = 5_000


async def health_of(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """{rows: [{record, score, band, due, done, gaps, completeness, timeliness, missing with names and people}]} of those the reader sees."""
    seen = {UUID(row["id"]) for row in await records.get_records(uow, object_key, ids, ["id"])}
    rows = await uow.fetch("select * from process_health where record = any($1::uuid[])", sorted(seen))
    return {"rows": await _shown(uow, rows)}


async def health_board(uow: UnitOfWork, object_key: str) -> dict[str, Any]:
    """Open records by band, in all and per owner, worst first, with the five weakest records of each.

    {total: {green, yellow, red, score}, owners: [{owner, …, worst}], unverified: open ones not judged before their next move,
    bands, capped}. Raises: `access.denied`.
    """
    schema = await records.load_schema(uow)
    title = schema.object(object_key).title
    if not {"playbook", "owner"} <= visible_fields(schema, uow.actor, object_key).keys():
        raise forbidden("access.denied", object=object_key, verb="read", who="admin")
    page = await records.query(uow, records.Query(object_key, fields=[title, "owner"], filter="playbook != null", limit=MOST, names=True))
    unverified = await _unverified(uow, object_key) if "unverified" in visible_fields(schema, uow.actor, object_key) else 0
    named = {UUID(row["id"]): row for row in page.rows}
    rows = await uow.fetch("select * from process_health where record = any($1::uuid[]) order by score, record", list(named))
    shown = await _shown(uow, rows)
    owners: dict[str | None, list[dict[str, Any]]] = {}
    for one in shown:
        one["title"] = named[UUID(one["record"])].get(title)
        owners.setdefault(one["owner"], []).append(one)
    board = [{"owner": owner, **_sum(given), "worst": given[:5]} for owner, given in owners.items()]
    board.sort(key=lambda one: (one["score"], one["owner"] or ""))
    return {"total": _sum(shown), "owners": board, "people": page.people, "unverified": unverified, "bands": BANDS, "capped": page.next is not None}


async def _unverified(uow: UnitOfWork, object_key: str) -> int:
    """How many open records the reader sees that were brought in and have not moved since."""
    ended = {(book.status, value) for book in await playbooks_of(uow, object_key) if book.status for value in (*book.won, *book.lost)}
    still = "".join(f" && {field} != {text_literal(value)}" for field, value in sorted(ended))
    query = records.Query(object_key, filter=f"playbook != null && unverified == true{still}", aggregates=[{"as": "count", "fn": "count"}])
    return int((await records.aggregate(uow, query))[0]["count"])


def _sum(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts = {band: sum(one["band"] == band for one in rows) for band in ("green", "yellow", "red")}
    due, done = sum(one["due"] for one in rows), sum(one["done"] for one in rows)
    score = sum(one["score"] for one in rows) / len(rows) if rows else 1.0
    return {**counts, "count": len(rows), "score": score, "due": due, "done": done}


async def _shown(uow: UnitOfWork, rows: Sequence[Any]) -> list[dict[str, Any]]:
    books = await playbook_versions(uow, {(row["playbook"], row["version"]) for row in rows})
    named = await holders_of(uow, {_who(one) for row in rows for one in row["missing"]}, {row["owner"] for row in rows if row["owner"]})
    found = []
    for row in rows:
        book = books.get((row["playbook"], row["version"]))
        missing = []
        for one in row["missing"]:
            action = book.action(one["action"]) if book else None
            people = [person["name"] for person in named(row["owner"], _who(one), apart=bool(one.get("confirms")))]
            missing.append({**one, "name": dict(action.name) if action else {"zh": one["action"], "en": one["action"]}, "people": people})
        keys = ("stage", "due", "done", "gaps", "stage_minutes", "limit_minutes", "completeness", "timeliness", "score", "band")
        found.append({
            "record": str(row["record"]), "owner": str(row["owner"]) if row["owner"] else None, "playbook": row["playbook"],
            **{key: row[key] for key in keys}, "missing": missing, "at": row["at"].isoformat(),
        })  # fmt: skip
    return found


def _who(missing: Mapping[str, Any]) -> str:
    return str(missing.get("by") or missing.get("who") or "owner")
