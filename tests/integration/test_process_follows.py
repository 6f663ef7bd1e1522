"""What follows a transition: the steps happen once, by the version the record follows, told beforehand, checked, traced."""

from typing import Any
from uuid import UUID

import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice, words
from xingji.features.process.follows import unfit_steps
from xingji.features.process.kinds import PlaybookKind
from xingji.features.process.moving import move_running
from xingji.features.process.overview import read_process
from xingji.features.process.sight import playbooks_of
from xingji.kernel.core.protocols import SYSTEM, CheckContext, Ref
from xingji.kernel.db import Database, Mode
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.definitions.kinds import check_document
from xingji.kernel.records import Change, write
from xingji.kernel.rules import run_rules_once
from xingji.kernel.rules.runs import runs_of_record

THEN = [
    {"action": "task", "title": {"zh": "给{name}寄样机", "en": "Send a sample for {name}"}, "assignee": "owner", "due": {"hours": 8}},
    {"action": "set", "fields": {"next_step": '"等试机结果"'}},
    {"action": "notify", "to": ["role:presales", "owner.manager"], "title": {"zh": "{name}要试机", "en": "{name} goes on trial"}},
]
FOLLOWED = {
    **PLAYBOOK,
    "stages": [{"key": key, "name": words(key)} for key in ("field", "claim", "evidence", "end")],
    "transitions": [
        {"key": "to_trial", "name": words("试机"), "from": ["field"], "to": "claim", "then": THEN},
        {"key": "large", "name": words("大单"), "from": ["claim"], "to": "evidence", "when": "amount >= 1000", "then": [{"action": "set", "fields": {"next_step": '"大单"'}}]},
        {"key": "small", "name": words("小单"), "from": ["claim"], "to": "evidence", "when": "amount == null || amount < 1000"},
        {"key": "back", "name": words("退回"), "to": "field"},
        {"key": "finish", "name": words("收尾"), "to": "end"},
    ],
}  # fmt: skip


class Following(ProcessOffice):
    async def settle(self) -> None:
        while await run_rules_once(self.database, self.workspace):
            pass

    async def tasks(self, deal: UUID) -> list[str]:
        async with self.database.work(self.workspace) as uow:
            events = await uow.fetch("select data -> 'changes' -> 'title' ->> 1 as title from event where type = 'task.created' and data #>> '{changes,subject_deal,1}' = $1 order by id", str(deal))
        return [row["title"] for row in events]

    async def told(self, name: str, deal: UUID) -> list[str]:
        async with self.database.work(self.workspace) as uow:
            return [row["title"] for row in await uow.fetch("select title from inbox where person = $1 and record = $2 and kind <> 'task' order by at", self.people[name], deal)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> Following:
    place = Following(database, workspace)
    await place.open()
    await place.playbook(FOLLOWED)
    await place.settle()
    return place


async def test_the_steps_of_a_transition_happen_once_after_it_and_not_after_another(office: Following) -> None:
    deal = await office.deal(name="冷却塔")
    await office.settle()
    assert (await office.tasks(deal), await office.told("tech", deal)) == ([], [])  # a record that is created was not moved
    await office.update(deal, "rep", stage="claim")
    await office.settle()
    await office.settle()
    assert await office.tasks(deal) == ["给冷却塔寄样机"]
    assert await office.value(deal, "next_step") == "等试机结果"
    assert [await office.told(name, deal) for name in ("tech", "both", "head", "rep")] == [["冷却塔要试机"]] * 3 + [[]]
    await office.update(deal, "rep", stage="field", next_step="再谈")
    await office.settle()
    assert (await office.tasks(deal), await office.value(deal, "next_step")) == (["给冷却塔寄样机"], "再谈")
    await office.update(deal, "rep", stage="claim")
    await office.settle()
    assert await office.tasks(deal) == ["给冷却塔寄样机"] * 2


async def test_a_record_that_begins_in_a_later_stage_was_not_moved_there(office: Following) -> None:
    anywhere = {**FOLLOWED, "name": words("随处"), "order": 1, "when": 'name == "随处（演示）"', "transitions": [{**FOLLOWED["transitions"][0], "from": []}, *FOLLOWED["transitions"][1:]]}
    await office.playbook(anywhere, "anywhere")
    async with office.database.work(office.workspace, SYSTEM) as uow:
        values = {"name": "随处（演示）", "customer": str(office.customer), "owner": str(office.people["rep"]), "stage": "claim"}
        begun = (await write(uow, [Change("create", "deal", values=values)])).ids[0]
    moved = await office.deal(name="随处（演示）")
    await office.update(moved, "rep", stage="claim")
    await office.settle()
    assert [await office.tasks(deal) for deal in (begun, moved)] == [[], ["给随处（演示）寄样机"]]


async def test_a_transition_that_does_not_show_itself_brings_nothing(office: Following) -> None:
    small, large = await office.deal(amount=50_000), await office.deal(amount=500_000)  # in cents
    for deal in (small, large):
        await office.update(deal, "rep", stage="claim")
        await office.settle()
        await office.update(deal, "rep", stage="evidence")
    await office.settle()
    assert [await office.value(deal, "next_step") for deal in (small, large)] == ["等试机结果", "大单"]


async def test_of_two_ways_between_the_same_stages_only_the_one_taken_is_followed(office: Following) -> None:
    def way(key: str, role: str, note: str) -> dict[str, Any]:
        return {"key": key, "name": words(key), "from": ["field"], "to": "claim", "who": [role], "then": [{"action": "task", "title": {"zh": note, "en": note}, "assignee": "owner"}]}

    ways = [way("by_rep", "owner", "自己推进"), way("by_head", "supervisor", "主管推进"), *FOLLOWED["transitions"][3:]]
    await office.playbook({**FOLLOWED, "name": words("两路"), "order": 1, "when": 'name == "两路（演示）"', "transitions": ways}, "two_ways")
    moved = []
    for name in ("rep", "head"):
        deal = await office.deal(name="两路（演示）")
        await office.update(deal, name, stage="claim")
        await office.settle()
        moved.append((await office.tasks(deal), (await office.events(deal, "deal.stage_moved"))[-1]["transition"]))
    assert moved == [(["自己推进"], "by_rep"), (["主管推进"], "by_head")]
    # there and back in one write: each move by its own way
    both = await office.deal(name="两路（演示）")
    async with office.database.work(office.workspace, await office.actor("head")) as uow:
        await write(uow, [Change("update", "deal", both, {"stage": "claim"}), Change("update", "deal", both, {"stage": "field"})])
    await office.settle()
    assert await office.tasks(both) == ["主管推进"]


async def test_what_will_happen_is_said_before_the_move(office: Following) -> None:
    deal = await office.deal()
    shown = await office.do("rep", lambda uow: read_process(uow, "deal", deal))
    then = {move["to"]: move["then"] for move in shown["moves"]}
    assert [one["zh"] for one in then["claim"]] == ["建任务「给〔名称〕寄样机」", "设置 下一步=等试机结果", "通知 presales、负责人的上级：〔名称〕要试机"]
    assert then["claim"][0]["en"].startswith("create the task “Send a sample for 〔")
    assert then["end"] == []
    assert then["won"] == []


async def test_what_happened_is_told_in_the_records_runs(office: Following) -> None:
    deal = await office.deal(name="泵站")
    await office.update(deal, "rep", stage="claim")
    await office.settle()
    (run,) = (await office.do("head", lambda uow: runs_of_record(uow, "deal", deal)))["rows"]
    assert (run["outcome"], run["rule_name"]["zh"]) == ("acted", "标准打法 · 试机")
    assert "建任务「给〔名称〕寄样机」" in run["sentence"]["zh"]
    assert "标准打法 · 试机" in run["sentence"]["zh"]


async def test_running_records_keep_what_follows_in_their_version(office: Following) -> None:
    old = await office.deal(name="旧版本")
    later = {**FOLLOWED, "transitions": [{**FOLLOWED["transitions"][0], "then": [{"action": "set", "fields": {"next_step": '"新版"'}}]}, *FOLLOWED["transitions"][1:]]}
    await office.playbook(later)
    new = await office.deal(name="新版本")
    for deal in (old, new):
        await office.update(deal, "rep", stage="claim")
    await office.settle()
    assert [await office.tasks(deal) for deal in (old, new)] == [["给旧版本寄样机"], []]
    assert [await office.value(deal, "next_step") for deal in (old, new)] == ["等试机结果", "新版"]
    await office.playbook(FOLLOWED)


async def test_steps_that_name_what_is_gone_are_told_with_their_reason_and_the_rest_runs_on(office: Following) -> None:
    """An older version sets a field that the object does not have any more."""
    async with office.database.work(office.workspace) as uow:
        plain = await uow.fetchval("select document from definition where kind = 'object' and key = 'deal' and status = 'published'")
        await save_draft(uow, "object", "deal", {**plain, "fields": [*plain["fields"], {"key": "trial_note", "name": words("试机备注"), "kind": "text"}]})
    await publish(office.database, office.workspace, SYSTEM, [("object", "deal")])
    broken = {**FOLLOWED["transitions"][0], "then": [{"action": "set", "fields": {"trial_note": '"在途"'}}]}
    whole = {**FOLLOWED["transitions"][3], "then": [{"action": "set", "fields": {"next_step": '"退回再谈"'}}]}
    book = {**FOLLOWED, "name": words("缺件"), "order": 0, "when": 'name == "缺件（演示）"'}
    await office.playbook({**book, "transitions": [broken, *FOLLOWED["transitions"][1:3], whole, FOLLOWED["transitions"][4]]}, "lacking")
    deal = await office.deal(name="缺件（演示）", next_step="约")
    await office.playbook(book, "lacking")
    async with office.database.work(office.workspace) as uow:
        (before,) = [(await move_running(uow, "lacking", preview=True))["unfit"]]
        await save_draft(uow, "object", "deal", plain)
    await publish(office.database, office.workspace, SYSTEM, [("object", "deal")])
    assert before == []
    async with office.database.work(office.workspace) as uow:
        (told,) = (await move_running(uow, "lacking", preview=True))["unfit"]
    assert (told["version"], told["transition"], told["name"]["zh"]) == (1, "to_trial", "试机")
    assert "trial_note" in str(told["problem"])
    shown = await office.do("rep", lambda uow: read_process(uow, "deal", deal))
    (said,) = next(move["then"] for move in shown["moves"] if move["to"] == "claim")
    assert said["zh"].startswith("随后的动作已不能执行：")
    for stage in ("claim", "field"):  # the move itself goes, and so does what follows the way back
        await office.update(deal, "rep", stage=stage)
        await office.settle()
    assert await office.value(deal, "next_step") == "退回再谈"
    async with office.database.work(office.workspace) as uow:
        assert await uow.fetchval("select quarantine from definition where kind = 'playbook' and key = 'lacking' and status = 'published'") is None
        assert [one["version"] for one in await unfit_steps(uow, await playbooks_of(uow, "deal"))] == []


async def test_a_history_import_sets_nothing_off(office: Following) -> None:
    deal = await office.deal("field")
    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        await write(uow, [Change("update", "deal", deal, {"stage": "claim"})])
    await office.settle()
    assert await office.tasks(deal) == []


async def test_the_check_of_a_playbook_is_the_check_of_its_steps(office: Following) -> None:
    async with office.database.work(office.workspace) as uow:
        rows = await uow.fetch("select kind, key, document from definition where status = 'published'")
    context = CheckContext({(row["kind"], row["key"]): row["document"] for row in rows})

    def check(steps: Any) -> list[tuple[str, str]]:
        moves = [{**FOLLOWED["transitions"][0], "then": steps}, *FOLLOWED["transitions"][1:]]
        return [(one.code, one.path) for one in check_document("playbook", {**FOLLOWED, "transitions": moves}, context) if one.severity == "error"]

    assert check(THEN) == []
    assert check([{"action": "fly"}]) == [("rules.unknown_action", "transitions.0.then.0.action")]
    assert check([THEN[0], {"action": "notify", "to": ["role:nobody"], "title": "x"}]) == [("rules.unknown_name", "transitions.0.then.1.to.0")]
    assert check([{"action": "set", "fields": {"stage": '"end"'}}]) == [("process.follows_moves", "transitions.0.then.0.fields")]
    assert check("later") == [("process.follows_shape", "transitions.0.then")]
    assert Ref("role", "presales") in PlaybookKind().references(FOLLOWED)
    assert Ref("field", "deal.next_step") in PlaybookKind().references(FOLLOWED)
