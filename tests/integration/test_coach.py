"""The coach: what it compares and says so, when it is silent, the review, the register."""

from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from integration.test_radar import REP, Radar, ago
from xingji.features.approvals.ask import ask_approval
from xingji.features.approvals.votes import vote
from xingji.features.audits.chain import read_chain, read_proof
from xingji.features.audits.draw import draw, draw_once, how_many, plans_of, verify
from xingji.features.audits.verdicts import judge, list_cases, report
from xingji.features.coach.register import confirm_register, list_registers
from xingji.features.coach.review import ask_review
from xingji.features.coach.stuck import _conditions, _ended, read_coach
from xingji.features.process.reports.correlation import interval, lagged
from xingji.features.process.steps import add_evidence
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.records import save_file


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database, workspace):
    return await Radar.of_lilan(database, workspace)


async def ended(office: Radar, n: int, won: bool, met: bool) -> UUID:
    """A deal that was in `clarify` for eight days, with or without the decision maker met there."""
    opened = ago(days=100 - n)
    deal = await office.deal(opened, moved=[("clarify", opened + timedelta(days=2)), ("solution", opened + timedelta(days=10))])
    if met:
        await office.told(deal, ("decision_maker.met", opened + timedelta(days=5)))
    await office.told(deal, ("decision_maker.met", opened + timedelta(days=20)))  # in a later stage: says nothing of this one
    await office.change(deal, opened + timedelta(days=30), **({"status": "won"} if won else {"status": "lost", "lost_reason": "价格"}))
    return deal


async def test_a_stuck_deal_hears_what_won_ones_did_in_its_stage_and_by_which_features_they_were_found(office: Radar):
    stuck = await office.deal(ago(days=9), moved=[("clarify", ago(days=4))])
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        before = await read_coach(uow, "deal", stuck)
    assert (before["stuck"], before["similar"]["steps"]) == (True, [])  # too few to say anything
    for n in range(6):
        await ended(office, n, won=True, met=n < 5)
        await ended(office, n, won=False, met=n < 1)
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        found = await read_coach(uow, "deal", stuck)
    similar = found["similar"]
    assert (similar["features"], similar["n"], similar["n_lost"], similar["days"]) == (["amount"], 6, 6, 8.0)
    step = next(one for one in similar["steps"] if one["type"] == "decision_maker.met")
    assert (round(step["won"], 3), round(step["lost"], 3)) == (0.833, 0.167)
    assert len(similar["cases"]) == 3
    other = await office.actor("qinlang")
    async with office.database.work(office.workspace, other) as uow:
        with pytest.raises(XingjiError, match=r"records\.not_found"):
            await read_coach(uow, "deal", stuck)
    moving = await office.deal(ago(hours=20))
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        assert (await read_coach(uow, "deal", moving))["stuck"] is False


async def test_what_a_record_says_is_compared_and_never_read_as_a_condition(office: Radar):
    """A product line that would end its text and let every deal in; a line break, which no condition may hold."""
    await ended(office, 50, won=True, met=False)
    for line in ('x\\" || true //', "一\n二", "\\"):
        async with office.database.work(office.workspace) as uow:
            values = {"name": "机（演示）", "line": line}
            product = (await records.write(uow, [records.Change("create", "product", values=values)])).ids[0]
        deal = await office.deal(ago(days=9), product=str(product))
        async with office.database.work(office.workspace, await office.actor(REP)) as uow:
            row = await records.get_record(records.on_behalf(uow), "deal", deal)
            assert row["product"] == str(product)
            same = await _ended(uow, await _conditions(uow, row, ("product_line",)))
            every = await _ended(uow, [])
        assert (same, bool(every)) == ([], True), line


async def test_objections_of_the_customer_come_with_how_they_ended(office: Radar):
    from xingji.kernel.core.protocols import NewEvent
    from xingji.kernel.events import append_events

    customer = await office.customer()
    old, new = await office.deal(ago(days=60), customer=customer), await office.deal(ago(days=5), customer=customer)
    async with office.database.work(office.workspace) as uow:
        await append_events(uow, [
            NewEvent("objection.raised", "deal", old, {"topic": "price", "words": "价格太高"}, ago(days=50)),
            NewEvent("objection.resolved", "deal", old, {"topic": "price", "how": "分三期付款"}, ago(days=45)),
            NewEvent("objection.raised", "deal", old, {"topic": "service", "words": "售后远"}, ago(days=44)),
        ])  # fmt: skip
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        told = (await read_coach(uow, "deal", new))["objections"]
    assert [(one["words"], one["how"]) for one in told] == [("售后远", None), ("价格太高", "分三期付款")]


async def test_the_review_is_a_task_of_the_line_manager_once(office: Radar):
    deal = await office.deal()
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        asked = await ask_review(uow, "deal", deal, "怎么约到总工")
        assert asked["reviewer"] == "程晓岚"
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        assert (await read_coach(uow, "deal", deal))["review"]["asked"]["reviewer"] == "程晓岚"
        with pytest.raises(XingjiError, match=r"coach\.asked_already"):
            await ask_review(uow, "deal", deal, "")
    async with office.database.work(office.workspace, await office.actor("qinlang")) as uow:
        with pytest.raises(XingjiError, match=r"records\.not_found"):
            await ask_review(uow, "deal", deal, "")
    async with office.database.work(office.workspace) as uow:
        titles = await uow.fetchval("select array_agg(title) from inbox where person = $1 and record = $2", office.people["chengxiaolan"], deal)
    assert len(titles) == 1


async def test_a_register_is_confirmed_by_version(office: Radar):
    rep = await office.actor(REP)
    async with office.database.work(office.workspace, rep) as uow:
        [register] = (await list_registers(uow))["rows"]
        assert register["confirmed_at"] is None
        await confirm_register(uow, "calls")
        [register] = (await list_registers(uow))["rows"]
        assert register["confirmed"] == 1
        with pytest.raises(XingjiError, match=r"monitoring\.unknown"):
            await confirm_register(uow, "nothing")


def test_a_lag_is_found_with_its_interval_and_silence_below_eight_months():
    lead = [0.5, 0.6, 0.7, 0.65, 0.8, 0.75, 0.6, 0.55, 0.7, 0.85, 0.9, 0.8]
    result = [0.4, *[value / 2 + 0.1 for value in lead[:-1]]]  # one month behind
    by_lag = {one["lag"]: one for one in lagged(lead, result)}
    assert round(by_lag[1]["r"], 6) == 1
    assert (by_lag[1]["n"], by_lag[1]["low"] <= by_lag[1]["r"]) == (11, True)
    assert abs(by_lag[0]["r"]) < 0.8
    assert all(one["r"] is None for one in lagged(lead[:7], result[:7]))
    low, high = interval(0.5, 28)
    assert (round(low, 3), round(high, 3)) == (0.156, 0.736)  # Fisher's z: 0.5493 ± 1.96/5


# ── audits ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_weekly_draw_is_seeded_and_anybody_gets_the_same_again(office: Radar):
    for n in range(90):
        await office.deal(ago(days=n % 20), amount=40_000_000)
    await office.clock.set("2026-03-11 13:59")
    await draw_once(office.database, office.workspace)
    officer = await office.actor("niezheng")
    async with office.database.work(office.workspace, officer) as uow:
        assert (await list_cases(uow))["draws"] == []
    await office.clock.set("2026-03-11 14:00")
    await draw_once(office.database, office.workspace)
    await draw_once(office.database, office.workspace)  # once a week
    async with office.database.work(office.workspace, officer) as uow:
        queue = await list_cases(uow)
        [one] = queue["draws"]
        plan = (await plans_of(uow))["weekly"]
        again = await verify(uow, UUID(one["id"]))
    assert one["drawn"] == how_many(plan, one["candidates"]) == 5  # 5 % of more than eighty, rounded up
    assert again["same"]
    assert [str(id) for id in draw(again["seed"], [UUID(id) for id in again["candidates"]], 5)] == [case["record"] for case in queue["waiting"]]
    assert draw("other", [UUID(id) for id in again["candidates"]], 5) != [UUID(id) for id in again["drawn"]]
    assert how_many(plan, 2) == 2
    assert how_many(plan, 10) == 3


async def test_the_officer_sees_the_whole_chain_of_what_was_drawn_and_nothing_else(office: Radar):
    officer = await office.actor("niezheng")
    async with office.database.work(office.workspace, officer) as uow:
        case = (await list_cases(uow))["waiting"][0]
        record = UUID(case["record"])
    await office.told(record, ("meeting.held", ago(days=1)))
    async with office.database.work(office.workspace, officer) as uow:
        chain = await read_chain(uow, UUID(case["id"]))
        with pytest.raises(XingjiError):
            await read_coach(uow, "deal", record)
    assert chain["record"]["amount"] == 40_000_000
    assert "meeting.held" in {event["type"] for event in chain["events"]}
    assert "audit.drawn" in {event["type"] for event in chain["events"]}
    async with office.database.work(office.workspace) as uow:
        assert await uow.fetchval("select count(*) from audit where action = 'audit.chain_read' and record = $1", record) == 1
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        for command in (list_cases(uow), read_chain(uow, UUID(case["id"]))):
            with pytest.raises(XingjiError, match=r"access\.right_missing"):
                await command


async def test_the_chain_holds_votes_and_files_and_no_file_of_another_record(office: Radar):
    officer = await office.actor("niezheng")
    async with office.database.work(office.workspace, officer) as uow:
        case = (await list_cases(uow))["waiting"][1]
        record, id = UUID(case["record"]), UUID(case["id"])
    async with office.database.work(office.workspace, await office.actor(REP)) as uow:
        shown, other = await save_file(uow, "组织架构.txt", "总经理 周志远".encode() * 20), await save_file(uow, "别处.txt", b"elsewhere" * 20)
        await add_evidence(uow, "deal", record, "decision_chain", [{"kind": "file", "id": str(shown.id)}])
        approval = UUID((await ask_approval(uow, "deal", record, "contract_review", "客户周三要"))["id"])
    async with office.database.work(office.workspace, await office.actor("chengxiaolan")) as uow:
        await vote(uow, approval, yes=False, comment="账期太长")
    async with office.database.work(office.workspace, officer) as uow:
        chain = await read_chain(uow, id)
        [asked] = chain["approvals"]
        assert (asked["name"]["zh"], asked["status"], asked["reason"]) == ("合同评审", "refused", "客户周三要")
        assert [(one["name"]["zh"], chain["people"][one["person"]], one["state"], one["comment"]) for one in asked["votes"]] == [("直属主管", "程晓岚", "no", "账期太长")]
        assert "snapshot" not in asked
        stored, content = await read_proof(uow, id, shown.id)
        assert (stored.name, content[:9]) == ("组织架构.txt", "总经理".encode())
        with pytest.raises(XingjiError, match=r"files\.not_found"):
            await read_proof(uow, id, other.id)
        assert await uow.fetchval("select count(*) from audit where action = 'audit.file_read' and record = $1", record) == 1
    async with office.database.work(office.workspace, await office.actor("chengxiaolan")) as uow:
        with pytest.raises(XingjiError, match=r"access\.right_missing"):
            await read_proof(uow, id, shown.id)


async def test_a_verdict_needs_words_where_it_is_not_sound_and_stands_in_the_report(office: Radar):
    officer = await office.actor("niezheng")
    async with office.database.work(office.workspace, officer) as uow:
        first, second = (await list_cases(uow))["waiting"][:2]
        with pytest.raises(XingjiError) as refused:
            await judge(uow, UUID(first["id"]), "false_advance", [{"stage": "trial", "judgement": "nonsense"}], "")
        assert {one.path for one in refused.value.problems} == {"note", "findings.0.judgement"}
        await judge(uow, UUID(first["id"]), "false_advance", [{"stage": "trial", "judgement": "false", "note": ""}], "试机报告是上一单的")
        await judge(uow, UUID(second["id"]), "sound", [], "")
        with pytest.raises(XingjiError, match=r"audits\.judged_already"):
            await judge(uow, UUID(second["id"]), "sound", [], "")
        found = await report(uow)
    assert (found["n"], found["judged"], found["verdicts"]) == (5, 2, {"false_advance": 1, "sound": 1})
    assert found["stages"] == [{"stage": "trial", "sound": 0, "doubtful": 0, "false": 1}]
    async with office.database.work(office.workspace) as uow:
        types = [row["type"] for row in await uow.fetch("select type from event where record = $1 and type like 'audit.%' order by id", UUID(first["record"]))]
    assert types == ["audit.drawn", "audit.judged"]
