"""Proposals as people see and decide them, and the check while typing. Others' records stay closed: only the team is told."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.leads import reach
from xingji.features.leads.recognition.keys import COMPARED, keys_of
from xingji.features.leads.recognition.merge import merge, preview_merge
from xingji.features.leads.recognition.score import reasons_of
from xingji.kernel import access, records
from xingji.kernel.core.errors import conflict, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

TITLES = {"lead": ("name", "company"), "customer": ("name",), "contact": ("name",)}
FOUND = """select m.object, m.record, m.kind, k.field, m.field as other_field
  from unnest($1::text[], $2::text[], $3::text[]) as k(kind, value, field)
  cross join lateral (select o.object, o.record, o.kind, o.field from match_key o
    where o.kind = k.kind and o.value = k.value and o.object = any($4) order by o.record desc limit 20) m"""


async def list_proposals(uow: UnitOfWork, lead: UUID) -> dict[str, Any]:
    """Open proposals about a record the actor may read, with what they may know of the other one."""
    await reach(uow, lead)
    rows = await uow.fetch(
        "select id, object, record, other_object, other, reasons, score, at from proposal"
        " where status = 'open' and (record = $1 or other = $1) order by score desc, id limit 50", lead,
    )  # fmt: skip
    found = []
    for row in rows:
        object_key, other = (row["other_object"], row["other"]) if row["record"] == lead else (row["object"], row["record"])
        shown = await describe(uow, object_key, other)
        if shown is None:
            continue
        may = uow.actor.policy is None or uow.actor.policy.may("merge")
        found.append({
            "id": row["id"], "object": object_key, "record": row["record"], "other": other if shown["readable"] else None,
            "title": shown["title"], "owner_team": shown["owner_team"], "score": row["score"], "reasons": row["reasons"],
            "at": row["at"], "can": {"merge": may and shown["updatable"], "dismiss": may},
        })  # fmt: skip
    return {"rows": found}


async def describe(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any] | None:
    """What the actor may know of a record: its title when they may read it, else only the owner's team; None when gone."""
    whole = await records.get_records(on_behalf(uow), object_key, [record])
    if not whole:
        return None
    seen = whole if uow.actor.policy is None else await _seen(uow, object_key, record)
    title = next((seen[0].get(key) for key in TITLES[object_key] if seen[0].get(key)), None) if seen else None
    return {
        "title": title, "owner_team": await team_of(uow, whole[0].get("owner")), "readable": bool(seen),
        "updatable": bool(seen and seen[0]["can"]["update"]),
    }  # fmt: skip


async def _seen(uow: UnitOfWork, object_key: str, record: UUID) -> list[dict[str, Any]]:
    if uow.actor.policy is None or uow.actor.policy.rows(object_key, "read").nothing:
        return []
    return await records.get_records(uow, object_key, [record])


async def team_of(uow: UnitOfWork, owner: Any) -> str | None:
    """The name of the owner's team, None without an owner."""
    if owner is None:
        return None
    return await uow.fetchval("select u.name from person p join unit u on u.id = p.unit where p.id = $1", UUID(str(owner)))


async def find_duplicates(uow: UnitOfWork, object_key: str, fields: Mapping[str, Any], *, besides: UUID | None = None) -> list[dict[str, Any]]:
    """Records that may be the same as one being typed: [{id?, title?, object, owner_team, score, reasons, readable}].

    Raises: `duplicates.not_this_object`, `access.denied`.
    """
    if object_key not in COMPARED:
        raise invalid("duplicates.not_this_object", object=object_key, known=sorted(COMPARED))
    access.authorise(uow.actor, "create", object_key)
    keys = keys_of(object_key, {**fields, "id": uuid7()})
    if not keys:
        return []
    targets = ["contact"] if object_key == "contact" else ["lead", "customer"]
    rows = await uow.fetch(FOUND, [k.kind for k in keys], [k.value for k in keys], [k.field for k in keys], targets)
    grouped: dict[tuple[str, UUID], list[tuple[str, str, str]]] = {}
    for row in rows:
        if row["record"] != besides:
            grouped.setdefault((row["object"], row["record"]), []).append((row["kind"], row["field"], row["other_field"]))
    found = []
    scored = sorted(((reasons_of(matches), name) for name, matches in grouped.items()), key=lambda item: (-item[0][0], str(item[1])))
    for (score, reasons), (target, record) in scored[:10]:
        shown = await describe(uow, target, record)
        if shown is None:
            continue
        row: dict[str, Any] = {"object": target, "owner_team": shown["owner_team"], "score": score, "readable": shown["readable"], "reasons": reasons}
        if shown["readable"]:
            row |= {"id": str(record), "title": shown["title"]}
        found.append(row)
    return found


async def decide_proposal(uow: UnitOfWork, proposal: UUID, keep: UUID | None, *, dry_run: bool = False) -> dict[str, Any]:
    """Merges what a proposal names, or links a lead to the customer it names. Raises: `proposal.unknown`, `proposal.decided`."""
    row = await _open(uow, proposal)
    if row["object"] != row["other_object"]:
        return await _link(uow, row, dry_run)
    keep = keep or row["other"]
    if keep not in (row["record"], row["other"]):
        raise invalid("proposal.keep_one_of_them", records=[str(row["record"]), str(row["other"])])
    merged = row["record"] if keep == row["other"] else row["other"]
    if dry_run:
        return await preview_merge(uow, row["object"], keep, merged)
    return await merge(uow, row["object"], keep, merged, proposal=proposal)


async def _link(uow: UnitOfWork, row: Any, dry_run: bool) -> dict[str, Any]:
    """A lead that concerns a known customer becomes that customer's."""
    lead = await reach(uow, row["record"])
    customer = await reach(uow, row["other"], "customer")
    fields = [{"field": "customer", "kept": lead.get("customer"), "other": customer["id"], "result": customer["id"]}]
    if dry_run:
        return {"keep": customer, "merged": lead, "fields": fields, "moves": {"lead": 1}}
    access.require(uow.actor, "merge")
    await records.write(uow, [records.Change("update", "lead", row["record"], {"customer": customer["id"]})], owned=True)
    data = {"customer": customer["id"], "proposal": str(row["id"])}
    await append_events(uow, [NewEvent("lead.linked", "lead", row["record"], data, brand=lead.get("brand"))])
    await _close(uow, row["id"], "merged")
    return {"merge": None, "keep": str(row["other"]), "change": str(uow.change)}


async def dismiss(uow: UnitOfWork, proposal: UUID) -> dict[str, Any]:
    """Says that the two are not one; the same pair is not proposed again. Raises: `proposal.unknown`."""
    row = await _open(uow, proposal)
    access.require(uow.actor, "merge")
    await reach(uow, row["record"], row["object"])
    await _close(uow, proposal, "dismissed")
    return {"id": str(proposal), "status": "dismissed"}


async def _open(uow: UnitOfWork, proposal: UUID) -> Any:
    row = await uow.fetchrow("select * from proposal where id = $1 for update", proposal)
    if row is None:
        raise not_found("proposal.unknown", proposal=str(proposal))
    if row["status"] != "open":
        raise conflict("proposal.decided", status=row["status"])
    return row


async def _close(uow: UnitOfWork, proposal: UUID, status: str) -> None:
    await uow.execute(
        "update proposal set status = $2, decided_by = $3, decided_at = $4 where id = $1", proposal, status, uow.actor.person, uow.now
    )


__all__: Sequence[str] = ["decide_proposal", "describe", "dismiss", "find_duplicates", "list_proposals", "team_of"]
