"""Collisions: two people follow what seems to be one customer. Owns the table `ruling`: who goes on, how credit is split.

A collision is found from an open proposal whose two leads have two owners and were both touched in the last thirty days.
Nothing is decided by itself: whoever may assign both leads rules, with both histories before them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.assign import assign_lead
from xingji.features.leads.leads import CLOSED, may_assign, reach
from xingji.kernel import records
from xingji.kernel.core.errors import Problem, conflict, forbidden, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.work import Notice, notify

TOUCHED_WITHIN = timedelta(days=30)
MOST = 200
FIELDS = ["name", "company", "owner", "status", "created_at", "last_touch_at", "first_response_at", "brand"]
TEAMS = "select p.id, p.name, u.name as team from person p left join unit u on u.id = p.unit where p.id = any($1)"
TOLD = f"""select e.id, e.record, e.occurred_at as at, e.type, e.person, e.claimed, e.data->>'kind' as kind, e.data->>'text' as text from event e
  where e.record = any($1) and {standing("e")} and (e.type like 'touch.%' or e.type in ('lead.received', 'lead.created', 'lead.assigned', 'lead.returned'))
  order by e.occurred_at, e.id limit 400"""


async def list_collisions(uow: UnitOfWork) -> dict[str, Any]:
    """Open collisions of which the reader may see at least one side, the latest first; the other is only named by team."""
    rows = await uow.fetch(
        "select id, record, other, reasons, at from proposal where status = 'open' and object = 'lead' and other_object = 'lead'"
        " order by at desc, id limit $1", MOST,
    )  # fmt: skip
    ids = list({id for row in rows for id in (row["record"], row["other"])})
    whole = {row["id"]: row for row in await records.get_records(on_behalf(uow), "lead", ids, FIELDS)}
    found = [row for row in rows if collides([whole.get(str(row[side])) for side in ("record", "other")], uow.now)]
    wanted = [id for id in ids if any(id in (row["record"], row["other"]) for row in found)]
    seen = {row["id"]: row for row in await _visible(uow, wanted)}
    people = await _people(uow, [whole[str(id)] for id in wanted])
    shown = []
    for row in found:
        sides = [_side(str(row[side]), whole, seen, people) for side in ("other", "record")]  # the older one first
        if any(side["readable"] for side in sides):
            can = _may_rule(uow) and all(side["updatable"] for side in sides)
            shown.append({"id": row["id"], "at": row["at"], "reasons": row["reasons"], "sides": sides, "can": {"rule": can}})
    return {"rows": shown}


def collides(pair: Sequence[Mapping[str, Any] | None], now: datetime) -> bool:
    """Whether two leads are followed by two people. Pure."""
    one, other = pair
    if one is None or other is None or not one.get("owner") or not other.get("owner") or one["owner"] == other["owner"]:
        return False
    return all(row.get("status") not in CLOSED and _recent(row.get("last_touch_at"), now) for row in (one, other))


async def read_collision(uow: UnitOfWork, proposal: UUID) -> dict[str, Any]:
    """Both sides with what each did, in order, and the ruling when there is one.

    Raises: `collision.unknown`, also to who may not read both sides.
    """
    row = await _proposal(uow, proposal)
    ids = [row["other"], row["record"]]
    seen = {str(one["id"]): one for one in await _visible(uow, ids)}
    if len(seen) < len(ids):
        raise not_found("collision.unknown", proposal=str(proposal))
    whole = {one["id"]: one for one in await records.get_records(on_behalf(uow), "lead", ids, FIELDS)}
    people = await _people(uow, list(whole.values()))
    events = await uow.fetch(TOLD, ids)
    sides = []
    for id in ids:
        told = [{key: event[key] for key in ("id", "at", "type", "person", "claimed", "kind", "text")} for event in events if event["record"] == id]
        sides.append(_side(str(id), whole, seen, people) | {"events": told})
    ruling = await uow.fetchrow("select continues, owner, split, reason, at, by from ruling where proposal = $1", proposal)
    can = row["status"] == "open" and _may_rule(uow) and all(side["updatable"] for side in sides)
    return {"id": proposal, "reasons": row["reasons"], "status": row["status"], "sides": sides, "ruling": dict(ruling) if ruling else None, "can": {"rule": can}}


async def rule_collision(uow: UnitOfWork, proposal: UUID, continues: UUID, shares: Mapping[UUID, float], reason: str) -> dict[str, Any]:
    """Says who goes on and how credit is split; the other lead passes to whoever goes on. shares: by lead, together 1.

    Emits: lead.collision_ruled on both. Raises: `collision.unknown`, `collision.ruled`, `collision.invalid`,
    `access.right_missing`.
    """
    may_assign(uow)
    row = await _proposal(uow, proposal, lock=True)
    if row["status"] != "open":
        raise conflict("collision.ruled", status=row["status"])
    leads = {id: await reach(uow, id) for id in (row["other"], row["record"])}
    if uow.actor.policy is not None:
        seen = await records.get_records(uow, "lead", list(leads))
        if not all(one["can"]["update"] for one in seen):
            raise forbidden("access.denied", object="lead", verb="update", who="supervisor")
    problems = ruling_problems(leads, continues, shares, reason)
    if problems:
        raise invalid("collision.invalid", problems)
    owner = UUID(str(leads[continues]["owner"]))
    split = {str(leads[lead]["owner"]): share for lead, share in shares.items()}
    await uow.execute("update proposal set status = 'ruled', decided_by = $2, decided_at = $3 where id = $1", proposal, uow.actor.person, uow.now)
    await uow.execute(
        "insert into ruling (id, proposal, continues, owner, split, reason, change, at, by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        uuid7(), proposal, continues, owner, split, reason.strip(), uow.change, uow.now, uow.actor.person,
    )  # fmt: skip
    yielding = next(lead for lead in leads if lead != continues)
    await assign_lead(uow, yielding, person=owner, reason=reason.strip(), by="ruling")
    data = {"proposal": str(proposal), "continues": str(continues), "owner": str(owner), "split": split, "reason": reason.strip()}
    await append_events(uow, [NewEvent("lead.collision_ruled", "lead", lead, data, brand=leads[lead].get("brand")) for lead in leads])
    await notify(uow, [_notice(UUID(person), share, continues, proposal, leads[continues]) for person, share in split.items()])
    return {"owner": str(owner), "split": split, "change": str(uow.change)}


def ruling_problems(leads: Mapping[UUID, Mapping[str, Any]], continues: UUID, shares: Mapping[UUID, float], reason: str) -> list[Problem]:
    """What is wrong with a ruling. Pure."""
    problems = []
    if continues not in leads:
        problems.append(_problem("collision.one_of_them", "continues", "要从这两条里选一条继续", "One of the two goes on"))
    if set(shares) != set(leads) or any(not 0 <= share <= 1 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        problems.append(_problem("collision.shares", "shares", "两人的分成加起来要等于 100%", "The two shares together make 100 %"))
    if not reason.strip():
        problems.append(_problem("collision.reason", "reason", "写明理由，双方都会看到", "Give a reason: both will read it"))
    owners = {str(lead.get("owner")) for lead in leads.values()}
    if len(owners) < len(leads) or "None" in owners:
        problems.append(_problem("collision.one_owner", "continues", "两条线索已不再由两个人跟进", "The two are no longer followed by two people"))
    return problems


def _notice(person: UUID, share: float, continues: UUID, proposal: UUID, lead: Mapping[str, Any]) -> Notice:
    title = {"zh": "撞单已裁定：{who}，您的分成 {share}%", "en": "Collision ruled: {who}, your share {share} %"}
    values = {"who": str(lead.get("company") or lead.get("name") or ""), "share": f"{share * 100:g}"}
    return Notice(person, "collision", title, "", "lead", continues, dedupe=f"ruling:{proposal}", values=values)


def _side(id: str, whole: Mapping[str, Any], seen: Mapping[str, Any], people: Mapping[str, Any]) -> dict[str, Any]:
    row, mine = whole[id], seen.get(id)
    owner = people.get(str(row["owner"]), {})
    side = {"readable": mine is not None, "updatable": bool(mine and mine["can"]["update"]), "team": owner.get("team")}
    if mine is None:
        return side | {"lead": None, "title": None, "owner": None, "owner_name": None, "since": None, "last_touch_at": None}
    title = mine.get("company") or mine.get("name")
    return side | {
        "lead": id, "title": title, "owner": row["owner"], "owner_name": owner.get("name"), "since": row["created_at"],
        "last_touch_at": row["last_touch_at"],
    }  # fmt: skip


async def _people(uow: UnitOfWork, leads: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    ids = list({UUID(str(lead["owner"])) for lead in leads if lead.get("owner")})
    return {str(row["id"]): row for row in await uow.fetch(TEAMS, ids)}


async def _visible(uow: UnitOfWork, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    if not ids or (uow.actor.policy is not None and uow.actor.policy.rows("lead", "read").nothing):
        return []
    return await records.get_records(uow, "lead", ids)


async def _proposal(uow: UnitOfWork, proposal: UUID, *, lock: bool = False) -> Any:
    sql = "select id, record, other, reasons, status from proposal where id = $1 and object = 'lead' and other_object = 'lead'"
    row = await uow.fetchrow(f"{sql} for update" if lock else sql, proposal)
    if row is None:
        raise not_found("collision.unknown", proposal=str(proposal))
    return row


def _may_rule(uow: UnitOfWork) -> bool:
    return uow.actor.kind == "system" or bool(uow.actor.policy and uow.actor.policy.may("assign"))


def _recent(moment: Any, now: datetime) -> bool:
    if moment is None:
        return False
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment).replace("Z", "+00:00"))
    return now - at <= TOUCHED_WITHIN


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(code, path, {}, {"zh": zh, "en": en})
