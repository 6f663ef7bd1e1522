"""Running records on an older version of a playbook: what a move to the version in force changes, then the move; who is told of what waits."""

import copy
from typing import Any

import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice, words
from xingji.features.process.moving import move_running
from xingji.features.process.overview import read_process
from xingji.features.process.rehearse import rehearse
from xingji.features.process.steps import ask_exception, claim
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    return await ProcessOffice(database, workspace).open()


async def moving(office: ProcessOffice, *, preview: bool) -> dict[str, Any]:
    async with office.database.work(office.workspace, SYSTEM) as uow:
        return await move_running(uow, "standard", preview=preview)


async def told(office: ProcessOffice, name: str) -> list[str]:
    async with office.database.work(office.workspace) as uow:
        return [row["title"] for row in await uow.fetch("select title from inbox where person = $1 order by at, id", office.people[name])]


async def test_a_move_to_the_version_in_force_is_previewed_and_keeps_what_the_new_one_lacks(office: ProcessOffice):
    ready = await office.deal(next_step="回访")  # all of its stage is there
    lacking = await office.deal()
    assert (await moving(office, preview=True))["count"] == 0
    stricter: dict[str, Any] = copy.deepcopy(PLAYBOOK)
    stricter["stages"][0]["actions"].append({"key": "asked_twice", "name": words("再问一次")})
    await office.playbook(stricter)
    found = await moving(office, preview=True)
    assert {key: found[key] for key in ("count", "staying", "stopped", "freed", "moved")} == {"count": 2, "staying": 0, "stopped": 1, "freed": 0, "moved": 0}
    before = await office.value(ready, "playbook_version")
    assert found["older"] == [{"version": int(before), "count": 2}]
    assert await office.value(ready, "playbook_version") == before  # a preview changes nothing
    assert (await moving(office, preview=False))["moved"] == 2
    assert {await office.value(one, "playbook_version") for one in (ready, lacking)} == {found["version"]}
    assert (await moving(office, preview=True))["count"] == 0


async def test_the_second_role_and_the_supervisor_are_told_and_events_that_count_are_named(office: ProcessOffice):
    deal = await office.deal("confirm")
    await office.do("rep", lambda uow: claim(uow, "deal", deal, "poc"))
    assert [title for title in await told(office, "tech") if "试机" in title] == ["请确认「试机」：泵站改造（演示）"]
    assert await told(office, "rep") == []
    await office.do("rep", lambda uow: ask_exception(uow, "deal", deal, "exit", "客户催得急"))
    assert await told(office, "head") == ["请决定「特批」：泵站改造（演示）"]
    shown = await office.deal("evidence")
    await office.emit("chart.filed", shown)
    async with office.database.work(office.workspace, await office.actor("rep")) as uow:
        process = await read_process(uow, "deal", shown)
    (chart,) = [action for stage in process["stages"] for action in stage["actions"] if action["key"] == "chart"]
    assert [event["type"] for event in chart["counted"]] == ["chart.filed"]
    assert (chart["state"], process["playbook"]["status"], process["playbook"]["won"]) == ("evidence", "status", "won")


async def test_a_dry_run_says_its_result_in_a_sentence(office: ProcessOffice):
    async with office.database.work(office.workspace, SYSTEM) as uow:
        since, until = uow.now.replace(year=2020), uow.now.replace(year=2090)
        answer = await rehearse(uow, {"key": "standard", **PLAYBOOK}, since, until)
    assert answer["sentence"]["zh"].startswith(f"{answer['moves']} 次推进里，{answer['stopped']} 次会在这里被拦下")
