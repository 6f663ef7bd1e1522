"""Mining an object's own log: what the reader sees, by fields the reader sees; causes, groups, the sandbox; over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from process_office import ROLES, ProcessOffice, words
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database, Mode
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write

BEGIN = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, workspace: str) -> ProcessOffice:
    office = await ProcessOffice(database, workspace).open()
    async with database.work(workspace) as uow:
        for key in ("rep", "supervisor"):
            role = ROLES[key]
            await save_draft(uow, "role", key, {"name": words(key), **role, "rights": [*role["rights"], "metrics.read"]})
        await save_draft(uow, "role", "presales", {"name": words("presales"), "rows": {"default": {"read": "all"}}, "rights": ["metrics.read"], "fields": {"hide": ["deal.stage"]}})
    await publish(database, workspace, SYSTEM)
    for n in range(4):
        await deal(office, "rep", n, loop=n == 3)
    await deal(office, "both", 4)
    office.world = await office.web()
    return office


async def deal(office: ProcessOffice, owner: str, n: int, *, loop: bool = False) -> UUID:
    """field → claim → (back →) evidence, a day each; won after three days."""
    way = ["claim", *(["field", "claim"] if loop else []), "evidence"]
    start = BEGIN + timedelta(days=n)
    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        values = {"name": f"第{n}单（演示）", "customer": str(office.customer), "owner": str(office.people[owner]), "stage": "field", "amount": 1000, "created_at": start.isoformat()}
        id = (await write(uow, [Change("create", "deal", values=values)])).ids[0]
    for step, stage in enumerate(way, 1):
        await at(office, id, start + timedelta(days=step), stage=stage)
    await at(office, id, start + timedelta(days=len(way) + 1), status="won")
    return id


async def at(office: ProcessOffice, id: UUID, when: datetime, **values: str) -> None:
    async with office.database.work(office.workspace, SYSTEM, mode=Mode.HISTORY, at=when) as uow:
        await write(uow, [Change("update", "deal", id, values)])


async def ask(office: ProcessOffice, who: str, question: str, **body: object):
    async with await office.world.browser(who) as client:
        return await client.post(f"/api/v1/mining/{question}", json={"object": "deal", **body})


async def test_the_chart_of_deals_shows_stages_loops_and_the_end(office: ProcessOffice):
    chart = (await ask(office, "head", "chart")).json()
    edges = {(one["from"], one["to"]): (one["count"], one["median"], one["rework"]) for one in chart["edges"]}
    assert edges == {
        ("stage:field", "stage:claim"): (6, 24.0, "return"), ("stage:claim", "stage:evidence"): (5, 24.0, None),
        ("stage:claim", "stage:field"): (1, 24.0, "return"), ("stage:evidence", "status:won"): (5, 24.0, None),
    }  # fmt: skip
    assert (chart["cases"], chart["variants"], chart["rework"]["cases"]) == (5, 2, 1)
    assert next(one for one in chart["activities"] if one["key"] == "status:won")["name"]["zh"] == "赢单"


async def test_a_reader_mines_the_records_they_see_and_the_fields_they_see(office: ProcessOffice):
    assert (await ask(office, "rep", "chart")).json()["cases"] == 4
    assert (await ask(office, "rep", "groups", by="name")).json()["groups"][0]["value"].startswith("第")
    hidden = (await ask(office, "tech", "chart")).json()
    assert not [one for one in hidden["activities"] if one["key"].startswith("stage:")]
    assert (await ask(office, "tech", "chart", fields=["stage"])).status_code == 422
    assert (await ask(office, "tech", "groups", by="stage")).status_code == 422
    for body in ({"object": None}, {"log": "loans"}, {"filter": "stage ==="}, {"fields": ["amount"]}, {"since": "2026-01-01T00:00:00"}):
        assert (await ask(office, "head", "chart", **body)).status_code == 422, body
    assert (await ask(office, "head", "chart", object=None, log="nothing")).status_code == 404
    assert (await ask(office, "head", "chart", object="nothing")).status_code in (404, 422)


async def test_filters_windows_and_other_events_narrow_and_widen_the_log(office: ProcessOffice):
    assert (await ask(office, "head", "chart", filter='name == "第3单（演示）"')).json()["rework"]["cases"] == 1
    assert (await ask(office, "head", "chart", since=(BEGIN + timedelta(days=3)).isoformat())).json()["cases"] == 2
    first = (await ask(office, "head", "groups", by="id")).json()["groups"][0]["value"]
    async with office.database.work(office.workspace) as uow:
        await append_events(uow, [NewEvent("touch.followup", "deal", UUID(first), {}, BEGIN + timedelta(hours=30))])
    chart = (await ask(office, "head", "chart", types=["touch.followup"])).json()
    assert next(one for one in chart["activities"] if one["key"] == "touch.followup")["count"] == 1


async def test_delayed_deals_are_late_where_they_looped(office: ProcessOffice):
    found = (await ask(office, "head", "delayed")).json()
    assert (found["normal"]["cases"], found["delayed"]["cases"], found["threshold"]) == (4, 1, 72.0)
    assert {(one["from"], one["to"]): one["extra"] for one in found["edges"] if one["extra"]} == {
        ("stage:claim", "stage:field"): 24.0, ("stage:field", "stage:claim"): 24.0,
    }  # fmt: skip


@pytest.mark.parametrize(("by", "values"), [("owner.unit", {"一部（演示）": 5}), ("customer.name", {"卓汇机械(演示)": 5}), ("status", {"won": 5})])
async def test_by_team_by_customer_and_by_field(office: ProcessOffice, by: str, values: dict[str, int]):
    assert {one["value"]: one["cases"] for one in (await ask(office, "head", "groups", by=by)).json()["groups"]} == values


async def test_an_approval_that_ran_and_a_notice_that_never_came_stand_beside_the_edge(office: ProcessOffice):
    ids = [one["value"] for one in (await ask(office, "head", "groups", by="id")).json()["groups"]]
    async with office.database.work(office.workspace) as uow:
        start = await uow.fetchval("select min(occurred_at) from event where record = $1", UUID(ids[0]))
        await uow.execute(
            "insert into approval (id, flow, version, object, record, status, nodes, snapshot, asked_at, ended_at) values ($1, 'f', 1, 'deal', $2, 'approved', '[]', '{}', $3, $4)",
            uuid4(), UUID(ids[0]), start + timedelta(hours=6), start + timedelta(hours=16),
        )  # fmt: skip
        await uow.execute("insert into outbox (channel, dedupe, message, record, status, created_at) values ('c', 'mining', '{}', $1, 'dead', $2)", UUID(ids[0]), start + timedelta(hours=1))
    causes = (await ask(office, "head", "chart")).json()["causes"]
    assert [(one["from"], one["to"], one["approval_hours"], one["approval_cases"], one["undelivered"]) for one in causes] == [("stage:field", "stage:claim", 10.0, 1, 1)]


async def test_the_sandbox_says_what_is_missing_and_what_it_did_not_control(office: ProcessOffice):
    found = (await ask(office, "head", "what-if", step="stage:evidence", days=2, match=["owner"])).json()
    assert (found["enough"], found["needed"], found["lacking"], found["cycle_days"]) == (False, 30, 30 - found["pairs"], None)
    names = [one["zh"] for one in found["not_controlled"]]
    assert "客户" in names
    assert "负责人" not in names
    assert (await ask(office, "head", "what-if", step="x", match=["a", "b", "c", "d"])).status_code in (400, 422)


async def test_many_records_take_as_many_statements_as_few(office: ProcessOffice):
    from xingji.features.mining.objects import Wanted, load_object_log

    counts = []
    for name in ("rep", "head"):
        async with office.database.work(office.workspace, await office.actor(name)) as uow:
            before = uow.queries
            await load_object_log(uow, Wanted("deal"), ["owner.unit", "customer.name"])
            counts.append(uow.queries - before)
    assert counts[0] == counts[1]
