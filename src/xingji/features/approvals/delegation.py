"""Delegation while somebody travels: who sits in their seat, from when to when. Seats already open stay where they are."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem, forbidden, invalid
from xingji.kernel.db import UnitOfWork


async def my_delegations(uow: UnitOfWork) -> dict[str, Any]:
    """{mine, for_others} that are not over yet."""
    rows = await uow.fetch(
        """select d.*, p.name as person_name, t.name as to_name from approval_delegate d join person p on p.id = d.person
             join person t on t.id = d.to_person where (d.person = $1 or d.to_person = $1) and d.ends > $2 order by d.starts""",
        uow.actor.person, uow.now,
    )  # fmt: skip
    plain = [{key: str(value) if isinstance(value, UUID) else value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()} for row in rows]
    person = str(uow.actor.person)
    return {"mine": [one for one in plain if one["person"] == person], "for_others": [one for one in plain if one["person"] != person]}


async def set_delegation(uow: UnitOfWork, to: UUID, starts: datetime, ends: datetime) -> dict[str, Any]:
    """Names who sits in for the actor. Raises: `records.invalid` for times that overlap or end before they begin."""
    person = uow.actor.person
    if person is None:
        raise forbidden("approvals.no_person")
    starts, ends = (one if one.tzinfo else one.replace(tzinfo=UTC) for one in (starts, ends))
    problems = []
    if ends <= starts or ends <= uow.now:
        problems.append(_problem("delegation_times", "ends", "结束要晚于开始，也要晚于现在", "the end lies after the start and after now"))
    if to == person or not await uow.fetchval("select 1 from person where id = $1 and left_on is null", to):
        problems.append(_problem("delegation_person", "to", "请选一位在职的同事", "choose a colleague who is here"))
    if await uow.fetchval("select 1 from approval_delegate where person = $1 and starts < $3 and ends > $2", person, starts, ends):
        problems.append(_problem("delegation_overlap", "starts", "这段时间已有委托", "there is a delegation in these times"))
    if problems:
        raise invalid("records.invalid", problems, count=len(problems))
    await uow.execute("insert into approval_delegate (person, to_person, starts, ends) values ($1, $2, $3, $4)", person, to, starts, ends)
    return {"starts": starts.isoformat(), "ends": ends.isoformat(), "to": str(to)}


async def end_delegation(uow: UnitOfWork, starts: datetime) -> dict[str, Any]:
    """Ends one of the actor's own."""
    starts = starts if starts.tzinfo else starts.replace(tzinfo=UTC)
    gone = await uow.execute("delete from approval_delegate where person = $1 and starts = $2", uow.actor.person, starts)
    return {"ended": gone.endswith(" 1")}


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"approvals.{code}", path, {}, {"zh": zh, "en": en})
