"""The focus customers of a person's day: reading them with what is new, confirming, swapping, skipping."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.errors import Problem, conflict, invalid, not_found
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.withdrawn import standing

NEWS = f"""select e.record, e.type, e.occurred_at, e.claimed, e.data->>'kind' as kind, e.data->>'direction' as direction,
    (e.data->>'answered')::boolean as answered, case when e.type = 'page.viewed' then e.data->>'title' end as title
  from event e where e.record = any($1::uuid[]) and e.occurred_at > $2 and {standing("e")}
    and (e.type like 'touch.%' or e.type in ('page.viewed', 'lead.enquired', 'lead.created', 'lead.converted', 'deal.created'))
  order by e.occurred_at desc limit 500"""
LOOKED = "select record, max(looked_at) as at from focus where person = $1 and record = any($2::uuid[]) and looked_at is not null group by record"
SHOWN = ("customer", "lead")
MOST_NEWS = 3


async def read_focus(uow: UnitOfWork) -> dict[str, Any]:
    """Today's customers of the signed-in person, with reasons and what is new since they last looked."""
    person, day = me(uow), today(uow)
    rows = await uow.fetch("select * from focus where person = $1 and day = $2 order by rank", person, day)
    seen = await visible(uow, rows)
    spares = sum(row["status"] == "spare" and str(row["record"]) in seen for row in rows)
    shown = [row for row in rows if row["status"] in ("proposed", "confirmed") and str(row["record"]) in seen]
    news, since = await whats_new(uow, person, shown)
    return {
        "day": day.isoformat(), "spares": spares, "skipped": sum(row["status"] == "skipped" for row in rows), "decided": bool(rows) and not any(row["status"] == "proposed" for row in rows),
        "rows": [
            {
                "id": str(row["id"]), "object": row["object"], "record": str(row["record"]), "status": row["status"], "score": row["score"],
                "reasons": row["reasons"], "title": seen[str(row["record"])], "news": news.get(row["record"], [])[:MOST_NEWS],
                "news_count": len(news.get(row["record"], [])), "since": since[row["record"]].isoformat(),
            }
            for row in shown
        ],
    }  # fmt: skip


async def decide(uow: UnitOfWork, id: UUID, action: str, reason: str = "") -> dict[str, Any]:
    """Confirms, swaps for the next best, skips with a reason, puts back, or notes that it was looked at.

    Emits: focus.confirmed, focus.swapped, focus.skipped. Raises: `focus.unknown`, `focus.reason_missing`, `focus.no_more`.
    """
    row = await uow.fetchrow("select * from focus where id = $1 and person = $2 for update", id, me(uow))
    if row is None:
        raise not_found("focus.unknown", id=str(id))
    if action == "looked":
        await uow.execute("update focus set looked_at = $2 where id = $1", id, uow.now)
        return {"id": str(id), "status": row["status"]}
    if action == "reopen":
        await uow.execute("update focus set status = 'proposed', note = '', decided_at = null where id = $1", id)
        return {"id": str(id), "status": "proposed"}
    if action == "skip" and not reason.strip():
        raise invalid("focus.reason_missing", [Problem("focus.reason_missing", "reason", {}, {"zh": "写一句为什么跳过", "en": "Say why it is skipped"})])
    status = {"confirm": "confirmed", "swap": "swapped", "skip": "skipped"}[action]
    instead = await _next(uow, row) if action == "swap" else None
    await uow.execute("update focus set status = $2, note = $3, decided_at = $4 where id = $1", id, status, reason, uow.now)
    data = {"focus": str(id), "day": row["day"].isoformat(), "reason": reason, **({"instead": str(instead)} if instead else {})}
    await append_events(uow, [NewEvent(f"focus.{status}", row["object"], row["record"], data)])
    return {"id": str(id), "status": status, "instead": str(instead) if instead else None}


async def _next(uow: UnitOfWork, row: Any) -> UUID:
    """Promotes the best spare the person may see. Raises: `focus.no_more`."""
    spares = await uow.fetch("select * from focus where person = $1 and day = $2 and status = 'spare' order by rank", row["person"], row["day"])
    seen = await visible(uow, spares)
    for spare in spares:
        if str(spare["record"]) in seen:
            await uow.execute("update focus set status = 'proposed', rank = $2 where id = $1", spare["id"], row["rank"])
            return spare["record"]
    raise conflict("focus.no_more")


async def visible(uow: UnitOfWork, rows: Sequence[Any]) -> dict[str, str]:
    """Titles of those records the reader sees, by id."""
    found: dict[str, str] = {}
    for object_key in SHOWN:
        ids = [row["record"] for row in rows if row["object"] == object_key]
        if not ids or (uow.actor.policy is not None and uow.actor.policy.rows(object_key, "read").nothing):
            continue
        for row in await records.get_records(uow, object_key, ids):
            found[row["id"]] = str(row.get("company") or row.get("name") or "")
    return found


async def whats_new(uow: UnitOfWork, person: UUID, rows: Sequence[Any]) -> tuple[dict[UUID, list[dict[str, Any]]], dict[UUID, Any]]:
    """Events of each record and of its customer's leads and deals since the person last looked, two weeks at most."""
    ids = [row["record"] for row in rows]
    looked = {row["record"]: row["at"] for row in await uow.fetch(LOOKED, person, ids)}
    since = {id: max(looked.get(id, uow.now - timedelta(days=14)), uow.now - timedelta(days=14)) for id in ids}
    owner_of = {id: id for id in ids}
    customers = [str(row["record"]) for row in rows if row["object"] == "customer"]
    for object_key in ("lead", "deal") if customers else ():
        page = await records.query(uow, records.Query(object_key, ["customer"], where_in=("customer", customers), sort=["-created_at"], limit=500))
        owner_of |= {UUID(row["id"]): UUID(str(row["customer"])) for row in page.rows}
    news: dict[UUID, list[dict[str, Any]]] = {}
    for event in await uow.fetch(NEWS, list(owner_of), min(since.values(), default=uow.now)):
        record = owner_of[event["record"]]
        if event["occurred_at"] > since[record]:
            news.setdefault(record, []).append({name: event[name] for name in ("type", "occurred_at", "claimed", "kind", "direction", "answered", "title")})
    return news, since


def me(uow: UnitOfWork) -> UUID:
    """The signed-in person. Raises: `inbox.no_person`."""
    if uow.actor.person is None:
        raise not_found("inbox.no_person")
    return uow.actor.person


def today(uow: UnitOfWork) -> Any:
    """The workspace's local day."""
    return uow.now.astimezone(uow.workspace.zone).date()
