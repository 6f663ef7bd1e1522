"""Asking for an approval, taking it back, and what reopens it. Owns the rows of `approval`; votes are cast in `votes`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.approvals.flow import Flow, Node, node_json, read_flow
from xingji.features.approvals.seats import open_node, people_of
from xingji.kernel import access, records
from xingji.kernel.core.errors import Problem, XingjiError, conflict, forbidden, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.events import append_events
from xingji.kernel.work import Notice, notify, settle_notices

FLOWS = "approvals.flows"


async def flows_of(uow: UnitOfWork, object_key: str) -> dict[str, Flow]:
    """The published flows of an object by key."""
    published = await load_published(uow)
    return {key: flow for key, flow in published.memo(FLOWS, _flows).items() if flow.object == object_key}


def _flows(published: Published) -> dict[str, Flow]:
    return published.compiled("approval_flow", lambda key, document: read_flow(key, published.versions["approval_flow", key], document))


async def ask_approval(uow: UnitOfWork, object_key: str, record: UUID, flow_key: str, reason: str = "") -> dict[str, Any]:
    """Starts a flow for a record, with a snapshot of what is being approved; {id, status, nodes}.

    Emits: approval.asked. Raises: `approvals.unknown_flow`, `approvals.not_needed`, `approvals.running`,
    `approvals.nobody` with every node at which nobody sits, `access.denied` for whoever may not change the record.
    """
    flow = (await flows_of(uow, object_key)).get(flow_key)
    if flow is None:
        raise not_found("approvals.unknown_flow", flow=flow_key, object=object_key)
    row = await records.reach_record(uow, object_key, record)
    if uow.actor.policy is not None and not (await records.get_record(uow, object_key, record, ["id"]))["can"]["update"]:
        raise forbidden("access.denied", object=object_key, verb="update", who="owner")
    if await uow.fetchval("select 1 from approval where record = $1 and flow = $2 and status = 'running'", record, flow_key):
        raise conflict("approvals.running", flow=flow_key)
    nodes = await _concerning(uow, flow, record)
    owner = UUID(str(row["owner"])) if row.get("owner") else None
    await _refuse_empty(uow, nodes, owner)
    title = str(row.get((await records.load_schema(uow)).object(object_key).title) or "")
    id = uuid7()
    snapshot = {key: row.get(key) for key in flow.fields}
    cc = await people_of(uow, flow.cc, uow.actor.person, owner)
    await uow.execute(
        """insert into approval (id, flow, version, object, record, title, status, nodes, snapshot, reason, asked_by, asked_at, cc)
             values ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9, $10, $11, $12)""",
        id, flow.key, flow.version, object_key, record, title, [node_json(node) for node in nodes], snapshot, reason,
        uow.actor.person, uow.now, cc,
    )  # fmt: skip
    seated = await seat(uow, id, 0, nodes[0], flow.calendar, owner)
    await say(uow, id, "asked", object_key, record, {"flow": flow.key, "reason": reason}, row.get("brand"))
    await tell(uow, seated, id, ("请审批：{title}", "Please approve: {title}"), title, object_key, record, strong=True)
    return {"id": str(id), "status": "running", "nodes": len(nodes), "change": str(uow.change)}


async def _concerning(uow: UnitOfWork, flow: Flow, record: UUID) -> list[Node]:
    """The nodes whose condition holds for the record, in order; one read."""
    asked = [one for one in (flow.when, *(node.when for node in flow.nodes)) if one]
    query = records.Query(flow.object, ids=[record], aggregates=[{"as": f"c{n}", "fn": "count", "filter": source} for n, source in enumerate(asked)])
    (held,) = await records.aggregate(records.on_behalf(uow), query) if asked else [{}]
    truths = {source for n, source in enumerate(asked) if held.get(f"c{n}")}
    nodes = [node for node in flow.nodes if not node.when or node.when in truths]
    if (flow.when and flow.when not in truths) or not nodes:
        raise conflict("approvals.not_needed", flow=flow.key)
    return nodes


async def _refuse_empty(uow: UnitOfWork, nodes: Sequence[Node], owner: UUID | None) -> None:
    problems = []
    for n, node in enumerate(nodes):
        if not await people_of(uow, node.parties, uow.actor.person, owner):
            text = {"zh": f"节点「{node.name['zh']}」现在没有人能审批", "en": f"nobody can approve at “{node.name['en']}”"}
            problems.append(Problem("approvals.nobody", f"nodes.{n}", {"node": node.key}, text, who="admin"))
    if problems:
        raise invalid("approvals.nobody", problems)


async def seat(uow: UnitOfWork, approval: UUID, at: int, node: Node, calendar: str, owner: UUID | None, asker: UUID | None = None) -> list[UUID]:
    """Opens a node; the people seated."""
    people = await people_of(uow, node.parties, asker or uow.actor.person, owner)
    return await open_node(uow, approval, at, node, people, calendar)


async def withdraw(uow: UnitOfWork, approval: UUID) -> dict[str, Any]:
    """Takes a running approval back (撤回); only its asker may. Emits: approval.withdrawn."""
    row = await running(uow, approval)
    if row["asked_by"] != uow.actor.person:
        raise forbidden("approvals.not_yours", who="asker")
    await end(uow, row, "withdrawn")
    return {"id": str(approval), "status": "withdrawn", "change": str(uow.change)}


async def running(uow: UnitOfWork, approval: UUID) -> Any:
    """The row of a running approval, locked. Raises: `approvals.unknown`, `approvals.ended`."""
    row = await uow.fetchrow("select * from approval where id = $1 for update", approval)
    if row is None or not await may_see(uow, row):
        raise not_found("approvals.unknown", id=str(approval))
    if row["status"] != "running":
        raise conflict("approvals.ended", status=row["status"])
    return row


async def may_see(uow: UnitOfWork, row: Any) -> bool:
    """Whoever asked, sits or sat at a node, is in copy, or may read the record."""
    person = uow.actor.person
    if uow.actor.policy is None or (person is not None and (person == row["asked_by"] or person in row["cc"])):
        return True
    if await uow.fetchval("select 1 from approval_vote where approval = $1 and person = $2 limit 1", row["id"], person):
        return True
    try:
        return bool(await records.get_records(uow, row["object"], [row["record"]], ["id"]))
    except XingjiError:
        return False


async def end(uow: UnitOfWork, row: Any, status: str, **data: Any) -> None:
    """Ends an approval, clears the seats still waiting, tells the asker and those in copy."""
    await uow.execute("update approval set status = $2, ended_at = $3 where id = $1", row["id"], status, uow.now)
    await uow.execute("update approval_vote set state = 'not_needed', at = $2 where approval = $1 and state = 'waiting'", row["id"], uow.now)
    await settle_asks(uow, row["id"])
    await say(uow, row["id"], status, row["object"], row["record"], {"flow": row["flow"], **data})
    words = {
        "approved": ("审批通过：{title}", "Approved: {title}"), "refused": ("审批未通过：{title}", "Not approved: {title}"),
        "reopened": ("内容改动，需重新审批：{title}", "Changed, to be approved again: {title}"),
    }.get(status)  # fmt: skip
    if words:
        told = [one for one in (row["asked_by"], *row["cc"]) if one]
        await tell(uow, told, row["id"], words, row["title"], row["object"], row["record"])


async def settle_asks(uow: UnitOfWork, approval: UUID) -> None:
    """What asked people to approve this is read for all it waits for no longer, and what told their managers that they were late."""
    rows = await uow.fetch("select person, bool_or(late_at is not null) as late from approval_vote where approval = $1 group by person having not bool_or(state = 'waiting')", approval)
    await settle_notices(uow, [row["person"] for row in rows], "approval", {"approval": str(approval)})
    if late := [row["person"] for row in rows if row["late"]]:
        managers = (await access.managers_of(uow, late)).values()
        await settle_notices(uow, list(managers), "approval", {"approval": str(approval)}, of=late)


async def say(uow: UnitOfWork, approval: UUID, what: str, object_key: str, record: UUID, data: Mapping[str, Any], brand: str | None = None) -> None:
    """Appends approval.<what> to the record's history."""
    await append_events(uow, [NewEvent(f"approval.{what}", object_key, record, {"approval": str(approval), **data}, brand=brand)])


async def tell(
    uow: UnitOfWork, people: Sequence[UUID], approval: UUID, words: tuple[str, str], title: str, object_key: str, record: UUID,
    *, strong: bool = False, of: UUID | None = None,
) -> None:  # fmt: skip
    """Notices for those concerned, `of` somebody else's delay. They name the record even to who may not open it, by its title unless that is hidden from them."""
    key = (await records.load_schema(uow)).object(object_key).title
    zh, en = (text.replace("{title}", "{" + key + "}") for text in words)
    await notify(uow, [
        Notice(one, "approval", {"zh": zh, "en": en}, object=None, record=record, urgency="strong" if strong else "normal", values={key: title},
               data={"approval": str(approval), "object": object_key, "path": f"/approvals?id={approval}", **({"of": str(of)} if of else {})})
        for one in dict.fromkeys(people)
    ])  # fmt: skip


async def reopen_changed(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Follows writes: what was approved, or is being approved, and has changed since must be approved again."""
    if uow.mode is Mode.HISTORY:
        return
    asked = {key for key in {event.object for event in events} if key and await flows_of(uow, key)}
    changed = {
        event.record: set(event.data.get("changes") or ()) for event in events
        if event.object in asked and event.record is not None and event.type == f"{event.object}.updated"
    }  # fmt: skip
    if not changed:
        return
    rows = await uow.fetch(
        "select * from approval where record = any($1::uuid[]) and status in ('running', 'approved') for update", list(changed)
    )
    for row in rows:
        if touched := sorted(changed[row["record"]] & set(row["snapshot"])):
            await end(uow, row, "reopened", fields=touched)
