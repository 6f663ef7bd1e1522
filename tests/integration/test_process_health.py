"""Health of running deals: what counts as due, the three parts, kept current by events, the same by every way of computing."""

import random
import time
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from process_office import PLAYBOOK, ProcessOffice, words
from process_weigh import weigh
from xingji.features.process import steps
from xingji.features.process.document import read_playbook
from xingji.features.process.health import refresh_health
from xingji.features.process.health_job import follow_health
from xingji.features.process.health_read import health_board, health_of
from xingji.features.process.health_sql import bound, compile_done, compile_health
from xingji.features.process.overview import read_process
from xingji.features.process.sight import playbooks_of
from xingji.kernel.access import save_people
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, Mode
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.records import Change, load_schema, write

BOOK = read_playbook("standard", 1, PLAYBOOK)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    return await ProcessOffice(database, workspace).open()


async def health(office: ProcessOffice, deal: UUID, as_person: str = "rep") -> dict[str, Any] | None:
    rows = (await office.do(as_person, lambda uow: health_of(uow, "deal", [deal])))["rows"]
    return rows[0] if rows else None


async def settle(office: ProcessOffice) -> None:
    while await follow_health(office.database, office.workspace):
        pass


def test_only_what_should_be_done_by_now_counts() -> None:
    none_late = [False] * len(list(BOOK.actions))
    nothing = [False] * len(none_late)
    assert weigh(BOOK, 0, nothing, none_late, 5, None).due == 0
    third = weigh(BOOK, 2, [True, False, False, False, False], none_late, 5, None)
    assert (third.due, third.done, third.completeness, third.band) == (2, 1, 0.5, "red" if 0.6 * 0.5 + 0.4 < 0.7 else "yellow")
    assert [one["action"] for one in third.missing] == ["visit"]


def test_time_beyond_the_limit_and_missing_confirmations_cost() -> None:
    done, late = [True, True, True, True, False], [False] * 5
    late[4] = True
    one = weigh(BOOK, 4, done, late, 120, 60, ["poc"])
    assert (one.timeliness, one.gaps, one.confirmations) == (0.5, 1, 1)
    assert round(one.score, 4) == round(0.6 * 0.8 + 0.25 * 0.5 + 0, 4)
    assert one.missing[0]["who"] == "presales"


def test_what_does_not_concern_a_record_is_left_out() -> None:
    assert weigh(BOOK, 3, [None, None, True, True, None], [False] * 5, 0, None).due == 1


async def test_health_follows_the_events_and_names_what_is_missing(office: ProcessOffice) -> None:
    deal = await office.deal("confirm", amount=500_000)
    await settle(office)
    first = await health(office, deal)
    assert (first["due"], first["done"], first["band"]) == (4, 0, "red")
    assert [one["action"] for one in first["missing"]] == ["ask_need", "visit", "chart"]
    assert first["missing"][0]["name"]["zh"] == "首次沟通"
    assert [one["people"] for one in first["missing"]] == [["张磊（演示）"]] * 3  # the owner, by name
    await office.update(deal, next_step="约技术交底")
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "visit"))
    await office.emit("chart.filed", deal)
    await office.emit("talk.recorded", deal, open_questions=3)
    await office.emit("talk.next_step", deal)
    await settle(office)
    last = await health(office, deal)
    assert (last["due"], last["done"], last["band"]) == (4, 4, "green")
    assert [(one["from"], one["to"]) for one in await office.events(deal, "process.health_changed")][-1][1] == "green"


async def test_whoever_can_do_the_next_thing_is_named_and_the_confirmer_only_when_it_is_done(office: ProcessOffice) -> None:
    """The owner of the second deal holds the confirming role too: they do it, and somebody else confirms."""
    for owner, own in (("rep", "张磊（演示）"), ("both", "龚维新（演示）")):
        deal = await office.deal("exit", amount=500_000, next_step="x", owner=str(office.people[owner]))
        await office.do(owner, lambda uow, deal=deal: steps.claim(uow, "deal", deal, "visit"))
        await office.emit("chart.filed", deal)
        await settle(office)
        told = {one["action"]: one["people"] for one in (await health(office, deal, "head"))["missing"]}
        assert told["poc"] == [own]
        await office.do(owner, lambda uow, deal=deal: steps.claim(uow, "deal", deal, "poc"))
        await settle(office)
        told = {one["action"]: one["people"] for one in (await health(office, deal, "head"))["missing"]}
        assert sorted(told["poc"]) == [name for name in ("傅思远（演示）", "龚维新（演示）") if name != own]


async def test_a_role_nobody_holds_names_nobody(office: ProcessOffice) -> None:
    deal = await office.deal("exit", amount=500_000)
    await settle(office)
    async with office.database.work(office.workspace) as uow:
        await uow.execute("update process_health set missing = jsonb_build_array(jsonb_build_object('stage', 'confirm', 'action', 'poc', 'who', 'nobody')) where record = $1", deal)
    assert [one["people"] for one in (await health(office, deal))["missing"]] == [[]]


async def test_the_log_is_looked_at_once(office: ProcessOffice) -> None:
    """Evidence and expressions count what happened in one look, so that they agree, and leave out what was taken back."""
    async with office.database.work(office.workspace) as uow:
        schema, (book, *_) = await load_schema(uow), await playbooks_of(uow, "deal")
        assert [compile_health(schema, book, few=few).sql.count(" event e ") for few in (True, False)] == [1, 1]


async def test_what_has_no_health_any_more_is_found_without_comparing_each_with_each(office: ProcessOffice) -> None:
    """Whatever the planner thinks of a table that has grown since it was last counted."""
    async with office.database.work(office.workspace) as uow:
        schema, (book, *_) = await load_schema(uow), await playbooks_of(uow, "deal")
        for few in (True, False):
            compiled = compile_health(schema, book, few=few)
            await uow.execute("set local enable_hashjoin = off; set local enable_mergejoin = off")
            rows = await uow.fetch(f"explain {compiled.sql}", *bound(compiled.values, uow.now, [uuid7()] if few else None))
            plan = "\n".join(row[0] for row in rows)
            gone = plan[plan.index("Delete on process_health") :]
            assert "hashed SubPlan" in gone
            assert "Anti Join" not in gone


async def test_the_statement_and_the_checklist_agree_on_every_action(office: ProcessOffice) -> None:
    deal = await office.deal("confirm", next_step="x", amount=500_000)
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "poc"))
    await office.do("tech", lambda uow: steps.confirm(uow, "deal", deal, "poc"))
    await office.emit("talk.recorded", deal, open_questions=2)
    await settle(office)
    shown = await office.do("rep", lambda uow: read_process(uow, "deal", deal))
    before = [one for stage in shown["stages"][:4] for one in stage["actions"]]
    row = await health(office, deal)
    assert (row["due"], row["done"]) == (len(before), sum(one["done"] for one in before))


async def test_a_closed_deal_has_no_health_and_nobody_sees_anothers(office: ProcessOffice) -> None:
    deal = await office.deal("claim", owner=str(office.people["both"]))
    await settle(office)
    assert await health(office, deal, "both") is not None
    assert await health(office, deal, "rep") is None
    await office.update(deal, status="lost", lost_reason="预算取消")
    await settle(office)
    assert await health(office, deal, "both") is None


async def test_what_was_brought_in_is_judged_from_its_next_move_on(office: ProcessOffice) -> None:
    async def unverified() -> int:
        return int((await office.do("rep", lambda uow: health_board(uow, "deal")))["unverified"])

    before = await unverified()
    deal = await office.deal("claim", unverified=None)
    closed = await office.deal("claim", unverified=None)
    await office.update(closed, status="lost", lost_reason="价格")
    await settle(office)
    async with office.database.work(office.workspace) as uow:
        await refresh_health(uow, "deal")
    assert await health(office, deal) is None
    assert await unverified() == before + 1
    board = await office.do("rep", lambda uow: health_board(uow, "deal"))
    assert str(deal) not in {one["record"] for owner in board["owners"] for one in owner["worst"]}
    await office.do("rep", lambda uow: steps.claim(uow, "deal", deal, "visit"))
    await office.update(deal, "rep", stage="evidence")
    await settle(office)
    assert (await health(office, deal))["stage"] == "evidence"
    assert await unverified() == before


async def test_the_board_sums_up_per_owner_worst_first(office: ProcessOffice) -> None:
    await office.deal("confirm", owner=str(office.people["both"]))
    await settle(office)
    board = await office.do("head", lambda uow: health_board(uow, "deal"))
    assert board["total"]["count"] == sum(one["count"] for one in board["owners"])
    assert [one["score"] for one in board["owners"]] == sorted(one["score"] for one in board["owners"])
    mine = await office.do("rep", lambda uow: health_board(uow, "deal"))
    assert {one["owner"] for one in mine["owners"]} == {str(office.people["rep"])}


async def test_who_does_not_see_what_health_is_about_is_told_so_and_not_of_a_field(office: ProcessOffice) -> None:
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "role", "cashier", {"name": words("出纳"), "rows": {"default": "none", "deal": {"read": "all"}}, "fields": {"only": ["deal.name", "deal.amount"]}, "rights": []})
    await publish(office.database, office.workspace, SYSTEM, [("role", "cashier")])
    async with office.database.work(office.workspace) as uow:
        ids = await save_people(uow, {"units": [], "persons": [{"key": "cashier", "name": "余小米（演示）", "unit": "office", "roles": ["cashier"]}]})
        office.people["cashier"] = ids["cashier"]
    with pytest.raises(XingjiError) as caught:
        await office.do("cashier", lambda uow: health_board(uow, "deal"))
    assert (caught.value.code, caught.value.kind) == ("access.denied", ErrorKind.FORBIDDEN)


async def test_the_statement_weighs_as_the_formula_says(office: ProcessOffice) -> None:
    draw = random.Random(7)
    ids = []
    for n in range(24):
        deal = await office.deal(draw.choice(["claim", "evidence", "fingerprint", "confirm", "exit", "end"]), amount=500_000, **({"next_step": "x"} if n % 3 else {}))
        ids.append(deal)
        if draw.random() < 0.5:
            await office.do("rep", lambda uow, deal=deal: steps.claim(uow, "deal", deal, "visit"))
        if draw.random() < 0.5:
            await office.emit("chart.filed", deal)
        if draw.random() < 0.5:
            await office.do("rep", lambda uow, deal=deal: steps.claim(uow, "deal", deal, "poc"))
        if draw.random() < 0.5:
            await office.do("tech", lambda uow, deal=deal: steps.confirm(uow, "deal", deal, "poc"))
    async with office.database.work(office.workspace) as uow:
        await refresh_health(uow, "deal", ids)
        schema = await load_schema(uow)
        book = (await playbooks_of(uow, "deal"))[0]
        sql, sink = compile_done(schema, book, few=True)
        done = {row["id"]: row for row in await uow.fetch(sql, *bound(sink.values, uow.now, ids))}
        kept = {row["record"]: row for row in await uow.fetch("select * from process_health where record = any($1::uuid[])", ids)}
        claimed = {row["record"] for row in await uow.fetch("select record from process_action where action = 'poc' and state = 'claimed'")}
    assert set(done) == set(kept) == set(ids)
    for id in ids:
        limits = [book.stages[book.index(action.stage)].limit_hours for action in book.actions]
        late = [bool(limit and done[id]["minutes"] > limit * 60) for limit in limits]
        stage = book.index(done[id]["stage"])
        one = weigh(book, stage, done[id]["done"], late, done[id]["minutes"], None, ["poc"] if id in claimed else [])
        assert (kept[id]["due"], kept[id]["done"], kept[id]["gaps"], kept[id]["band"]) == (one.due, one.done, one.gaps, one.band)
        assert kept[id]["missing"] == [dict(each) for each in one.missing]
        assert round(kept[id]["score"], 9) == round(one.score, 9)


async def test_many_deals_take_as_many_statements_as_one(office: ProcessOffice) -> None:
    changes = [
        Change("create", "deal", values={"name": f"{n} 号（演示）", "customer": str(office.customer), "owner": str(office.people["rep"]), "stage": "confirm", "unverified": False})
        for n in range(2_000)
    ]
    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        ids = (await write(uow, changes)).ids
    counts, begun = [], time.perf_counter()
    for part in (ids[:1], ids):
        async with office.database.work(office.workspace) as uow:
            before = uow.queries
            assert await refresh_health(uow, "deal", part) == len(part)
            counts.append(uow.queries - before)
    print(f"\n2,000 deals in {time.perf_counter() - begun:.2f} s")
    assert counts[1] <= counts[0] + 1  # one more when bands change
