"""Approvals: order, all or any, 加签, 转签, 退回, 撤回, 催办, delegation, time limits, reopening, two votes at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice, words
from xingji.features.approvals import votes
from xingji.features.approvals.ask import ask_approval, withdraw
from xingji.features.approvals.delegation import set_delegation
from xingji.features.approvals.flow import outcome
from xingji.features.approvals.read import approvals_of, my_approvals, read_approval
from xingji.kernel.access import save_people
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.definitions import dry_run, publish, save_draft

ROLES = {
    "legal": {"rows": "none", "rights": []},
    "finance": {"rows": {"default": "none", "deal": {"read": "all"}}, "fields": {"hide": ["deal.expected_close_at"]}, "rights": []},
}
FLOW = {
    "name": words("合同折扣审批"), "object": "deal", "fields": ["amount", "next_step", "expected_close_at"], "calendar": "office",
    "nodes": [
        {"key": "boss", "name": words("主管"), "who": [{"manager": 1}], "hours": 4},
        {"key": "both", "name": words("法务与财务"), "mode": "all", "who": [{"role": "legal"}, {"role": "finance"}]},
        {"key": "one", "name": words("财务复核"), "mode": "any", "when": "amount >= 1000", "who": [{"role": "finance"}]},
    ],
    "cc": [{"person": "tech"}],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    office = await ProcessOffice(database, workspace).open()
    async with database.work(workspace) as uow:
        for key, role in ROLES.items():
            await save_draft(uow, "role", key, {"name": words(key), **role})
        await save_draft(uow, "approval_flow", "contract", FLOW)
    await publish(database, workspace, SYSTEM)
    async with database.work(workspace) as uow:
        more = [("law", "费清如（演示）", "legal"), ("fin", "章慎之（演示）", "finance"), ("fin2", "池秋白（演示）", "finance")]
        ids = await save_people(uow, {"units": [], "persons": [{"key": k, "name": n, "unit": "office", "roles": [r]} for k, n, r in more]})
        office.people |= {key: id for key, id in ids.items() if key in ("law", "fin", "fin2")}
    return office


async def asked(office: ProcessOffice, **values: Any) -> tuple[UUID, UUID]:
    deal = await office.deal(**{"amount": 50_000_000, **values})
    answer = await office.do("rep", lambda uow: ask_approval(uow, "deal", deal, "contract", "老客户，九五折"))
    return deal, UUID(answer["id"])


async def votes_for(office: ProcessOffice, approval: UUID, *names: str) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name in names:
        answer = await office.do(name, lambda uow: votes.vote(uow, approval, yes=True))
    return answer


async def refused(promise: Any) -> str:
    with pytest.raises(XingjiError) as caught:
        await promise
    return caught.value.problems[0].code if caught.value.problems else caught.value.code


async def seen(office: ProcessOffice, approval: UUID, name: str = "rep") -> dict[str, Any]:
    return await office.do(name, lambda uow: read_approval(uow, approval))


async def inbox(office: ProcessOffice, name: str) -> list[str]:
    async with office.database.work(office.workspace) as uow:
        return [row["title"] for row in await uow.fetch("select title from inbox where person = $1 order by at, id", office.people[name])]


def test_all_must_agree_or_one_is_enough() -> None:
    assert outcome("all", ["yes", "waiting"]) == "open"
    assert outcome("all", ["yes", "no", "waiting"]) == "no"
    assert outcome("any", ["no", "waiting"]) == "open"
    assert outcome("any", ["no", "yes"]) == "yes"
    assert outcome("any", ["no", "no"]) == "no"
    assert outcome("all", ["passed_on", "yes", "not_needed"]) == "yes"


async def test_an_approval_goes_from_node_to_node_and_keeps_what_was_approved(office: ProcessOffice) -> None:
    deal, approval = await asked(office, next_step="签约")
    assert (await seen(office, approval))["nodes"][0]["state"] == "open"
    assert await refused(office.do("law", lambda uow: votes.vote(uow, approval, yes=True))) == "approvals.unknown"
    await votes_for(office, approval, "head")
    waiting = await office.do("law", lambda uow: my_approvals(uow, "waiting"))
    assert [one["id"] for one in waiting["rows"]] == [str(approval)]
    assert await refused(office.do("head", lambda uow: votes.vote(uow, approval, yes=True))) == "approvals.not_your_turn"
    await votes_for(office, approval, "law", "fin")
    assert (await seen(office, approval))["at"] == 1  # 会签: the second of finance is still asked
    await votes_for(office, approval, "fin2")
    answer = await votes_for(office, approval, "fin2")  # 或签: one of finance is enough
    assert answer["status"] == "approved"
    assert (await seen(office, approval))["snapshot"]["next_step"] == "签约"
    assert "审批通过：泵站改造（演示）" in await inbox(office, "rep")
    assert "审批通过：泵站改造（演示）" in await inbox(office, "tech")
    rows = (await office.do("head", lambda uow: approvals_of(uow, "deal", deal)))["rows"]
    assert [one["status"] for one in rows] == ["approved"]


async def test_a_field_hidden_from_a_signer_stays_hidden_in_the_snapshot(office: ProcessOffice) -> None:
    _, approval = await asked(office, next_step="签约", expected_close_at="2026-12-31")
    await votes_for(office, approval, "head")
    assert set((await seen(office, approval, "fin"))["snapshot"]) == {"amount", "next_step"}
    assert (await seen(office, approval, "head"))["snapshot"]["expected_close_at"] == "2026-12-31"


async def open_asks(office: ProcessOffice, name: str) -> list[str]:
    async with office.database.work(office.workspace) as uow:
        return [row["title"] for row in await uow.fetch("select title from inbox where person = $1 and read_at is null and urgency = 'strong'", office.people[name])]


async def test_an_ask_is_unread_only_while_it_is_ones_turn(office: ProcessOffice) -> None:
    ask = "请审批：泵站改造（演示）"
    for name in ("head", "law", "fin", "fin2"):
        async with office.database.work(office.workspace) as uow:
            await uow.execute("update inbox set read_at = now() where person = $1", office.people[name])
    _, approval = await asked(office)
    assert await open_asks(office, "head") == [ask]
    await office.do("head", lambda uow: votes.add_signer(uow, approval, office.people["tech"], "看下选型"))
    await votes_for(office, approval, "head")
    assert (await open_asks(office, "head"), ask in await open_asks(office, "tech")) == ([], True)
    await votes_for(office, approval, "tech")
    assert (ask in await open_asks(office, "tech"), await open_asks(office, "law")) == (False, [ask])
    await office.do("law", lambda uow: votes.send_back(uow, approval, "boss", "违约金条款要重谈"))
    assert (await open_asks(office, "law"), await open_asks(office, "head")) == ([], [ask])
    await office.do("rep", lambda uow: withdraw(uow, approval))
    assert await open_asks(office, "head") == []


async def test_a_no_needs_a_reason_and_ends_it(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    no = lambda comment: office.do("head", lambda uow: votes.vote(uow, approval, yes=False, comment=comment))  # noqa: E731
    assert await refused(no("")) == "approvals.reason_missing"
    assert (await no("折扣太深"))["status"] == "refused"
    assert "审批未通过：泵站改造（演示）" in await inbox(office, "rep")
    assert await refused(votes_for(office, approval, "head")) == "approvals.ended"


async def test_a_change_after_approval_reopens_it_and_the_gate_counts_it_no_more(office: ProcessOffice) -> None:
    stages = [dict(one) for one in PLAYBOOK["stages"]]
    stages[0]["actions"] = [{"key": "ok", "name": words("合同审批"), "approval": "contract"}]
    await office.playbook({**PLAYBOOK, "order": 1, "when": 'name == "要审批（演示）"', "stages": stages}, "needs_approval")
    deal, approval = await asked(office, name="要审批（演示）")
    assert await refused(office.update(deal, "rep", stage="claim")) == "process.gate_not_met"
    await votes_for(office, approval, "head", "law", "fin", "fin2", "fin")
    await office.update(deal, "rep", amount=60_000_000)
    assert (await seen(office, approval))["status"] == "reopened"
    assert await refused(office.update(deal, "rep", stage="claim")) == "process.gate_not_met"
    again = await office.do("rep", lambda uow: ask_approval(uow, "deal", deal, "contract"))
    await votes_for(office, UUID(again["id"]), "head", "law", "fin", "fin2", "fin")
    await office.update(deal, "rep", stage="claim")


async def test_one_more_signer_a_seat_passed_on_and_a_way_back(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    await office.do("head", lambda uow: votes.add_signer(uow, approval, office.people["tech"], "看下选型"))
    await votes_for(office, approval, "head")
    assert (await seen(office, approval))["at"] == 0
    assert await refused(office.do("tech", lambda uow: votes.transfer(uow, approval, office.people["rep"]))) == "approvals.own"
    await office.do("tech", lambda uow: votes.transfer(uow, approval, office.people["both"]))
    await votes_for(office, approval, "both")
    assert (await seen(office, approval))["at"] == 1
    await office.do("law", lambda uow: votes.send_back(uow, approval, "boss", "违约金条款要重谈"))
    now = await seen(office, approval)
    assert (now["at"], [one["state"] for one in now["nodes"][0]["votes"]]) == (0, ["waiting"])
    await office.do("head", lambda uow: votes.send_back(uow, approval, None, "先补合同"))
    assert (await seen(office, approval))["status"] == "refused"


async def test_only_the_asker_takes_it_back_and_urges_at_most_once_in_ten_minutes(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    assert await refused(office.do("head", lambda uow: withdraw(uow, approval))) == "approvals.not_yours"
    await office.do("rep", lambda uow: votes.urge(uow, approval))
    assert "催办：泵站改造（演示）" in await inbox(office, "head")
    assert await refused(office.do("rep", lambda uow: votes.urge(uow, approval))) == "approvals.urged_lately"
    assert (await office.do("rep", lambda uow: withdraw(uow, approval)))["status"] == "withdrawn"
    assert [one["id"] for one in (await office.do("head", lambda uow: my_approvals(uow, "waiting")))["rows"] if one["id"] == str(approval)] == []


async def test_a_traveller_is_stood_in_for_and_it_says_for_whom(office: ProcessOffice) -> None:
    async with office.database.work(office.workspace) as uow:
        now = uow.now
    await office.do("law", lambda uow: set_delegation(uow, office.people["tech"], now - timedelta(hours=1), now + timedelta(hours=1)))
    _, approval = await asked(office)
    await votes_for(office, approval, "head")
    seats = (await seen(office, approval))["nodes"][1]["votes"]
    assert (str(office.people["tech"]), str(office.people["law"])) in [(one["person"], one["stands_for"]) for one in seats]
    await votes_for(office, approval, "tech", "fin", "fin2", "fin")
    assert (await seen(office, approval))["status"] == "approved"
    async with office.database.work(office.workspace) as uow:
        await uow.execute("delete from approval_delegate")


async def test_a_seat_over_its_time_limit_is_told_once_to_the_person_and_above(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update approval_vote set due_at = $2 where approval = $1", approval, uow.now - timedelta(minutes=1))
    assert await votes.tell_overdue(office.database, office.workspace) == 1
    assert await votes.tell_overdue(office.database, office.workspace) == 0
    assert "审批超时：泵站改造（演示）" in await inbox(office, "head")


async def test_what_tells_a_manager_of_a_late_seat_is_read_once_that_seat_no_longer_waits(office: ProcessOffice) -> None:
    late = "下属审批超时：泵站改造（演示）"
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update inbox set read_at = now() where person = $1", office.people["head"])
    _, approval = await asked(office)
    await votes_for(office, approval, "head")
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update approval_vote set due_at = $2 where approval = $1 and state = 'waiting'", approval, uow.now - timedelta(minutes=1))
    await votes.tell_overdue(office.database, office.workspace)
    assert await open_asks(office, "head") == [late] * 3  # law, fin and fin2 are all late
    await votes_for(office, approval, "law")
    assert await open_asks(office, "head") == [late] * 2
    await votes_for(office, approval, "fin")
    assert await open_asks(office, "head") == [late]
    await votes_for(office, approval, "fin2", "fin2")
    assert await open_asks(office, "head") == []


async def test_two_votes_at_once_decide_once(office: ProcessOffice) -> None:
    for _ in range(4):
        _, approval = await asked(office)
        await votes_for(office, approval, "head", "law", "fin", "fin2")
        both = await asyncio.gather(*(votes_for(office, approval, name) for name in ("fin", "fin2")), return_exceptions=True)
        done = [one for one in both if isinstance(one, dict)]
        assert [one["status"] for one in done] == ["approved"]
        assert {one.code for one in both if isinstance(one, XingjiError)} <= {"approvals.ended", "approvals.not_your_turn"}
        async with office.database.work(office.workspace) as uow:
            said = await uow.fetchval("select count(*) from event where type = 'approval.approved' and data ->> 'approval' = $1", str(approval))
        assert said == 1


async def test_nobody_at_a_node_is_refused_when_asked_not_when_stuck(office: ProcessOffice) -> None:
    empty = {**FLOW, "nodes": [{"key": "ghost", "name": words("审计"), "who": [{"head": "nosuch"}]}]}
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "approval_flow", "empty", empty)
    await publish(office.database, office.workspace, SYSTEM, [("approval_flow", "empty")])
    deal = await office.deal()
    assert await refused(office.do("rep", lambda uow: ask_approval(uow, "deal", deal, "empty"))) == "approvals.nobody"


async def test_a_dry_run_counts_what_would_have_needed_it(office: ProcessOffice) -> None:
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "approval_flow", "draft", {**FLOW, "when": 'name == "试算（演示）"'})
        now = uow.now
    await office.deal(name="试算（演示）", amount=100)
    await office.deal(name="试算（演示）", amount=50_000_000)
    async with office.database.work(office.workspace) as uow:
        found = await dry_run(uow, "approval_flow", "draft", now - timedelta(days=1), now + timedelta(hours=1))
    assert (found["count"], [node["count"] for node in found["nodes"]]) == (2, [2, 2, 1])
