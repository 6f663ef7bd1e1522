"""A record's process as people read it: stages, actions with their states, what the next moves lack. Changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.process.chances import chances_of
from xingji.features.process.decide import Judged, Missing, Seen, allowed_move, checklist, leading, missing_for
from xingji.features.process.document import Action, Names, Playbook
from xingji.features.process.follows import foretell
from xingji.features.process.sight import labels_of, pinned, playbook_versions, see, wanted_of
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records import Change, Row


async def read_process(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    """{playbook, stage, stages: [{…, actions}], moves: [{to, missing}], exceptions, can}; `playbook` null when it follows none.

    Raises: `records.not_found`.
    """
    values = await records.reach_record(uow, object_key, record)
    schema = await records.load_schema(uow)
    kind = schema.object(object_key)
    row = Row(0, Change("update", object_key, record), kind, record, {}, dict(values))
    pin = pinned(row)
    books = await playbook_versions(uow, [pin]) if pin else {}
    exceptions = await _exceptions(uow, record)
    if not pin or pin not in books:
        return {"playbook": None, "stage": None, "stages": [], "moves": [], "exceptions": exceptions, "can": {}}
    book = books[pin]
    seen = (await see(uow, schema, kind, [row], wanted_of([book])))[0]
    labels = labels_of(kind)
    rows = {one["action"]: one for one in await uow.fetch("select * from process_action where record = $1", record)}
    counted = await _counted(uow, record, book)
    chances = await chances_of(uow, book)
    stage = values.get(book.field)
    judged = {one.key: checklist(book, one, seen, labels) for one in book.stages}
    return {
        "playbook": {"key": book.key, "version": book.version, "name": dict(book.name), "object": book.object, "field": book.field, "status": book.status, "won": book.won[0] if book.won else None},
        "stage": stage,
        "unverified": bool(values.get("unverified")),
        "closed": bool(book.status) and values.get(book.status) in (*book.won, *book.lost),
        "stage_since": values.get("stage_since"),
        "stages": [
            {
                "key": one.key, "name": dict(one.name), "progress": one.progress, "chance": one.chance, "learned": chances.get(one.key),
                "limit_hours": one.limit_hours,
                "actions": [{**_action(each, rows.get(each.action.key), uow, values), "counted": counted.get(each.action.key, [])} for each in judged[one.key]],
                "exit": [_rule(rule, seen) for rule in one.exit], "entry": [_rule(rule, seen) for rule in one.entry],
            }
            for one in book.stages
        ],
        "moves": _moves(uow, book, seen, labels, values, await foretell(uow, book)),
        "exceptions": exceptions,
        "people": await _people(uow, rows.values(), exceptions),
        "can": {"act": _mine(uow, values), "decide": _may_decide(uow, values)},
    }  # fmt: skip


async def _counted(uow: UnitOfWork, record: UUID, book: Playbook) -> dict[str, list[dict[str, Any]]]:
    """Per action the recorded events that count as its evidence by themselves, newest first, a few of each type."""
    types = sorted({name for action in book.actions if action.evidence for name in action.evidence.events})
    if not types:
        return {}
    rows = await uow.fetch(
        f"""select o.id, o.type, o.occurred_at, o.person from unnest($2::text[]) as t(type) cross join lateral
             (select e.id, e.type, e.occurred_at, e.person from event e where e.record = $1 and e.type = t.type and not e.claimed and e.occurred_at <= $3
               and {standing("e")} order by e.occurred_at desc, e.id desc limit 3) o""",
        record, types, uow.now,
    )  # fmt: skip
    found = [{"id": str(row["id"]), "type": row["type"], "at": _wire(row["occurred_at"]), "person": _wire(row["person"])} for row in rows]
    return {action.key: [one for one in found if one["type"] in action.evidence.events] for action in book.actions if action.evidence}


def _rule(rule: Any, seen: Seen) -> dict[str, Any]:
    return {"key": rule.key, "message": dict(rule.message), "who": rule.who, "holds": rule.when in seen.truths}


def _action(judged: Judged, row: Any, uow: UnitOfWork, values: Mapping[str, Any]) -> dict[str, Any]:
    action = judged.action
    said: dict[str, Any] = {}
    if row is not None:
        said = {
            "asked": row["state"] == "na_asked", "note": row["note"], "evidence": row["evidence"],
            **{name: _wire(row[name]) for name in ("claimed_by", "claimed_at", "confirmed_by", "confirmed_at", "decided_by", "decided_at")},
        }  # fmt: skip
    return {
        "key": action.key, "name": dict(action.name), "by": action.by, "limit_hours": action.limit_hours, "state": judged.state,
        "concerns": judged.due, "done": judged.done, "required": action.required, "need": list(action.need),
        "evidence_asked": _asked(action), "confirm": {"role": action.confirm.role, "within_hours": action.confirm.within_hours} if action.confirm else None,
        "missing": [missing_json(one) for one in judged.missing], "said": said, "can": _can(uow, action, row, values),
    }  # fmt: skip


def _asked(action: Action) -> dict[str, Any] | None:
    one = action.evidence
    return {"label": dict(one.label), "kinds": list(one.kinds), "min": one.least, "events": list(one.events)} if one else None


def _can(uow: UnitOfWork, action: Action, row: Any, values: Mapping[str, Any]) -> dict[str, bool]:
    actor = uow.actor
    act = _mine(uow, values) or action.by in actor.roles
    own = str(values.get("owner")) == str(actor.person) or (row is not None and row["claimed_by"] == actor.person)
    return {
        "claim": act, "evidence": act and action.evidence is not None,
        "confirm": bool(action.confirm and action.confirm.role in actor.roles and not own),
        "decide_na": bool(row is not None and row["state"] == "na_asked" and _may_decide(uow, values) and row["claimed_by"] != actor.person),
    }  # fmt: skip


def _mine(uow: UnitOfWork, values: Mapping[str, Any]) -> bool:
    owner = values.get("owner")
    return uow.actor.policy is None or (owner is not None and UUID(str(owner)) in (uow.actor.people or ()))


def _may_decide(uow: UnitOfWork, values: Mapping[str, Any]) -> bool:
    policy = uow.actor.policy
    return bool(policy and policy.may("process.waive") and str(values.get("owner")) != str(uow.actor.person))


def _moves(
    uow: UnitOfWork, book: Playbook, seen: Seen, labels: Any, values: Mapping[str, Any], told: Mapping[str, Sequence[Names]]
) -> list[dict[str, Any]]:
    """Every stage one could go to, and winning, with what each lacks and what will follow it."""
    origin = values.get(book.field)
    owner = str(values.get("owner")) == str(uow.actor.person)
    found = []
    for one in book.stages:
        if one.key == origin:
            continue
        lacks = missing_for(book, seen, origin, one.key, labels)
        lacks += allowed_move(book, seen, origin, one.key, uow.actor.roles, labels, owner=owner, system=False)
        forward = book.index(one.key) > book.index(origin)
        then = [dict(said) for move in leading(book, seen, origin, one.key) for said in told.get(move.key, ())]
        found.append({"to": one.key, "name": dict(one.name), "forward": forward, "missing": [missing_json(each) for each in lacks], "then": then})
    if book.status and values.get(book.status) not in (*book.won, *book.lost):
        lacks = missing_for(book, seen, origin, origin, labels, won=True)
        found.append({"to": "won", "name": {"zh": "赢单", "en": "Won"}, "forward": True, "missing": [missing_json(each) for each in lacks], "then": []})
    return found


def missing_json(one: Missing) -> dict[str, Any]:
    """As JSON."""
    return {"kind": one.kind, "stage": one.stage, "action": one.action, "detail": one.detail, "message": dict(one.message), "who": one.who}


async def _exceptions(uow: UnitOfWork, record: UUID) -> list[dict[str, Any]]:
    rows = await uow.fetch("select * from process_exception where record = $1 order by asked_at desc, id desc limit 50", record)
    return [{key: _wire(value) for key, value in row.items()} for row in rows]


async def _people(uow: UnitOfWork, rows: Any, exceptions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    ids = {row[name] for row in rows for name in ("claimed_by", "confirmed_by", "decided_by") if row[name]}
    ids |= {UUID(one[name]) for one in exceptions for name in ("asked_by", "decided_by") if one[name]}
    if not ids:
        return {}
    return {str(row["id"]): row["name"] for row in await uow.fetch("select id, name from person where id = any($1::uuid[])", list(ids))}


def _wire(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
