"""Where time and follow-up leak between dispatch and payment, per person: seven spans, talks nobody followed up, key actions.

Spans are medians of wall-clock hours over what the reader sees. Every figure has its rows.
"""

import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing

MOST, SHOWN = 5_000, 200
GAP_HOURS = 72
TALK, PAID = "solution.talked", "payment.received"
QUOTES = ("quote.sent", "quote.link_sent")
FOLLOWUPS = ("touch.followup", "touch.response", "call.connected", "meeting.held")
#: Key, object, from, to: fields of the record, or the first event of a kind.
SPANS = (
    ("respond", "lead", "assigned_at", "first_response_at"), ("follow", "lead", "first_response_at", "first_followup_at"),
    ("open", "lead", "first_followup_at", "converted_at"), ("talk", "deal", "created_at", TALK), ("quote", "deal", TALK, "quote"),
    ("sign", "deal", "quote", "won_at"), ("pay", "deal", "won_at", PAID),
)  # fmt: skip
TALKS = f"""select t.record, t.person, t.occurred_at as at, not exists (select from event f where f.record = t.record and f.type = any ($2::text[])
    and f.occurred_at > t.occurred_at and f.occurred_at <= t.occurred_at + $5 * interval '1 hour' and {standing("f")}) as gap
  from event t where t.record = any ($1::uuid[]) and t.type = $3 and t.occurred_at <= $4::timestamptz - $5 * interval '1 hour'
    and {standing("t")} order by t.occurred_at, t.id"""


async def process_leaks(uow: UnitOfWork, since: datetime, until: datetime) -> dict[str, Any]:
    """{spans, total, people: [{owner, spans: {key: {n, hours}}, talks, gaps, first_to_signed_days, due, done}], talks: {n, gaps, share}, names, capped}."""
    rows, names, capped = await _rows(uow, since, until)
    talks = await _talks(uow, [row for row in rows if row["object"] == "deal"])
    health = await _key_actions(uow, [row for row in rows if row["object"] == "deal"])
    owners: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        owners.setdefault(row["owner"], []).append(row)
    people = [{"owner": owner, **_sums(some, talks, health)} for owner, some in owners.items()]
    people.sort(key=lambda one: (-one["gaps"], -one["talks"], one["owner"] or ""))
    return {"spans": [key for key, *_ in SPANS], "total": _sums(rows, talks, health), "people": people, "names": names, "gap_hours": GAP_HOURS, "capped": capped}


async def leak_rows(uow: UnitOfWork, since: datetime, until: datetime, what: str, owner: str | None = None) -> dict[str, Any]:
    """The rows behind a figure: of a span the slowest first, of "gaps" the talks nobody followed up. Raises: `process.unknown_figure`."""
    if what != "gaps" and what not in {key for key, *_ in SPANS}:
        raise not_found("process.unknown_figure", figure=what)
    rows, _, _ = await _rows(uow, since, until)
    mine = {row["id"]: row for row in rows if owner is None or row["owner"] == owner}
    if what == "gaps":
        talks = await _talks(uow, [row for row in mine.values() if row["object"] == "deal"])
        found = [{"object": "deal", "id": str(talk["record"]), "title": mine[talk["record"]]["title"], "owner": mine[talk["record"]]["owner"], "at": talk["at"].isoformat()} for talk in talks if talk["gap"]]
        return {"rows": found[:SHOWN], "count": len(found)}
    timed = [(row["spans"][what], row) for row in mine.values() if what in row["spans"]]
    timed.sort(key=lambda one: -one[0])
    found = [{"object": row["object"], "id": str(row["id"]), "title": row["title"], "owner": row["owner"], "hours": hours} for hours, row in timed]
    return {"rows": found[:SHOWN], "count": len(found)}


async def _rows(uow: UnitOfWork, since: datetime, until: datetime) -> tuple[list[dict[str, Any]], dict[str, str], bool]:
    """Leads and deals of the window with their spans in hours."""
    window = f'created_at >= timestamp("{since.isoformat()}") && created_at < timestamp("{until.isoformat()}")'
    found: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    capped = False
    for object_key, fields in (("lead", ["assigned_at", "first_response_at", "first_followup_at", "converted_at"]), ("deal", ["created_at", "won_at"])):
        try:
            page = await records.query(uow, records.Query(object_key, ["name", "owner", *fields], window, sort=["-created_at"], limit=MOST, names=True))
        except XingjiError:
            continue
        names |= page.people
        capped = capped or page.next is not None
        instants = await _first_events(uow, [UUID(row["id"]) for row in page.rows]) if object_key == "deal" else {}
        for row in page.rows:
            at = {key: datetime.fromisoformat(row[key]) for key in fields if row.get(key)} | instants.get(UUID(row["id"]), {})
            spans = {
                key: (at[end] - at[start]).total_seconds() / 3600 for key, of, start, end in SPANS if of == object_key and start in at and end in at and at[end] >= at[start]
            }
            whole = (at["won_at"] - at["created_at"]).total_seconds() / 86_400 if "won_at" in at and "created_at" in at else None
            found.append({"object": object_key, "id": UUID(row["id"]), "title": row.get("name"), "owner": row.get("owner"), "spans": spans, "whole": whole})
    return found, names, capped


async def _first_events(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, dict[str, datetime]]:
    rows = await uow.fetch(
        f"""select e.record, case when e.type = any ($3::text[]) then 'quote' else e.type end as what, min(e.occurred_at) as at from event e
            where e.record = any ($1::uuid[]) and (e.type = any ($2::text[]) or e.type = any ($3::text[])) and {standing("e")} group by 1, 2""", list(ids), [TALK, PAID], list(QUOTES),
    )  # fmt: skip
    found: dict[UUID, dict[str, datetime]] = {}
    for row in rows:
        found.setdefault(row["record"], {})[row["what"]] = row["at"]
    return found


async def _talks(uow: UnitOfWork, deals: Sequence[dict[str, Any]]) -> list[Any]:
    """Talks that are old enough to have been followed up, and whether they were."""
    return await uow.fetch(TALKS, [row["id"] for row in deals], list(FOLLOWUPS), TALK, uow.now, float(GAP_HOURS))


async def _key_actions(uow: UnitOfWork, deals: Sequence[dict[str, Any]]) -> dict[UUID, tuple[int, int]]:
    rows = await uow.fetch("select record, due, done from process_health where record = any ($1::uuid[])", [row["id"] for row in deals])
    return {row["record"]: (row["due"], row["done"]) for row in rows}


def _sums(rows: Sequence[dict[str, Any]], talks: Sequence[Any], health: dict[UUID, tuple[int, int]]) -> dict[str, Any]:
    ids = {row["id"] for row in rows}
    mine = [talk for talk in talks if talk["record"] in ids]
    spans = {}
    for key, *_ in SPANS:
        hours = [row["spans"][key] for row in rows if key in row["spans"]]
        spans[key] = {"n": len(hours), "hours": round(statistics.median(hours), 2) if hours else None}
    whole = [row["whole"] for row in rows if row["whole"] is not None]
    kept = [health[row["id"]] for row in rows if row["id"] in health]
    gaps = sum(talk["gap"] for talk in mine)
    return {
        "spans": spans, "talks": len(mine), "gaps": gaps, "share": gaps / len(mine) if mine else None, "first_to_signed_days": round(statistics.median(whole), 1) if whole else None,
        "signed": len(whole), "due": sum(due for due, _ in kept), "done": sum(done for _, done in kept),
    }  # fmt: skip


