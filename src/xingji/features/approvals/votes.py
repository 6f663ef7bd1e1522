"""Votes at the open node: yes, no, 加签, 转签, 退回, 催办; and the time limit that tells the line manager.

The approval's row is locked before anything is decided, so two votes at once are one after the other.
"""

from typing import Any
from uuid import UUID

from xingji.features.approvals.ask import end, running, say, seat, settle_asks, tell
from xingji.features.approvals.flow import Node, outcome, read_node
from xingji.features.approvals.seats import stand_ins
from xingji.kernel import access, records
from xingji.kernel.core.errors import Problem, conflict, forbidden, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import load_published

SHORTEST_REASON = 2
URGE_PAUSE = "10 minutes"
MOST_OVERDUE = 200


async def vote(uow: UnitOfWork, approval: UUID, *, yes: bool, comment: str = "", file: UUID | None = None) -> dict[str, Any]:
    """Casts the actor's vote at the open node; {status, at}. A no needs a word.

    Emits: approval.voted, and approval.approved or approval.refused when it decides. Raises: `approvals.not_your_turn`.
    """
    row = await running(uow, approval)
    mine = await _seat_of(uow, row)
    if not yes and len(comment.strip()) < SHORTEST_REASON:
        raise invalid("records.invalid", [_problem("reason_missing", "comment", "不同意要写明原因", "Say why not")])
    await uow.execute(
        "update approval_vote set state = $2, comment = $3, file = $4, at = $5 where id = $1",
        mine["id"], "yes" if yes else "no", comment, file, uow.now,
    )  # fmt: skip
    node = read_node(row["nodes"][row["at"]])
    await say(uow, approval, "voted", row["object"], row["record"], {"node": node.key, "yes": yes, "comment": comment})
    return await _settle(uow, row, node)


async def _settle(uow: UnitOfWork, row: Any, node: Node) -> dict[str, Any]:
    states = [one["state"] for one in await uow.fetch("select state from approval_vote where approval = $1 and node = $2", row["id"], row["at"])]
    decided = outcome(node.mode, states)
    if decided == "no":
        await end(uow, row, "refused", node=node.key)
        return _answer(uow, row, "refused", row["at"])
    if decided == "open":
        await settle_asks(uow, row["id"])
        return _answer(uow, row, "running", row["at"])
    await uow.execute("update approval_vote set state = 'not_needed', at = $3 where approval = $1 and node = $2 and state = 'waiting'", row["id"], row["at"], uow.now)
    if row["at"] + 1 == len(row["nodes"]):
        await end(uow, row, "approved")
        return _answer(uow, row, "approved", row["at"])
    await _go_to(uow, row, row["at"] + 1)
    return _answer(uow, row, "running", row["at"] + 1)


async def _go_to(uow: UnitOfWork, row: Any, at: int) -> None:
    await uow.execute("update approval set at = $2 where id = $1", row["id"], at)
    await settle_asks(uow, row["id"])
    owner = (await records.get_records(records.on_behalf(uow), row["object"], [row["record"]], ["owner"]) or [{}])[0].get("owner")
    seated = await seat(uow, row["id"], at, read_node(row["nodes"][at]), await _calendar(uow, row), UUID(owner) if owner else None, row["asked_by"])
    await tell(uow, seated, row["id"], ("请审批：{title}", "Please approve: {title}"), row["title"], row["object"], row["record"], strong=True)


async def _calendar(uow: UnitOfWork, row: Any) -> str:
    document = (await load_published(uow)).get("approval_flow", row["flow"]) or {}
    return str(document.get("calendar") or "office")


async def send_back(uow: UnitOfWork, approval: UUID, to: str | None, comment: str) -> dict[str, Any]:
    """Sends it back to an earlier node, or to its asker (退回). Emits: approval.sent_back. Raises: `approvals.unknown_node`."""
    row = await running(uow, approval)
    mine = await _seat_of(uow, row)
    if len(comment.strip()) < SHORTEST_REASON:
        raise invalid("records.invalid", [_problem("reason_missing", "comment", "退回要写明原因", "Say why it goes back")])
    await uow.execute("update approval_vote set state = 'no', comment = $2, at = $3 where id = $1", mine["id"], comment, uow.now)
    if to is None:
        await end(uow, row, "refused", returned=True, comment=comment)
        return _answer(uow, row, "refused", row["at"])
    at = next((n for n, node in enumerate(row["nodes"][: row["at"]]) if node["key"] == to), None)
    if at is None:
        raise conflict("approvals.unknown_node", node=to)
    await uow.execute("update approval_vote set state = 'not_needed', at = $2 where approval = $1 and state = 'waiting'", approval, uow.now)
    await settle_asks(uow, approval)
    # Votes of the nodes in between are cast anew; the old ones stay in the history as events.
    await uow.execute("delete from approval_vote where approval = $1 and node >= $2 and node <= $3", approval, at, row["at"])
    await say(uow, approval, "sent_back", row["object"], row["record"], {"to": to, "comment": comment})
    await _go_to(uow, row, at)
    return _answer(uow, row, "running", at)


async def add_signer(uow: UnitOfWork, approval: UUID, person: UUID, comment: str = "") -> dict[str, Any]:
    """Asks one more person at this node (加签); at a node where one is enough, that one's yes is enough too. Emits: approval.signer_added."""
    row = await running(uow, approval)
    mine = await _seat_of(uow, row)
    await _seat_person(uow, row, person, None, mine["due_at"])
    await say(uow, approval, "signer_added", row["object"], row["record"], {"person": str(person), "comment": comment})
    return _answer(uow, row, "running", row["at"])


async def transfer(uow: UnitOfWork, approval: UUID, person: UUID, comment: str = "") -> dict[str, Any]:
    """Gives the own seat to somebody else (转签). Emits: approval.transferred."""
    row = await running(uow, approval)
    mine = await _seat_of(uow, row)
    await uow.execute("update approval_vote set state = 'passed_on', comment = $2, at = $3 where id = $1", mine["id"], comment, uow.now)
    await settle_asks(uow, approval)
    await _seat_person(uow, row, person, mine["stands_for"] or mine["person"], mine["due_at"])
    await say(uow, approval, "transferred", row["object"], row["record"], {"to": str(person), "comment": comment})
    return _answer(uow, row, "running", row["at"])


async def _seat_person(uow: UnitOfWork, row: Any, person: UUID, stands_for: UUID | None, due: Any) -> None:
    if person == row["asked_by"]:
        raise conflict("approvals.own", person=str(person))
    here = await uow.fetchrow("select left_on from person where id = $1", person)
    today = uow.now.astimezone(uow.workspace.zone).date()
    if here is None or (here["left_on"] is not None and here["left_on"] <= today):
        raise invalid("approvals.person_gone", person=str(person))
    other = (await stand_ins(uow, [person])).get(person)
    seated = other or person
    if await uow.fetchval("select 1 from approval_vote where approval = $1 and node = $2 and person = $3 and state <> 'passed_on'", row["id"], row["at"], seated):
        raise conflict("approvals.seated_already", person=str(seated))
    await uow.execute(
        """insert into approval_vote (id, approval, node, person, stands_for, by, state, due_at, opened_at)
             values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)""",
        uuid7(), row["id"], row["at"], seated, stands_for or (person if other else None), uow.actor.person, due, uow.now,
    )  # fmt: skip
    await tell(uow, [seated], row["id"], ("请审批：{title}", "Please approve: {title}"), row["title"], row["object"], row["record"], strong=True)


async def urge(uow: UnitOfWork, approval: UUID) -> dict[str, Any]:
    """Reminds those the approval waits for (催办), at most once in ten minutes. Emits: approval.urged. Raises: `approvals.urged_lately`."""
    row = await running(uow, approval)
    if row["asked_by"] != uow.actor.person:
        raise forbidden("approvals.not_yours", who="asker")
    urged = await uow.fetch(
        f"""update approval_vote set urged_at = $2::timestamptz where approval = $1 and state = 'waiting'
             and (urged_at is null or urged_at <= $2::timestamptz - interval '{URGE_PAUSE}') returning person""",
        approval, uow.now,
    )  # fmt: skip
    if not urged:
        raise conflict("approvals.urged_lately")
    people = [one["person"] for one in urged]
    await tell(uow, people, approval, ("催办：{title}", "Waiting for you: {title}"), row["title"], row["object"], row["record"], strong=True)
    await say(uow, approval, "urged", row["object"], row["record"], {"people": [str(one) for one in people]})
    return {"id": str(approval), "urged": [str(one) for one in people], "change": str(uow.change)}


async def _seat_of(uow: UnitOfWork, row: Any) -> Any:
    mine = await uow.fetchrow(
        "select * from approval_vote where approval = $1 and node = $2 and person = $3 and state = 'waiting'", row["id"], row["at"], uow.actor.person
    )
    if mine is None:
        raise forbidden("approvals.not_your_turn", node=row["nodes"][row["at"]]["key"])
    return mine


def _answer(uow: UnitOfWork, row: Any, status: str, at: int) -> dict[str, Any]:
    return {"id": str(row["id"]), "status": status, "at": at, "node": row["nodes"][at]["key"], "change": str(uow.change)}


async def tell_overdue(database: Database, workspace: str) -> int:
    """A job: seats whose time limit is over are told once, and their line managers; how many."""
    async with database.work(workspace) as uow:
        late = await uow.fetch(
            """update approval_vote v set late_at = $1 from approval a
                where a.id = v.approval and a.status = 'running' and v.state = 'waiting' and v.late_at is null
                  and v.id in (select id from approval_vote where state = 'waiting' and late_at is null and due_at <= $1
                               order by due_at limit $2 for update skip locked)
                returning v.person, a.id, a.title, a.object, a.record, a.nodes -> v.node ->> 'key' as node""",
            uow.now, MOST_OVERDUE,
        )  # fmt: skip
        above = await access.managers_of(uow, {row["person"] for row in late}) if late else {}
        for row in late:
            await tell(uow, [row["person"]], row["id"], ("审批超时：{title}", "Overdue approval: {title}"), row["title"], row["object"], row["record"], strong=True)
            if boss := above.get(row["person"]):
                await tell(uow, [boss], row["id"], ("下属审批超时：{title}", "Overdue with your team: {title}"), row["title"], row["object"], row["record"], strong=True, of=row["person"])
            await say(uow, row["id"], "overdue", row["object"], row["record"], {"node": row["node"], "person": str(row["person"])})
    return len(late)


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"approvals.{code}", path, {}, {"zh": zh, "en": en})
