"""Approvals as people read them: the visible flow with the node it is stuck at and since when, and one's own list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.approvals.ask import flows_of, may_see
from xingji.kernel import records
from xingji.kernel.core.errors import not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.visibility import level

MOST = 200


async def read_approval(uow: UnitOfWork, approval: UUID) -> dict[str, Any]:
    """{id, flow, title, status, at, nodes: [{key, name, mode, state, votes, waiting_since}], snapshot, …}. Raises: `approvals.unknown`."""
    row = await uow.fetchrow("select * from approval where id = $1", approval)
    if row is None or not await may_see(uow, row):
        raise not_found("approvals.unknown", id=str(approval))
    return (await _shown(uow, [row]))[0]


async def approvals_of(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    """{rows, flows} of a record, newest first; `flows` are those it could be asked by. Raises: `records.not_found`."""
    await records.get_record(uow, object_key, record, ["id"])
    rows = await uow.fetch("select * from approval where record = $1 order by asked_at desc, id desc limit $2", record, MOST)
    flows = [{"key": flow.key, "name": dict(flow.name)} for flow in (await flows_of(uow, object_key)).values()]
    return {"rows": await _shown(uow, rows), "flows": flows}


async def my_approvals(uow: UnitOfWork, box: str) -> dict[str, Any]:
    """{rows} of one's own: `waiting` for me, `asked` by me, `done` by me, `copied` to me."""
    sql = {
        "waiting": "select a.* from approval a join approval_vote v on v.approval = a.id and v.node = a.at where a.status = 'running' and v.person = $1 and v.state = 'waiting' order by v.due_at nulls last, v.opened_at limit $2",
        "asked": "select * from approval where asked_by = $1 order by asked_at desc limit $2",
        "done": "select * from approval a where exists (select 1 from approval_vote v where v.approval = a.id and v.person = $1 and v.state in ('yes', 'no', 'passed_on')) order by asked_at desc limit $2",
        "copied": "select * from approval where $1 = any (cc) order by asked_at desc limit $2",
    }[box]  # fmt: skip
    return {"rows": await _shown(uow, await uow.fetch(sql, uow.actor.person, MOST))}


async def _shown(uow: UnitOfWork, rows: Sequence[Any]) -> list[dict[str, Any]]:
    votes: dict[UUID, list[Any]] = {}
    for one in await uow.fetch("select * from approval_vote where approval = any($1::uuid[]) order by opened_at, id", [row["id"] for row in rows]):
        votes.setdefault(one["approval"], []).append(one)
    people = await _names(uow, rows, [one for given in votes.values() for one in given])
    schema = await records.load_schema(uow)
    return [_one(uow, row, votes.get(row["id"], []), people, schema) for row in rows]


def _one(uow: UnitOfWork, row: Any, votes: Sequence[Any], people: Mapping[str, str], schema: Any) -> dict[str, Any]:
    nodes = []
    for n, node in enumerate(row["nodes"]):
        here = [one for one in votes if one["node"] == n]
        open_ = row["status"] == "running" and n == row["at"]
        nodes.append({
            "key": node["key"], "name": node["name"], "mode": node["mode"], "hours": node["hours"],
            "state": "open" if open_ else "done" if n < row["at"] or row["status"] == "approved" else "ahead" if row["status"] == "running" else "ended",
            "waiting_since": _wire(min(one["opened_at"] for one in here)) if open_ and here else None,
            "votes": [_vote(one) for one in here],
        })  # fmt: skip
    mine = next((one for one in votes if one["node"] == row["at"] and one["person"] == uow.actor.person and one["state"] == "waiting"), None)
    # What is approved is shown to those who take part; a field hidden from or masked for them stays so.
    policy = uow.actor.policy
    snapshot = {key: value for key, value in row["snapshot"].items() if level(schema, policy, row["object"], key) in ("read", "write")}
    title = row["title"] if level(schema, policy, row["object"], schema.object(row["object"]).title) in ("read", "write") else None
    asker = row["asked_by"] == uow.actor.person
    return {
        "id": str(row["id"]), "flow": row["flow"], "version": row["version"], "object": row["object"], "record": str(row["record"]),
        "title": title, "status": row["status"], "at": row["at"], "nodes": nodes, "snapshot": snapshot, "reason": row["reason"],
        "asked_by": _wire(row["asked_by"]), "asked_at": _wire(row["asked_at"]), "ended_at": _wire(row["ended_at"]),
        "cc": [str(one) for one in row["cc"]], "people": dict(people),
        "can": {"vote": mine is not None and row["status"] == "running", "withdraw": asker and row["status"] == "running", "urge": asker and row["status"] == "running"},
        "due_at": _wire(mine["due_at"]) if mine else None,
    }  # fmt: skip


def _vote(one: Any) -> dict[str, Any]:
    return {key: _wire(one[key]) for key in ("person", "stands_for", "by", "state", "comment", "file", "due_at", "opened_at", "at", "late_at")}


async def _names(uow: UnitOfWork, rows: Sequence[Any], votes: Sequence[Any]) -> dict[str, str]:
    ids = {one for row in rows for one in (row["asked_by"], *row["cc"])} | {one[key] for one in votes for key in ("person", "stands_for", "by")}
    found = await uow.fetch("select id, name from person where id = any($1::uuid[])", [one for one in ids if one])
    return {str(row["id"]): row["name"] for row in found}


def _wire(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
