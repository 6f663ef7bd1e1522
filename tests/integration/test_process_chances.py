"""The chance to win from a stage: what became of closed deals that stood there, weighed against what was set."""

import copy
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice
from xingji.features.process.chances import LEAST, chances_of, learned
from xingji.features.process.overview import read_process
from xingji.features.process.sight import playbooks_of
from xingji.kernel.db import Database


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    office = await ProcessOffice(database, workspace).open()
    book: dict[str, Any] = copy.deepcopy(PLAYBOOK)
    book["stages"][1]["chance"] = 0.2  # claim
    await office.playbook(book)
    return office


async def closed(office: ProcessOffice, status: str, *moves: tuple[str, str]) -> None:
    """A deal of the past that went these ways and ended so."""
    deal = await office.deal("end", status=status)
    for before, after in moves:
        await office.emit("deal.stage_moved", deal, **{"from": before, "to": after})


def forget(office: ProcessOffice) -> None:
    for key in [key for key in office.database.cache if key[0] == "process.chances"]:
        del office.database.cache[key]


async def chances(office: ProcessOffice) -> dict[str, dict[str, Any]]:
    forget(office)
    async with office.database.work(office.workspace) as uow:
        (book,) = await playbooks_of(uow, "deal")
        return await chances_of(uow, book)


async def test_a_closed_deal_counts_once_for_each_stage_it_stood_in(office: ProcessOffice):
    assert await chances(office) == {}
    for n in range(LEAST - 1):
        # There and back again: still one deal in each stage.
        await closed(office, "won" if n < 3 else "lost", ("field", "claim"), ("claim", "field"), ("field", "claim"))
    assert await chances(office) == {}  # too few to say anything
    await closed(office, "lost", ("field", "claim"), ("claim", "evidence"))
    running = await office.deal(next_step="回访")
    await office.emit("deal.stage_moved", running, **{"from": "field", "to": "claim"})
    found = await chances(office)
    assert {stage: (one["won"], one["n"]) for stage, one in found.items()} == {"field": (3, 5), "claim": (3, 5), "end": (3, 5)}
    assert found["field"]["chance"] == pytest.approx(0.6)  # nothing was set: the plain share
    assert found["claim"]["chance"] == pytest.approx((3 + 10 * 0.2) / (5 + 10))
    assert found["claim"]["low"] < 0.6 < found["claim"]["high"]


async def test_whoever_reads_a_deal_reads_what_its_stages_are_worth(office: ProcessOffice):
    deal = await office.deal()
    async with office.database.work(office.workspace, await office.actor("rep")) as uow:
        stages = {one["key"]: one for one in (await read_process(uow, "deal", deal))["stages"]}
    assert (stages["claim"]["chance"], stages["claim"]["learned"]["n"]) == (0.2, 5)
    assert (stages["exit"]["chance"], stages["exit"]["learned"]) == (None, None)


async def test_what_other_brands_closed_is_not_told_nor_remembered_for_them(office: ProcessOffice):
    for _ in range(LEAST):
        deal = await office.deal("end", status="won", brand="a")
        await office.emit("deal.stage_moved", deal, **{"from": "confirm", "to": "exit"})
    forget(office)
    everyone, fenced = await office.actor("rep"), replace(await office.actor("rep"), brands=("b",))
    for actor, wanted in ((everyone, LEAST), (fenced, None), (everyone, LEAST)):
        async with office.database.work(office.workspace, actor) as uow:
            (book,) = await playbooks_of(uow, "deal")
            assert (await chances_of(uow, book)).get("exit", {}).get("n") == wanted


def test_the_interval_is_wilsons():
    one = learned(30, 100, None)
    # By hand: z = 1.6449, (0.3 + z²/200 ± z·sqrt(0.21/100 + z²/40000)) / (1 + z²/100).
    assert (one["low"], one["high"]) == (pytest.approx(0.2305, abs=1e-3), pytest.approx(0.3799, abs=1e-3))
    none = learned(0, 6, 0.5)
    assert none["low"] == 0
    assert none["chance"] == pytest.approx(5 / 16)


async def test_a_move_that_was_taken_back_counts_for_no_stage(office: ProcessOffice):
    for _ in range(LEAST + 1):
        await closed(office, "won", ("claim", "confirm"))
    full = (await chances(office))["confirm"]["n"]
    async with office.database.work(office.workspace) as uow:
        one = await uow.fetchrow("select record, change from event where type = 'deal.stage_moved' and data ->> 'to' = 'confirm' limit 1")
    await office.emit("event.withdrawn", one["record"], change=str(one["change"]), types=["deal.stage_moved"])
    assert (await chances(office))["confirm"]["n"] == full - 1
