"""Approvals at their edges: a second vote, an own request, somebody else's urging, a delegation that is over, one telling of a limit."""

from datetime import timedelta

from integration.test_approvals import asked, inbox, office, refused, seen, votes_for
from process_office import ProcessOffice, words
from xingji.features.approvals import votes
from xingji.features.approvals.ask import ask_approval
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import publish, save_draft

assert office  # the office of the other approval tests


async def test_who_voted_votes_no_second_time(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    await votes_for(office, approval, "head", "fin")
    assert await refused(office.do("fin", lambda uow: votes.vote(uow, approval, yes=False, comment="想了想不行"))) == "approvals.not_your_turn"
    assert (await seen(office, approval))["status"] == "running"


async def test_nobody_sits_over_what_they_ask_for(office: ProcessOffice) -> None:
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "approval_flow", "own", {"name": words("自审"), "object": "deal", "nodes": [{"key": "reps", "name": words("销售"), "mode": "any", "who": [{"role": "rep"}]}]})
    await publish(office.database, office.workspace, SYSTEM, [("approval_flow", "own")])
    deal = await office.deal()
    answer = await office.do("rep", lambda uow: ask_approval(uow, "deal", deal, "own", "给自己批"))
    async with office.database.work(office.workspace) as uow:
        rows = await uow.fetch("select v.person from approval_vote v join approval a on a.id = v.approval where a.id::text = $1", answer["id"])
    assert [row["person"] for row in rows] == [office.people["both"]]


async def test_only_who_asked_urges(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    before = await inbox(office, "head")
    assert await refused(office.do("head", lambda uow: votes.urge(uow, approval))) == "approvals.not_yours"
    assert await inbox(office, "head") == before


async def test_a_delegation_that_is_over_or_not_yet_begun_seats_nobody(office: ProcessOffice) -> None:
    async with office.database.work(office.workspace) as uow:
        for start, end in ((-9, -8), (8, 9)):
            await uow.execute(
                "insert into approval_delegate (person, to_person, starts, ends) values ($1, $2, $3, $4)",
                office.people["law"], office.people["tech"], uow.now + timedelta(days=start), uow.now + timedelta(days=end),
            )  # fmt: skip
    _, approval = await asked(office)
    await votes_for(office, approval, "head")
    async with office.database.work(office.workspace) as uow:
        people = {row["person"] for row in await uow.fetch("select person from approval_vote where approval = $1 and node = 1", approval)}
        await uow.execute("delete from approval_delegate")
    assert people == {office.people[one] for one in ("law", "fin", "fin2")}


async def test_a_limit_that_is_over_is_told_once(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update approval_vote set due_at = $2::timestamptz - interval '1 hour' where approval = $1", approval, uow.now)
    assert await votes.tell_overdue(office.database, office.workspace) == 1
    told = await inbox(office, "head")
    assert [await votes.tell_overdue(office.database, office.workspace) for _ in range(2)] == [0, 0]
    assert await inbox(office, "head") == told


async def test_while_somebody_is_on_leave_the_line_manager_sits_in_and_it_says_for_whom(office: ProcessOffice) -> None:
    async with office.database.work(office.workspace) as uow:
        await uow.execute("insert into absence (id, person, starts, ends, reason) values (gen_random_uuid(), $1, $2, $3, '休假')", office.people["law"], uow.now - timedelta(hours=1), uow.now + timedelta(days=2))
    _, approval = await asked(office)
    await votes_for(office, approval, "head")
    async with office.database.work(office.workspace) as uow:
        rows = await uow.fetch("select person, stands_for from approval_vote where approval = $1 and node = 1", approval)
        await uow.execute("delete from absence")
    assert {(row["person"], row["stands_for"]) for row in rows} == {(office.people["head"], office.people["law"]), (office.people["fin"], None), (office.people["fin2"], None)}


async def test_a_node_whose_condition_does_not_hold_is_no_part_of_the_flow(office: ProcessOffice) -> None:
    _, small = await asked(office, amount=99_900)
    _, large = await asked(office, amount=100_000)
    assert [[node["key"] for node in (await seen(office, one))["nodes"]] for one in (small, large)] == [["boss", "both"], ["boss", "both", "one"]]
    await votes_for(office, small, "head", "law", "fin", "fin2")
    assert (await seen(office, small))["status"] == "approved"


async def test_the_flow_shows_where_it_stands_and_since_when(office: ProcessOffice) -> None:
    _, approval = await asked(office)
    async with office.database.work(office.workspace) as uow:
        long_ago = uow.now - timedelta(days=3)
        await uow.execute("update approval_vote set opened_at = $2 where approval = $1", approval, long_ago)
    nodes = (await seen(office, approval))["nodes"]
    assert [(node["key"], node["state"], node["waiting_since"]) for node in nodes] == [("boss", "open", long_ago.isoformat()), ("both", "ahead", None), ("one", "ahead", None)]
    await votes_for(office, approval, "head")
    nodes = (await seen(office, approval))["nodes"]
    assert [(node["state"], node["waiting_since"] is None) for node in nodes] == [("done", True), ("open", False), ("ahead", True)]
    assert nodes[1]["waiting_since"] > long_ago.isoformat()
