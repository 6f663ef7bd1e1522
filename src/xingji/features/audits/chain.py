"""The whole chain of a drawn record on one page: what it is, events, evidence, changes, approvals, exceptions. Reads only.

The officer reads it by the draw, not by row scope, and that they did stands in the audit log. Contact data is not part
of it: names, moves and proof are.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.access import audit
from xingji.kernel.core.errors import forbidden, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.files import StoredFile

RIGHT = "process.audit"
MOST_EVENTS = 500
SHOWN_FIELDS = ("name", "customer", "amount", "stage", "status", "owner", "created_at", "expected_close_at", "won_at", "lost_at", "lost_reason", "playbook", "unverified", "stage_since")
#: What of an event's data is shown: never texts that may hold personal data.
SHOWN_DATA = ("from", "to", "action", "stage", "rule", "flow", "node", "verdict", "kind", "direction", "answered", "reason", "answer", "note", "to_stage", "until", "level", "count", "flagged", "rework")


async def reach_case(uow: UnitOfWork, id: UUID) -> Any:
    """The case, when the reader is an officer outside its line. Raises: `audits.unknown`, `audits.own_line`, `access.right_missing`."""
    if uow.actor.policy is not None and not uow.actor.policy.may(RIGHT):
        raise forbidden("access.right_missing", right=RIGHT, who="auditor")
    row = await uow.fetchrow(
        "select c.*, d.object, d.plan, d.week, d.seed, d.drawn_at, cardinality(d.candidates) as candidates from audit_case c join audit_draw d on d.id = c.draw where c.id = $1", id
    )
    if row is None:
        raise not_found("audits.unknown", id=str(id))
    found = await records.get_records(records.on_behalf(uow), row["object"], [row["record"]], ["owner"])
    owner = UUID(str(found[0]["owner"])) if found and found[0].get("owner") else None
    if owner is not None and uow.actor.policy is not None and owner in uow.actor.people:
        raise forbidden("audits.own_line", who="auditor")
    return row


async def read_chain(uow: UnitOfWork, id: UUID) -> dict[str, Any]:
    """{case, names, fields, actions, record, events, changes, evidence, approvals, exceptions, people, counts} of a drawn record."""
    case = await reach_case(uow, id)
    system = records.on_behalf(uow)
    schema = await records.load_schema(uow)
    kind = schema.object(case["object"])
    fields = [key for key in SHOWN_FIELDS if key in kind.fields]
    page = await records.query(system, records.Query(case["object"], fields, ids=[case["record"]], limit=1, names=True))
    values = page.rows[0] if page.rows else {}
    events = await uow.fetch(
        "select id, occurred_at, type, person, source, claimed, mode, data from event where record = $1 order by occurred_at, id limit $2", case["record"], MOST_EVENTS + 1
    )
    evidence = await uow.fetch("select * from process_action where record = $1 order by coalesce(claimed_at, decided_at, confirmed_at)", case["record"])
    approvals = await uow.fetch("select * from approval where record = $1 order by asked_at, id", case["record"])
    votes = await uow.fetch("select * from approval_vote where approval = any ($1::uuid[]) order by opened_at, id", [row["id"] for row in approvals])
    exceptions = await uow.fetch("select * from process_exception where record = $1 order by asked_at", case["record"])
    await audit(uow, "audit.chain_read", object_key=case["object"], record=case["record"], case=str(id))
    told = [_event(row) for row in events[:MOST_EVENTS]]
    people = {row["person"] for row in events} | {person for row in evidence for person in (row["claimed_by"], row["confirmed_by"], row["decided_by"])}
    people |= {person for row in exceptions for person in (row["asked_by"], row["decided_by"])} | {case["officer"]}
    people |= {row["asked_by"] for row in approvals} | {person for row in votes for person in (row["person"], row["stands_for"])}
    names = {str(row["id"]): row["name"] for row in await uow.fetch("select id, name from person where id = any ($1::uuid[])", [one for one in people if one])}
    flows = (await load_published(uow)).of_kind("approval_flow")
    moved = {key for one in told for key in one["changes"]}
    return {
        "names": {key: dict(kind.fields[key].name) for key in sorted(moved & set(kind.fields))},
        "fields": records.describe_fields(schema, case["object"], SHOWN_FIELDS), **await _names(uow),
        "case": plain(case), "record": {key: values.get(key) for key in fields}, "title": values.get(kind.title), "object": case["object"],
        "events": [one for one in told if not one["changes"]], "changes": [one for one in told if one["changes"]],
        "evidence": [plain(row, drop=("change",)) for row in evidence], "approvals": [_approval(row, [vote for vote in votes if vote["approval"] == row["id"]], flows) for row in approvals],
        "exceptions": [plain(row) for row in exceptions], "people": {**page.people, **names}, "related": page.related,
        "counts": {
            "events": len(told), "recorded": sum(not one["claimed"] and one["source"] is not None for one in told), "claimed": sum(one["claimed"] for one in told),
            "flagged": sum(bool(item.get("flags")) for row in evidence for item in row["evidence"]), "confirmed": sum(row["state"] == "confirmed" for row in evidence),
        },
        "capped": len(events) > MOST_EVENTS,
    }  # fmt: skip


async def read_proof(uow: UnitOfWork, id: UUID, file: UUID) -> tuple[StoredFile, bytes]:
    """A file that shows an action of a drawn record, with its content; the reading is noted. Raises: `files.not_found`."""
    case = await reach_case(uow, id)
    held = await uow.fetchval(
        "select 1 from process_action where record = $1 and evidence @> jsonb_build_array(jsonb_build_object('kind', 'file', 'id', $2::text)) limit 1", case["record"], str(file)
    )
    if not held:
        raise not_found("files.not_found", id=str(file))
    await audit(uow, "audit.file_read", object_key=case["object"], record=case["record"], case=str(id), file=str(file))
    return await records.read_file(records.on_behalf(uow), file)


def _approval(row: Any, votes: Sequence[Any], flows: Mapping[str, Any]) -> dict[str, Any]:
    """An approval with who said what at which node, and whose seat it was."""
    told = [
        {**plain(vote, drop=("approval", "file", "change")), "name": row["nodes"][vote["node"]]["name"]} for vote in votes if vote["node"] < len(row["nodes"])
    ]
    return {**plain(row, drop=("snapshot", "change", "nodes")), "name": (flows.get(row["flow"]) or {}).get("name"), "votes": told}


async def _names(uow: UnitOfWork) -> dict[str, Any]:
    """The names of all playbooks and of their actions by their keys."""
    books = (await load_published(uow)).of_kind("playbook")
    actions = [action for book in books.values() for stage in book["stages"] for action in stage.get("actions") or ()]
    return {
        "actions": {action["key"]: action.get("name") for action in actions},
        "playbooks": {key: book.get("name") for key, book in books.items()},
    }


def _event(row: Any) -> dict[str, Any]:
    data: Mapping[str, Any] = row["data"]
    moves = data.get("changes") if isinstance(data.get("changes"), Mapping) else {}
    # Of changed fields the process is about both values are shown, of all others that they changed.
    changes = {key: pair if key in SHOWN_FIELDS else None for key, pair in (moves or {}).items()}
    return {
        "id": str(row["id"]), "at": row["occurred_at"].isoformat(), "type": row["type"], "person": str(row["person"]) if row["person"] else None, "source": row["source"],
        "claimed": row["claimed"], "mode": row["mode"], "data": {key: data[key] for key in SHOWN_DATA if key in data}, "changes": changes,
    }  # fmt: skip


def plain(row: Any, drop: tuple[str, ...] = ()) -> dict[str, Any]:
    """A row as JSON."""
    return {
        key: str(value) if isinstance(value, UUID) else value.isoformat() if hasattr(value, "isoformat") else [str(one) if isinstance(one, UUID) else one for one in value] if isinstance(value, list) else value
        for key, value in row.items() if key not in drop
    }  # fmt: skip
