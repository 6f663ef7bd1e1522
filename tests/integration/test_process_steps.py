"""Claims, evidence, second-role confirmation, "not applicable", exceptions, and the dry run of a playbook."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from process_office import PLAYBOOK, STAGES, ProcessOffice, words
from xingji.features.process import steps
from xingji.features.process.gate import PROCESS_GATE
from xingji.features.process.health import refresh_health
from xingji.features.process.overview import read_process
from xingji.features.process.queue import waiting_decisions
from xingji.features.process.rehearse import rehearse
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database
from xingji.kernel.definitions import check_draft, dry_run, publish, save_draft
from xingji.kernel.events import append_events
from xingji.kernel.metrics.measure import measure
from xingji.kernel.records import GATES, Change, save_file, write


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    return await ProcessOffice(database, workspace).open()


async def refused(promise: Any) -> str:
    with pytest.raises(XingjiError) as caught:
        await promise
    return caught.value.problems[0].code if caught.value.problems else caught.value.code


async def state_of(office: ProcessOffice, deal: UUID, action: str, as_person: str = "rep") -> dict[str, Any]:
    seen = await office.do(as_person, lambda uow: read_process(uow, "deal", deal))
    return next(one for stage in seen["stages"] for one in stage["actions"] if one["key"] == action)


async def file_of(office: ProcessOffice, name: str, content: bytes) -> str:
    return str((await office.do(name, lambda uow: save_file(uow, "图.txt", content))).id)


async def test_the_owner_never_confirms_alone_not_even_with_the_role(office: ProcessOffice) -> None:
    deal = await office.deal("confirm", owner=str(office.people["both"]))
    await office.do("both", lambda uow: steps.claim(uow, "deal", deal, "poc"))
    assert await refused(office.do("both", lambda uow: steps.confirm(uow, "deal", deal, "poc"))) == "process.confirm_own"
    assert await refused(office.do("head", lambda uow: steps.confirm(uow, "deal", deal, "poc"))) == "process.confirm_role"
    await office.do("tech", lambda uow: steps.confirm(uow, "deal", deal, "poc"))
    assert (await state_of(office, deal, "poc", "head"))["state"] == "confirmed"


async def test_whoever_claimed_an_action_does_not_confirm_it_whosever_the_record_is(office: ProcessOffice) -> None:
    deal = await office.deal("confirm")
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "poc"))
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update process_action set claimed_by = $2 where record = $1", deal, office.people["both"])
    assert await refused(office.do("both", lambda uow: steps.confirm(uow, "deal", deal, "poc"))) == "process.confirm_own"
    await office.do("tech", lambda uow: steps.confirm(uow, "deal", deal, "poc"))
    assert (await state_of(office, deal, "poc", "head"))["state"] == "confirmed"


async def test_whoever_asked_to_be_let_off_does_not_decide_it(office: ProcessOffice) -> None:
    deal = await office.deal("claim")
    await office.do("head", lambda uow: steps.ask_not_applicable(uow, "deal", deal, "visit", "客户在海外，视频代替"))
    decide = office.do("head", lambda uow: steps.decide_not_applicable(uow, "deal", deal, "visit", grant=True))
    assert await refused(decide) == "process.decide_own"
    assert (await state_of(office, deal, "visit", "head"))["state"] != "na"


async def test_how_long_a_record_was_in_a_stage_is_asked_of_the_one_it_leaves(office: ProcessOffice) -> None:
    rested = {"key": "rested", "when": "stage_since <= now - duration(\"2h\")", "message": words("至少停留两小时"), "who": "owner"}
    stages = [{"key": "field", "exit": [rested]}, *({"key": key} for key in STAGES[1:])]
    await office.playbook({**PLAYBOOK, "name": words("停留"), "order": 1, "when": 'name == "停留（演示）"', "stages": stages}, "rested")
    deal = await office.deal(name="停留（演示）")
    assert await refused(office.update(deal, stage="claim")) == "process.gate_not_met"
    async with office.database.work(office.workspace) as uow:
        later = uow.now + timedelta(hours=3)
    async with office.database.work(office.workspace, at=later) as uow:
        await write(uow, [Change("update", "deal", deal, {"stage": "claim"})])
    entered = await office.value(deal, "stage_since")
    assert datetime.fromisoformat(entered) == later


async def test_what_waits_for_confirmation_stands_in_the_second_roles_queue(office: ProcessOffice) -> None:
    deal = await office.deal("confirm")
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "poc", "装好了"))
    queue = await office.do("tech", waiting_decisions)
    assert [one["action"] for one in queue["confirmations"] if one["record"] == str(deal)] == ["poc"]
    assert await refused(office.do("tech", lambda uow: steps.confirm(uow, "deal", deal, "poc", yes=False))) == "process.reason_missing"
    await office.do("tech", lambda uow: steps.confirm(uow, "deal", deal, "poc", yes=False, note="数据没跑满 24 小时"))
    assert [one["note"] for one in await office.events(deal, "process.action_rejected")] == ["数据没跑满 24 小时"]


async def test_files_count_once_and_blank_or_doubled_ones_are_flagged(office: ProcessOffice) -> None:
    deal, other = await office.deal("evidence"), await office.deal("evidence")
    content = ("采购部 王经理 → 总工 李工 → 财务 赵总\n" * 4).encode()
    first = await file_of(office, "rep", content)
    await office.do("rep", lambda uow: steps.add_evidence(uow, "deal", deal, "chart", [{"kind": "file", "id": first}]))
    assert (await state_of(office, deal, "chart"))["state"] == "evidence"
    again, blank = await file_of(office, "rep", content), await file_of(office, "rep", b" " * 200)
    await office.do("rep", lambda uow: steps.add_evidence(uow, "deal", other, "chart", [{"kind": "file", "id": again}, {"kind": "file", "id": blank}]))
    one = await state_of(office, other, "chart")
    assert [item["flags"] for item in one["said"]["evidence"]] == [["doubled"], ["blank"]]
    assert [missing["kind"] for missing in one["missing"]] == ["evidence"]


async def test_an_old_file_is_flagged_a_link_and_what_is_on_record_count(office: ProcessOffice) -> None:
    evidence = {"label": words("签字页或纪要"), "kinds": ["file", "link", "event"], "events": ["document.signed"], "max_age_days": 30}
    stages = [{**stage, "actions": [{"key": "paper", "name": words("客户签字"), "evidence": evidence}]} if stage["key"] == "evidence" else stage for stage in PLAYBOOK["stages"]]
    await office.playbook({**PLAYBOOK, "order": 2, "when": 'name == "看佐证（演示）"', "stages": stages}, "papers")
    of = [await office.deal("evidence", name="看佐证（演示）") for _ in range(5)]
    add = lambda deal, item: office.do("rep", lambda uow: steps.add_evidence(uow, "deal", deal, "paper", [item]))  # noqa: E731
    ages = {of[0]: 31, of[1]: 29}
    for deal, days in ages.items():
        file = await file_of(office, "rep", f"第 {days} 天的签字页，客户盖章，双方存档各一份。".encode() * 4)
        async with office.database.work(office.workspace, SYSTEM) as uow:
            await uow.execute("update file set created_at = $2 where id = $1", UUID(file), uow.now - timedelta(days=days))
        await add(deal, {"kind": "file", "id": file})
    assert [item["flags"] for deal in ages for item in (await state_of(office, deal, "paper"))["said"]["evidence"]] == [["old"], []]
    assert [(await state_of(office, deal, "paper"))["state"] for deal in ages] == ["claimed", "evidence"]
    assert [missing["kind"] for missing in (await state_of(office, of[0], "paper"))["missing"]] == ["evidence"]
    await add(of[2], {"kind": "link", "url": "https://minutes.example/2026-03-10", "name": "会议纪要"})
    assert (await state_of(office, of[2], "paper"))["state"] == "evidence"
    assert await refused(add(of[3], {"kind": "link", "url": "javascript:alert(1)"})) == "process.evidence_link"
    async with office.database.work(office.workspace, SYSTEM) as uow:
        held, _ = await append_events(uow, [NewEvent("meeting.held", "deal", of[3], {}), NewEvent("document.signed", "deal", of[4], {})])
    assert (await state_of(office, of[3], "paper"))["state"] == "empty", "a meeting alone is no signed page"
    await add(of[3], {"kind": "event", "id": str(held)})
    assert (await state_of(office, of[3], "paper"))["state"] == "evidence", "linked by hand it is"
    assert (await state_of(office, of[4], "paper"))["state"] == "evidence", "what signing recorded counts by itself"


async def test_a_claimed_touch_is_no_evidence_and_a_foreign_file_neither(office: ProcessOffice) -> None:
    deal = await office.deal("evidence")
    async with office.database.work(office.workspace, SYSTEM) as uow:
        (event,) = await append_events(uow, [NewEvent("chart.filed", "deal", deal, {}, claimed=True)])
    assert (await state_of(office, deal, "chart"))["state"] == "empty"
    give = lambda item: office.do("rep", lambda uow: steps.add_evidence(uow, "deal", deal, "chart", [item]))  # noqa: E731
    assert await refused(give({"kind": "event", "id": str(event)})) == "process.evidence_claimed"
    theirs = await file_of(office, "head", b"x" * 300)
    assert await refused(give({"kind": "file", "id": theirs})) == "process.evidence_file"
    assert await refused(give({"kind": "link", "url": "https://example.test"})) == "process.evidence_kind"


async def test_an_event_taken_back_shows_nothing_at_any_place(office: ProcessOffice) -> None:
    """Gate, checklist, what is counted, a link to it, health and the dry run all leave it out."""
    deal, linked = await office.deal("evidence"), await office.deal("evidence")
    async with office.database.work(office.workspace, SYSTEM) as uow:
        (event,) = await append_events(uow, [NewEvent("chart.filed", "deal", deal)])
        (shown,) = await append_events(uow, [NewEvent("site.seen", "deal", linked)])
        change = uow.change
    link = lambda one, id: office.do("rep", lambda uow: steps.add_evidence(uow, "deal", one, "chart", [{"kind": "event", "id": str(id)}]))  # noqa: E731
    await link(linked, shown)

    async def seen() -> list[Any]:
        states = [await state_of(office, one, "chart") for one in (deal, linked)]
        async with office.database.work(office.workspace) as uow:
            await refresh_health(uow, "deal", [deal, linked])
            held = await uow.fetch("select record, done from process_health where record = any($1::uuid[])", [deal, linked])
        healthy = {row["record"]: row["done"] for row in held}
        return [*((one["state"], len(one["counted"])) for one in states), healthy[deal], healthy[linked]]

    async with office.database.work(office.workspace) as uow:
        await uow.execute("update o_deal set stage_since = now() - interval '60 days', stage = 'fingerprint' where id = any($1::uuid[])", [deal, linked])
    first = await seen()
    assert first == [("evidence", 1), ("evidence", 0), 1, 1]
    async with office.database.work(office.workspace) as uow:
        for one, kind in ((deal, "chart.filed"), (linked, "site.seen")):
            await append_events(uow, [NewEvent("event.withdrawn", "deal", one, {"change": str(change), "types": [kind]})])
    assert await seen() == [("empty", 0), ("claimed", 0), 0, 0]
    assert (await state_of(office, linked, "chart"))["said"]["evidence"][0]["flags"] == ["taken_back"]
    assert await refused(link(deal, event)) == "process.evidence_taken_back"
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update o_deal set stage = 'evidence' where id = any($1::uuid[])", [deal, linked])
    for one in (deal, linked):
        assert await refused(office.update(one, "rep", stage="fingerprint")) == "process.gate_not_met"
    # and a move that passed while it stood is one the dry run of the same playbook would have stopped
    passed = await office.deal("evidence", name="曾经通过（演示）")
    async with office.database.work(office.workspace, SYSTEM) as uow:
        await append_events(uow, [NewEvent("chart.filed", "deal", passed)])
        change = uow.change
    await office.update(passed, "rep", stage="fingerprint")
    since = datetime.now().astimezone() - timedelta(days=1)
    book = {**PLAYBOOK, "key": "standard", "when": 'name == "曾经通过（演示）"'}
    stopped = []
    for withdrawn in (False, True):
        async with office.database.work(office.workspace) as uow:
            if withdrawn:
                await append_events(uow, [NewEvent("event.withdrawn", "deal", passed, {"change": str(change), "types": ["chart.filed"]})])
            stopped.append((await rehearse(uow, book, since, since + timedelta(days=2)))["stopped"])
    assert stopped == [0, 1]


async def test_not_applicable_needs_a_reason_and_the_supervisors_yes(office: ProcessOffice) -> None:
    deal = await office.deal("claim")
    assert await refused(office.do("rep", lambda uow: steps.ask_not_applicable(uow, "deal", deal, "visit", "不"))) == "process.reason_missing"
    await office.do("rep", lambda uow: steps.ask_not_applicable(uow, "deal", deal, "visit", "客户在海外，视频代替"))
    yes = lambda name: office.do(name, lambda uow: steps.decide_not_applicable(uow, "deal", deal, "visit", grant=True))  # noqa: E731
    assert await refused(yes("rep")) == "access.right_missing"
    assert await refused(office.update(deal, "rep", stage="evidence")) == "process.gate_not_met"
    queue = await office.do("head", waiting_decisions)
    assert str(deal) in [one["record"] for one in queue["not_applicable"]]
    await yes("head")
    await office.update(deal, "rep", stage="evidence")
    assert [one["reason"] for one in await office.events(deal, "process.na_granted")] == ["客户在海外，视频代替"]


async def test_an_exception_opens_the_gate_once_and_is_logged(office: ProcessOffice) -> None:
    deal = await office.deal("confirm")
    asked = await office.do("rep", lambda uow: steps.ask_exception(uow, "deal", deal, "exit", "客户停产检修，先签后补试机"))
    assert await refused(office.update(deal, "rep", stage="exit")) == "process.gate_not_met"
    decide = lambda name: office.do(name, lambda uow: steps.decide_exception(uow, UUID(asked["id"]), grant=True, answer="限本周补齐"))  # noqa: E731
    assert await refused(decide("rep")) == "access.right_missing"
    await decide("head")
    await office.update(deal, "rep", stage="exit")
    await office.update(deal, "rep", stage="confirm")
    assert await refused(office.update(deal, "rep", stage="exit")) == "process.gate_not_met"
    seen = await office.do("head", lambda uow: read_process(uow, "deal", deal))
    assert [(one["status"], one["reason"]) for one in seen["exceptions"]] == [("used", "客户停产检修，先签后补试机")]
    assert [one["to"] for one in await office.events(deal, "process.exception_granted")] == ["exit"]
    # how often a team needs it is a figure like any other
    async with office.database.work(office.workspace) as uow:
        deals, unit = await uow.fetchval("select count(*) from o_deal where deleted_at is null"), await uow.fetchval("select unit from person where id = $1", office.people["rep"])
        rows = await measure(uow, ["deal_exceptions"], by=["unit"])
    assert [(row["unit"], round(row["deal_exceptions"] * deals)) for row in rows] == [(str(unit), 1)]


async def test_the_gate_asks_one_statement_for_one_deal_as_for_fifty(office: ProcessOffice) -> None:
    """From `fingerprint` (counts over the log, and what was said) into `confirm`, without the gate and with it."""

    async def statements(count: int, *, gated: bool) -> int:
        deals = [await office.deal("fingerprint") for _ in range(count)]
        async with office.database.work(office.workspace) as uow:
            for deal in deals:
                await append_events(uow, [NewEvent("talk.recorded", "deal", deal, {"open_questions": 2}), NewEvent("talk.next_step", "deal", deal)])
        if not gated:
            GATES.remove(PROCESS_GATE)
        try:
            async with office.database.work(office.workspace) as uow:
                await write(uow, [Change("update", "deal", deal, {"stage": "confirm"}) for deal in deals])
                return uow.queries
        finally:
            if not gated:
                GATES.append(PROCESS_GATE)

    await statements(2, gated=True)
    # Its one statement sees the exceptions too, so that a move does not look for them: without it the write takes as many.
    assert await statements(1, gated=True) == await statements(1, gated=False)
    assert await statements(50, gated=True) == await statements(50, gated=False) == await statements(1, gated=True)


async def test_a_history_import_enters_unverified_until_its_next_move(office: ProcessOffice) -> None:
    deal = await office.deal("claim", unverified=None)
    assert await office.value(deal, "unverified") is True
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "visit"))
    await office.update(deal, "rep", stage="evidence")
    assert await office.value(deal, "unverified") is False


async def test_a_deal_keeps_its_version_and_a_lighter_playbook_is_no_way_around(office: ProcessOffice) -> None:
    light = {**PLAYBOOK, "name": words("轻流程"), "order": 5, "when": "amount != null && amount < 100", "stages": [{"key": key} for key in STAGES], "win_at": STAGES[-1]}
    await office.playbook(light, "light")
    deal = await office.deal(amount=5000)  # money is in minor units: 50 yuan
    assert await office.value(deal, "playbook") == "light"
    await office.update(deal, "rep", stage="exit")
    await office.update(deal, "rep", amount=50_000_000)
    problems = []
    try:
        await office.update(deal, "rep", status="won")
    except XingjiError as error:
        problems = error.problems
    assert {one.params["stage"] for one in problems} >= {"field", "claim", "evidence", "fingerprint", "confirm"}
    assert {one.params["playbook"] for one in problems} == {"standard"}


async def test_a_dry_run_says_which_past_moves_a_draft_would_have_stopped(office: ProcessOffice) -> None:
    strict = {**PLAYBOOK, "name": words("更严"), "when": 'name == "试运行（演示）"', "order": 1}
    stages = [dict(one) for one in PLAYBOOK["stages"]]
    stages[0]["actions"] = [{"key": "ask_need", "name": words("首次沟通"), "need": ["next_step", "expected_close_at"]}]
    deals = [await office.deal(name="试运行（演示）", next_step="约", **({"expected_close_at": "2026-12-31"} if n else {})) for n in range(3)]
    for deal in deals:
        await office.update(deal, "rep", stage="claim")
    await office.update(deals[0], "rep", expected_close_at="2026-12-31")  # afterwards: it lacked it when it moved
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "playbook", "strict", {**strict, "stages": stages})
        now = uow.now
    async with office.database.work(office.workspace) as uow:
        seen = await dry_run(uow, "playbook", "strict", now - timedelta(days=1), now + timedelta(minutes=1))
    assert (seen["moves"], seen["stopped"]) == (3, 1)
    assert [(one["stage"], one["action"], one["count"]) for one in seen["by"]] == [("field", "ask_need", 1)]
    assert [one["record"] for one in seen["samples"]] == [str(deals[0])]


async def test_a_broken_playbook_is_refused_with_every_problem_at_its_place(office: ProcessOffice) -> None:
    bad = {**PLAYBOOK, "stages": [
        {"key": "field", "actions": [{"key": "a", "need": ["nosuch"]}, {"key": "a", "fingerprint": "nope > 1"}]},
        {"key": "nowhere", "exit": [{"key": "x", "when": "amount +"}], "actions": [{"key": "c", "confirm": {"role": "wizard"}}]},
    ]}  # fmt: skip
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "playbook", "bad", bad)
    async with office.database.work(office.workspace) as uow:
        problems = await check_draft(uow, "playbook", "bad")
    assert {one.path for one in problems} >= {"stages.0.actions.1.key"}
    bad["stages"][0]["actions"][1]["key"] = "b"  # type: ignore[index]
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "playbook", "bad", bad)
    async with office.database.work(office.workspace) as uow:
        problems = await check_draft(uow, "playbook", "bad")
    assert {one.path for one in problems} >= {
        "stages.0.actions.0.need", "stages.0.actions.1.fingerprint", "stages.1.key", "stages.1.exit.0.when", "stages.1.actions.0.confirm",
    }  # fmt: skip
    assert await refused(publish(office.database, office.workspace, SYSTEM, [("playbook", "bad")])) != ""
