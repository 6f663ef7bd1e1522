"""What to do with a deal that is stuck: what came with winning in this stage, and how this customer's objections ended.

Associations of the organisation's own past between deals that agree in the features named; no figure below a least number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.cel import text_literal
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing

STUCK_HOURS = 48
LEAST_WON, LEAST_LOST = 5, 5
SHOWN_CASES, SHOWN_STEPS = 3, 4
MOST_DEALS = 2_000
#: Events that are no step of anybody: the record's own bookkeeping.
NO_STEP = r"^(deal|risk|approval|audit|coach)\.|^process\.(health|na|exception)|^(file|focus)\."
MOVES = ("process.action_claimed", "process.evidence_added", "process.action_confirmed", "touch.followup", "meeting.held", "call.connected", "deal.stage_moved")

# Each deal's stay in the stage: from coming in to going out or the end.
STAYS = f"""with stays as materialized (
    select r.record, r.won, i.since, coalesce(o.until, r.ended) as until from unnest($1::uuid[], $2::boolean[], $3::timestamptz[], $4::timestamptz[], $5::boolean[]) as r(record, won, born, ended, begins)
      cross join lateral (select coalesce(max(e.occurred_at), case when r.begins then r.born end) as since from event e
        where e.record = r.record and e.type = 'deal.stage_moved' and e.data ->> 'to' = $6 and {standing("e")}) i
      cross join lateral (select min(e.occurred_at) as until from event e
        where e.record = r.record and e.type = 'deal.stage_moved' and e.data ->> 'from' = $6 and e.occurred_at >= i.since and {standing("e")}) o
     where i.since is not null),
  sides as (select won, count(*)::int as n, percentile_cont(0.5) within group (order by date_part('epoch', until - since)) / 86400 as days from stays group by won),
  steps as (
    select s.won, e.type, count(distinct s.record)::int as n from stays s
      join event e on e.record = s.record and e.occurred_at >= s.since and e.occurred_at <= s.until
     where e.type !~ $7 and {standing("e")} group by 1, 2)
  select 'side' as what, won, null::text as type, n, days from sides union all select 'step', won, type, n, null from steps"""


async def read_coach(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    """{stuck, similar, objections, review} of a deal the reader sees. Raises: `records.not_found`."""
    deal = await records.reach_record(uow, object_key, record)
    since = await _since(uow, deal, record)
    hours = (uow.now - since).total_seconds() / 3600
    return {
        "stage": deal.get("stage"), "open": deal.get("status") == "open", "hours": round(hours, 1), "stuck": deal.get("status") == "open" and hours > STUCK_HOURS,
        "stuck_hours": STUCK_HOURS, "similar": await _similar(uow, deal, record), "objections": await _objections(uow, deal), "review": await _review(uow, deal, record),
    }  # fmt: skip


async def _since(uow: UnitOfWork, deal: Mapping[str, Any], record: UUID) -> datetime:
    """When the deal last went on: the latest move, evidence, confirmation or recorded contact, else its beginning."""
    last = await uow.fetchval(f"select max(e.occurred_at) from event e where e.record = $1 and e.type = any ($2::text[]) and e.occurred_at <= $3 and {standing('e')}", record, list(MOVES), uow.now)
    begun = datetime.fromisoformat(str(deal["created_at"]))
    return max(last, begun) if last else begun


async def _similar(uow: UnitOfWork, deal: Mapping[str, Any], record: UUID) -> dict[str, Any]:
    """{features, n, n_lost, days, steps: [{type, won, lost, n}], cases}; `steps` empty below five on either side."""
    for features in (("industry", "amount", "product_line"), ("industry", "amount"), ("amount",), ("industry",), ()):
        conditions = await _conditions(uow, deal, features)
        if conditions is None:
            continue
        ended = await _ended(uow, conditions)
        if sum(row["status"] == "won" for row in ended) >= LEAST_WON or not features:
            return await _compared(uow, deal, record, features, conditions, ended)
    return {"features": [], "n": 0, "n_lost": 0, "days": None, "steps": [], "cases": [], "least": LEAST_WON}


async def _conditions(uow: UnitOfWork, deal: Mapping[str, Any], features: Sequence[str]) -> list[str] | None:
    """CEL of the features, None where the deal does not have one of them."""
    found = []
    decimals = 10**uow.workspace.currency_decimals
    for feature in features:
        if feature == "amount":
            if not deal.get("amount"):
                return None
            amount = deal["amount"] / decimals
            found.append(f"amount >= {amount / 2:.2f} && amount <= {amount * 2:.2f}")
        else:
            path = "customer.industry" if feature == "industry" else "product.line"
            value = await _value(uow, deal, path)
            if value is None:
                return None
            found.append(f"{path} == {text_literal(value)}")
    return found


async def _value(uow: UnitOfWork, deal: Mapping[str, Any], path: str) -> str | None:
    relation, _, field = path.partition(".")
    if not deal.get(relation):
        return None
    try:
        rows = await records.get_records(records.on_behalf(uow), relation, [UUID(str(deal[relation]))], [field])
    except XingjiError:
        return None
    value = rows[0].get(field) if rows else None
    return str(value) if value else None


async def _ended(uow: UnitOfWork, conditions: Sequence[str]) -> list[dict[str, Any]]:
    """Deals that ended and agree in the features, newest first, whoever they belong to: only counted, not shown."""
    text = " && ".join(['status in ["won", "lost"]', *conditions])
    try:
        page = await records.query(records.on_behalf(uow), records.Query("deal", ["id", "status", "stage", "created_at", "updated_at"], text, sort=["-created_at"], limit=MOST_DEALS))
    except XingjiError:
        return []
    return page.rows


async def _compared(
    uow: UnitOfWork, deal: Mapping[str, Any], record: UUID, features: Sequence[str], conditions: Sequence[str], ended: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    ended = [row for row in ended if row["id"] != str(record)]
    first = await _first_stage(uow)
    rows = await uow.fetch(
        STAYS, [UUID(row["id"]) for row in ended], [row["status"] == "won" for row in ended], [datetime.fromisoformat(row["created_at"]) for row in ended],
        [datetime.fromisoformat(row["updated_at"]) for row in ended], [deal.get("stage") == first for _ in ended], deal.get("stage"), NO_STEP,
    )  # fmt: skip
    sides = {row["won"]: row for row in rows if row["what"] == "side"}
    n = {won: sides[won]["n"] if won in sides else 0 for won in (True, False)}
    steps: dict[str, dict[bool, int]] = {}
    for row in rows:
        if row["what"] == "step":
            steps.setdefault(row["type"], {})[row["won"]] = row["n"]
    told = []
    if n[True] >= LEAST_WON and n[False] >= LEAST_LOST:
        told = [{"type": kind, "won": counts.get(True, 0) / n[True], "lost": counts.get(False, 0) / n[False]} for kind, counts in steps.items()]
        told = sorted((one for one in told if one["won"] > one["lost"]), key=lambda one: (one["lost"] - one["won"], one["type"]))[:SHOWN_STEPS]
    days = sides[True]["days"] if True in sides else None
    return {
        "features": list(features), "n": n[True], "n_lost": n[False], "days": round(days, 1) if days is not None else None, "steps": told,
        "cases": await _cases(uow, conditions), "least": LEAST_WON,
    }  # fmt: skip


async def _first_stage(uow: UnitOfWork) -> str | None:
    field = (await records.load_schema(uow)).object("deal").fields.get("stage")
    options = (field.document.get("options") or []) if field else []
    return str(options[0]["key"]) if options else None


async def _cases(uow: UnitOfWork, conditions: Sequence[str]) -> list[dict[str, Any]]:
    """Won deals of the kind that the reader may open, newest first."""
    try:
        page = await records.query(uow, records.Query("deal", ["name", "amount", "owner"], " && ".join(['status == "won"', *conditions]), sort=["-created_at"], limit=SHOWN_CASES, names=True))
    except XingjiError:
        return []
    return [{"id": row["id"], "title": row.get("name"), "amount": row.get("amount"), "owner": page.people.get(row.get("owner") or "")} for row in page.rows]


async def _objections(uow: UnitOfWork, deal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What this customer objected to before, on deals the reader sees, and how each ended."""
    if not deal.get("customer"):
        return []
    try:
        page = await records.query(uow, records.Query("deal", ["name"], where_in=("customer", [UUID(str(deal["customer"]))]), limit=200, sort=["-created_at"]))
    except XingjiError:
        return []
    titles = {UUID(row["id"]): row.get("name") for row in page.rows}
    rows = await uow.fetch(
        "select e.record, e.type, e.occurred_at, e.data from event e where e.record = any ($1::uuid[]) and e.type in ('objection.raised', 'objection.resolved')"
        f" and {standing('e')} order by e.occurred_at, e.id",
        list(titles),
    )
    found: list[dict[str, Any]] = []
    for row in rows:
        topic = str(row["data"].get("topic") or "")
        if row["type"] == "objection.raised":
            found.append({"record": str(row["record"]), "title": titles[row["record"]], "topic": topic, "words": row["data"].get("words"), "at": row["occurred_at"].isoformat(), "how": None, "resolved_at": None})
            continue
        waiting = next((one for one in reversed(found) if one["topic"] == topic and one["how"] is None and one["record"] == str(row["record"])), None)
        if waiting is not None:
            waiting |= {"how": row["data"].get("how") or "", "resolved_at": row["occurred_at"].isoformat()}
    return found[::-1]


async def _review(uow: UnitOfWork, deal: Mapping[str, Any], record: UUID) -> dict[str, Any]:
    """Whom a review would be asked of, and whether one is asked already."""
    from xingji.features.coach.review import reviewer_of, standing_review

    reviewer = await reviewer_of(uow, deal)
    standing = await standing_review(uow, record)
    return {"reviewer": {"id": str(reviewer["id"]), "name": reviewer["name"]} if reviewer else None, "asked": standing, "can": bool(reviewer and not standing and uow.actor.person)}
