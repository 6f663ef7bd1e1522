"""Every door, every kind of requirement: a move that lacks something passes through none, and each refusal says the same."""

import csv
import io
import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from integration.http_world import World
from process_office import REQUIREMENTS, STAGES, ProcessOffice, words
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, Mode
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.records import Change, get_record, write
from xingji.kernel.rules import settle

NEXT = dict(itertools.pairwise(STAGES))
LACKING = [key for key in STAGES if key not in ("entry", "end")] + ["entry"]
#: The kind of what is missing when the stage is left.
KIND = {"exit": "condition", "entry": "condition"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    return await ProcessOffice(database, workspace).open()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def web(office: ProcessOffice) -> World:
    return await office.web()


Door = Callable[[ProcessOffice, World, UUID, str], Awaitable[list[dict[str, Any]]]]


def problems_of(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code in (200, 422), answer.text
    return answer.json().get("problems") or []


async def by_form(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    """The form, and the drag of a card: one PATCH of one field."""
    async with await web.browser("rep") as client:
        return problems_of(await client.patch(f"/api/v1/records/deal/{deal}", json={"stage": to}))


async def by_create(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    """A new record that begins further on."""
    async with await web.browser("rep") as client:
        return problems_of(await client.post("/api/v1/records/deal", json={"name": "新（演示）", "customer": str(office.customer), "stage": to}))


async def by_token(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    async with await web.with_token("rep", "records.read", "records.write") as client:
        return problems_of(await client.patch(f"/api/v1/records/deal/{deal}", json={"stage": to}))


async def by_bulk(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    async with await web.browser("rep") as client:
        body = {"filter": f'id == "{deal}"', "set": {"stage": to}}
        return problems_of(await client.post("/api/v1/records/deal/bulk", json=body))


async def by_import(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    """A write in import mode, as an import's rows are written."""
    try:
        async with office.database.work(office.workspace, await office.actor("rep"), mode=Mode.IMPORT) as uow:
            await write(uow, [Change("update", "deal", deal, {"stage": to})])
    except XingjiError as error:
        return [problem.as_dict() for problem in error.problems]
    return []


async def by_rule(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    """A rule that sets the stage: its run fails with the same refusal."""
    key = f"push_{to}"
    document = {"name": words(key), "object": "deal", "on": {"event": f"please.{key}"}, "do": [{"action": "set", "fields": {"stage": f'"{to}"'}}]}
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "rule", key, document)
    await publish(office.database, office.workspace, SYSTEM, [("rule", key)])
    await office.emit(f"please.{key}", deal)
    await settle(office.database, office.workspace)
    async with office.database.work(office.workspace) as uow:
        run = await uow.fetchrow("select outcome, trace from rule_run where rule = $1 and record = $2 order by id desc limit 1", key, deal)
    assert run is not None, "the rule was asked"
    said = str(run["trace"])
    return [{"code": "process.gate_not_met", "rule": said, "message": words(said), "params": {}, "who": "?"}] if "process.gate_not_met" in said else []


async def by_mcp(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    """A model's client with the rep's token."""
    async with await web.with_token("rep", "records.read", "records.write") as client:
        said = {"name": "move", "arguments": {"object": "deal", "id": str(deal), "to": to}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": said}
        answer = await client.post("/mcp", headers={"accept": "application/json, text/event-stream"}, json=body)
    return json.loads(answer.json()["result"]["content"][0]["text"]).get("problems") or []


async def by_undo(office: ProcessOffice, web: World, deal: UUID, to: str) -> list[dict[str, Any]]:
    """Back by hand, then undone: the undo is a move forward."""
    from xingji.kernel.records import undo

    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        await write(uow, [Change("update", "deal", deal, {"stage": to})])
    async with office.database.work(office.workspace, await office.actor("rep")) as uow:
        back = await write(uow, [Change("update", "deal", deal, {"stage": STAGES[STAGES.index(to) - 1]})])
    try:
        async with office.database.work(office.workspace, await office.actor("rep")) as uow:
            await undo(uow, back.change)
    except XingjiError as error:
        return [problem.as_dict() for problem in error.problems]
    return []


DOORS: dict[str, Door] = {
    "form": by_form, "create": by_create, "token": by_token, "bulk": by_bulk, "import": by_import, "rule": by_rule, "mcp": by_mcp,
    "undo": by_undo,
}  # fmt: skip


@pytest.mark.parametrize("lacking", LACKING)
@pytest.mark.parametrize("door", DOORS)
async def test_no_door_lets_a_deal_pass_that_lacks_something(office: ProcessOffice, web: World, door: str, lacking: str) -> None:
    deal = await office.deal(lacking)
    problems = await DOORS[door](office, web, deal, NEXT[lacking])
    assert [problem["code"] for problem in problems if problem["code"] != "process.gate_not_met"] == []
    assert problems, f"{door} let a deal pass that lacks {lacking}"
    assert await office.value(deal) == lacking
    for problem in problems:
        assert all((problem["rule"], problem["message"]["zh"], problem["message"]["en"], problem["who"]))


@pytest.mark.parametrize("lacking", LACKING)
async def test_the_refusal_names_rule_missing_item_and_who(office: ProcessOffice, web: World, lacking: str) -> None:
    deal = await office.deal(lacking)
    problem = (await by_form(office, web, deal, NEXT[lacking]))[-1]
    assert problem["params"]["kind"] == KIND.get(lacking, lacking)
    assert problem["rule"].startswith("standard/")
    assert problem["path"].endswith(".stage")
    assert problem["who"] == {"confirm": "presales"}.get(lacking, "owner")


async def test_a_deal_that_has_everything_goes_all_the_way_through_one_door(office: ProcessOffice, web: World) -> None:
    from xingji.features.process import steps

    deal = await office.deal(amount=200_000, expected_close_at="2026-12-31")
    await office.update(deal, next_step="约技术交底")
    await office.update(deal, "rep", stage="claim")
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "visit", "去了一趟"))
    await office.update(deal, "rep", stage="evidence")
    await office.emit("chart.filed", deal)
    await office.update(deal, "rep", stage="fingerprint")
    await office.emit("talk.recorded", deal, open_questions=2)
    await office.emit("talk.next_step", deal)
    await office.update(deal, "rep", stage="confirm")
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "poc"))
    await office.do("tech", lambda uow: steps.confirm(uow, "deal", deal, "poc"))
    for stage in ("exit", "entry", "end"):
        await office.update(deal, "rep", stage=stage)
    await office.update(deal, "rep", status="won")
    assert [(one["from"], one["to"]) for one in await office.events(deal, "deal.stage_moved")] == [
        (None, "field"), *itertools.pairwise(STAGES),
    ]  # fmt: skip


async def test_winning_takes_everything_up_to_the_last_stage(office: ProcessOffice, web: World) -> None:
    deal = await office.deal(amount=200_000)
    async with await web.browser("rep") as client:
        problems = problems_of(await client.patch(f"/api/v1/records/deal/{deal}", json={"status": "won"}))
    assert {problem["params"]["stage"] for problem in problems} == {"field", "claim", "evidence", "fingerprint", "confirm"}
    assert {problem["path"].rsplit(".", 1)[1] for problem in problems} == {"status"}


async def test_going_back_is_free_and_says_that_it_was_rework(office: ProcessOffice) -> None:
    deal = await office.deal("confirm")
    await office.update(deal, "rep", stage="claim")
    assert (await office.events(deal, "deal.stage_moved"))[-1]["rework"] is True


def test_every_kind_of_requirement_is_tried() -> None:
    assert set(LACKING) == set(REQUIREMENTS) - {"end"}


async def test_an_imported_file_meets_the_same_refusal(office: ProcessOffice, web: World) -> None:
    """The file's rows are shown as refused in the preview, with the gate's words."""
    from xingji.kernel.records.importers import preview_import, start_import

    async with office.database.work(office.workspace) as uow:
        name = (await get_record(uow, "customer", office.customer))["name"]
    out = io.StringIO()
    csv.writer(out).writerows([["名称", "客户", "阶段"], ["导入的（演示）", name, "claim"]])
    async with office.database.work(office.workspace, await office.actor("rep")) as uow:
        run = await start_import(uow, "deal", "deals.csv", out.getvalue().encode())
    async with office.database.work(office.workspace, await office.actor("rep")) as uow:
        seen = await preview_import(uow, UUID(run["id"]))
    assert "process.gate_not_met" in str(seen), seen
