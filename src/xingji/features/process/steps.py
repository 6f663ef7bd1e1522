"""What people say and show of required actions: claim, evidence, confirmation, "not applicable", exceptions.

Owns who may. Each command is one change with its event; the gate reads what they leave.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.features.process.decide import EMPTY
from xingji.features.process.document import Action, Playbook
from xingji.features.process.evidence import checked_evidence
from xingji.features.process.sight import playbook_versions
from xingji.features.process.tell import tell_asker, tell_manager, tell_second_role
from xingji.kernel import records
from xingji.kernel.core.errors import Problem, conflict, forbidden, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events

SHORTEST_REASON = 4


async def claim(uow: UnitOfWork, object_key: str, record: UUID, action: str, note: str = "") -> dict[str, Any]:
    """Says that an action was done. It stays a claim until something shows it. Emits: process.action_claimed."""
    row, book, one = await _find(uow, object_key, record, action)
    _may_do(uow, row, one)
    await _save(uow, row, book, one, state="claimed", note=note, claimed=True)
    if one.confirm:
        await tell_second_role(uow, row, book.object, one)
    return await _said(uow, row, "action_claimed", book, one, note=note)


async def add_evidence(
    uow: UnitOfWork, object_key: str, record: UUID, action: str, items: Sequence[dict[str, Any]], note: str = ""
) -> dict[str, Any]:
    """Adds files, links or events that show an action; a confirmation given before falls away.

    Emits: process.evidence_added. Raises: `records.invalid` with every item that cannot count.
    """
    row, book, one = await _find(uow, object_key, record, action)
    _may_do(uow, row, one)
    if one.evidence is None:
        raise conflict("process.no_evidence_asked", action=one.key)
    kept = await _kept(uow, record, action)
    fresh = await checked_evidence(uow, object_key, row, one, items, kept)
    files = [str(item["id"]) for item in fresh if item["kind"] == "file"]
    if files:
        known = [str(file) for file in row.get("evidence") or ()]
        change = records.Change("update", object_key, record, {"evidence": [*known, *(file for file in files if file not in known)]})
        # Whoever may do the action may show it, without the right to change the record itself.
        await records.write(records.on_behalf(uow), [change], owned=True)
    await _save(uow, row, book, one, state="evidence", note=note, claimed=True, evidence=[*kept, *fresh])
    return await _said(uow, row, "evidence_added", book, one, count=len(fresh), flagged=sum(bool(item.get("flags")) for item in fresh))


async def confirm(uow: UnitOfWork, object_key: str, record: UUID, action: str, *, yes: bool = True, note: str = "") -> dict[str, Any]:
    """Confirms, as a second role, that an action was done, or says that it was not.

    Emits: process.action_confirmed or process.action_rejected. Raises: `process.confirm_own`, `process.confirm_role`,
    `process.nothing_to_confirm`.
    """
    row, book, one = await _find(uow, object_key, record, action)
    said = await uow.fetchrow("select state, claimed_by from process_action where record = $1 and action = $2", record, action)
    if one.confirm is None:
        raise conflict("process.nothing_to_confirm", action=action)
    person = uow.actor.person
    if person is None or str(row.get("owner")) == str(person) or (said and said["claimed_by"] == person):
        raise forbidden("process.confirm_own", action=action, who=one.confirm.role)
    if one.confirm.role not in uow.actor.roles:
        raise forbidden("process.confirm_role", action=action, role=one.confirm.role, who=one.confirm.role)
    if not yes and len(note.strip()) < SHORTEST_REASON:
        raise invalid("records.invalid", [_reason("note")])
    await _save(uow, row, book, one, state="confirmed" if yes else "claimed", note=note, confirmed=yes)
    return await _said(uow, row, "action_confirmed" if yes else "action_rejected", book, one, note=note)


async def ask_not_applicable(uow: UnitOfWork, object_key: str, record: UUID, action: str, reason: str) -> dict[str, Any]:
    """Asks that an action be let off for this record. Emits: process.na_asked. Raises: `records.invalid` without a reason."""
    row, book, one = await _find(uow, object_key, record, action)
    _may_do(uow, row, one)
    if len(reason.strip()) < SHORTEST_REASON:
        raise invalid("records.invalid", [_reason("reason")])
    await _save(uow, row, book, one, state="na_asked", note=reason, claimed=True)
    await tell_manager(uow, row, object_key, one.name, reason)
    return await _said(uow, row, "na_asked", book, one, reason=reason)


async def decide_not_applicable(
    uow: UnitOfWork, object_key: str, record: UUID, action: str, *, grant: bool, answer: str = ""
) -> dict[str, Any]:
    """A supervisor's yes or no to "not applicable". Emits: process.na_granted or process.na_refused."""
    row, book, one = await _find(uow, object_key, record, action)
    asked = await uow.fetchrow("select state, claimed_by, evidence, note from process_action where record = $1 and action = $2 for update", record, action)
    if asked is None or asked["state"] != "na_asked":
        raise conflict("process.not_asked", action=action)
    _may_decide(uow, row, asked["claimed_by"])
    await uow.execute(
        "update process_action set state = $3, decided_by = $4, decided_at = $5, change = $6 where record = $1 and action = $2",
        record, action, "na" if grant else ("evidence" if asked["evidence"] else "claimed"), uow.actor.person, uow.now, uow.change,
    )  # fmt: skip
    if not grant and not asked["evidence"] and one.claimable:
        await uow.execute("delete from process_action where record = $1 and action = $2", record, action)
    await tell_asker(uow, row, object_key, asked["claimed_by"], one.name, grant=grant, answer=answer)
    return await _said(uow, row, "na_granted" if grant else "na_refused", book, one, reason=asked["note"], answer=answer)


async def ask_exception(uow: UnitOfWork, object_key: str, record: UUID, to: str, reason: str, missing: Sequence[Any] = ()) -> dict[str, Any]:
    """Asks to pass the gate once without what is missing (特批). Emits: process.exception_asked."""
    row, book = await _follows(uow, object_key, record)
    _may_do(uow, row, None)
    if to != "won" and book.index(to) < 0:
        raise not_found("process.unknown_stage", stage=to)
    if len(reason.strip()) < SHORTEST_REASON:
        raise invalid("records.invalid", [_reason("reason")])
    id = uuid7()
    await uow.execute(
        """insert into process_exception (id, object, record, playbook, from_stage, to_stage, reason, missing, asked_by, asked_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        id, object_key, record, book.key, row.get(book.field), to, reason, list(missing), uow.actor.person, uow.now,
    )  # fmt: skip
    await tell_manager(uow, row, object_key, {"zh": "特批", "en": "an exception"}, reason)
    data = {"exception": str(id), "to": to, "reason": reason}
    await append_events(uow, [NewEvent("process.exception_asked", object_key, record, data, brand=row.get("brand"))])
    return {"id": str(id), "status": "asked", "change": str(uow.change)}


async def decide_exception(uow: UnitOfWork, exception: UUID, *, grant: bool, answer: str = "") -> dict[str, Any]:
    """A supervisor's yes or no to an exception. Emits: process.exception_granted or process.exception_refused."""
    asked = await uow.fetchrow("select * from process_exception where id = $1 for update", exception)
    if asked is None:
        raise not_found("process.no_exception", id=str(exception))
    row = await records.reach_record(uow, asked["object"], asked["record"])
    if asked["status"] != "asked":
        raise conflict("process.decided_already", status=asked["status"])
    _may_decide(uow, row, asked["asked_by"])
    status = "granted" if grant else "refused"
    await uow.execute(
        "update process_exception set status = $2, decided_by = $3, decided_at = $4, answer = $5 where id = $1",
        exception, status, uow.actor.person, uow.now, answer,
    )  # fmt: skip
    await tell_asker(uow, row, asked["object"], asked["asked_by"], {"zh": "特批", "en": "exception"}, grant=grant, answer=answer)
    data = {"exception": str(exception), "to": asked["to_stage"], "reason": asked["reason"], "answer": answer}
    await append_events(uow, [NewEvent(f"process.exception_{status}", asked["object"], asked["record"], data, brand=row.get("brand"))])
    return {"id": str(exception), "status": status, "change": str(uow.change)}


# ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def _follows(uow: UnitOfWork, object_key: str, record: UUID) -> tuple[dict[str, Any], Playbook]:
    row = await records.reach_record(uow, object_key, record)
    key, version = row.get("playbook"), row.get("playbook_version")
    books = await playbook_versions(uow, [(key, int(version))]) if key and version is not None else {}
    if not books:
        raise conflict("process.no_playbook", object=object_key, id=str(record))
    return row, next(iter(books.values()))


async def _find(uow: UnitOfWork, object_key: str, record: UUID, action: str) -> tuple[dict[str, Any], Playbook, Action]:
    row, book = await _follows(uow, object_key, record)
    one = book.action(action)
    if one is None:
        raise not_found("process.unknown_action", action=action, playbook=book.key)
    return row, book, one


def _may_do(uow: UnitOfWork, row: dict[str, Any], action: Action | None) -> None:
    """Who owns the record, or holds the role the action names, or leads the owner."""
    actor = uow.actor
    if actor.policy is None:
        return
    owner = row.get("owner")
    mine = owner is not None and UUID(str(owner)) in (actor.people or ())
    if not mine and (action is None or action.by not in actor.roles):
        raise forbidden("process.not_yours", action=action.key if action else None, who=action.by if action else "owner")


def _may_decide(uow: UnitOfWork, row: dict[str, Any], asked_by: UUID | None) -> None:
    actor = uow.actor
    if actor.policy is None or not actor.policy.may("process.waive"):
        raise forbidden("access.right_missing", right="process.waive", who="supervisor")
    if actor.person is None or actor.person == asked_by or str(row.get("owner")) == str(actor.person):
        raise forbidden("process.decide_own", who="supervisor")


def _reason(path: str) -> Problem:
    return Problem("process.reason_missing", path, {}, {"zh": "请写明原因（至少 4 个字）", "en": "Say why, in a few words"})


async def _kept(uow: UnitOfWork, record: UUID, action: str) -> list[dict[str, Any]]:
    return await uow.fetchval("select evidence from process_action where record = $1 and action = $2 for update", record, action) or []


async def _save(
    uow: UnitOfWork, row: dict[str, Any], book: Playbook, action: Action, *, state: str, note: str = "",
    claimed: bool = False, confirmed: bool | None = None, evidence: list[dict[str, Any]] | None = None,
) -> None:  # fmt: skip
    person = uow.actor.person
    await uow.execute(
        """insert into process_action as p (object, record, playbook, action, state, note, evidence, claimed_by, claimed_at, confirmed_by, confirmed_at, change)
             values ($1, $2, $3, $4, $5, $6, coalesce($7::jsonb, '[]'), $8, $9, $10, $11, $12)
           on conflict (record, action) do update set state = excluded.state, playbook = excluded.playbook, note = excluded.note,
             evidence = coalesce($7::jsonb, p.evidence), claimed_by = coalesce(excluded.claimed_by, p.claimed_by),
             claimed_at = coalesce(excluded.claimed_at, p.claimed_at), confirmed_by = excluded.confirmed_by,
             confirmed_at = excluded.confirmed_at, change = excluded.change""",
        row.get("object_key") or book.object, UUID(str(row["id"])), book.key, action.key, state, note, evidence,
        person if claimed else None, uow.now if claimed else None, person if confirmed else None,
        uow.now if confirmed else None, uow.change,
    )  # fmt: skip


async def _said(uow: UnitOfWork, row: dict[str, Any], what: str, book: Playbook, action: Action, **data: Any) -> dict[str, Any]:
    told = {"action": action.key, "action_name": dict(action.name), "stage": action.stage, "playbook": book.key, **data}
    event = NewEvent(f"process.{what}", book.object, UUID(str(row["id"])), told, brand=row.get("brand"))
    await append_events(uow, [event])
    state = await uow.fetchval("select state from process_action where record = $1 and action = $2", event.record, action.key)
    return {"action": action.key, "state": state or EMPTY, "change": str(uow.change)}
