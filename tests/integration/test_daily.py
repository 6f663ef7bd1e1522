"""A person's day over HTTP: focus customers, the report that writes itself, the board of a team."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio

from integration.http_world import World, login_of, make_world
from xingji.features.daily.kinds import DailyKind
from xingji.features.daily.propose import daily, keep, propose, propose_once
from xingji.kernel import access, records
from xingji.kernel.core.protocols import SYSTEM, CheckContext
from xingji.kernel.db import Mode

TUESDAY = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    """boss, and below the head of a team two reps; the clock stands on a Tuesday morning."""
    made = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        await uow.execute("update workspace_state set clock_fixed = $1, clock_offset = '0'", TUESDAY)
        ids = await access.save_people(uow, {
            "units": [{"key": "north", "name": "北组（演示）"}],
            "persons": [
                {"key": "head", "name": "组长（演示）", "unit": "north", "roles": ["supervisor"]},
                {"key": "rep1", "name": "甲（演示）", "unit": "north", "roles": ["rep"], "manager": "head"},
                {"key": "rep2", "name": "乙（演示）", "unit": "north", "roles": ["rep"], "manager": "head"},
            ],
        })  # fmt: skip
        await access.save_people(uow, {"units": [{"key": "north", "name": "北组（演示）", "head": "head"}], "persons": []})
    for key in ("head", "rep1", "rep2"):
        login = await access.create_login(database, login_of(workspace, key), "correct horse 演示")
        await access.bind_person(database, login, workspace, ids[key])
    made.people |= {key: ids[key] for key in ("head", "rep1", "rep2")}
    return made


async def make(database, workspace, object_key, **values) -> UUID:
    async with database.work(workspace) as uow:
        return (await records.write(uow, [records.Change("create", object_key, None, values)])).ids[0]


async def customers_of(world, rep, names) -> list[UUID]:
    return [await make(world.database, world.workspace, "customer", name=f"{name}有限公司(演示)", owner=str(world.people[rep])) for name in names]


async def test_focus_is_proposed_once_on_a_working_morning_with_reasons_and_can_be_decided(world, database, workspace):
    mine = await customers_of(world, "rep1", ["签约", "到期", "大单", "小单", "安静"])
    for customer, close, amount in ((mine[0], "2026-03-12", 100_00), (mine[2], "2026-09-01", 900_000_00), (mine[3], "2026-09-01", 9_000_00)):
        await make(database, workspace, "deal", name="单(演示)", customer=str(customer), owner=str(world.people["rep1"]), amount=amount, expected_close_at=close)
    await make(database, workspace, "task", title="回访(演示)", assignee=str(world.people["rep1"]), due_at=(TUESDAY + timedelta(hours=2)).isoformat(), subject_customer=str(mine[1]))

    assert await propose_once(database, workspace) == 4  # the quiet one has no reason
    assert await propose_once(database, workspace) == 0
    async with await world.browser("rep1") as rep, await world.browser("rep2") as other:
        first = (await rep.get("/api/v1/daily/focus")).json()
        assert [row["record"] for row in first["rows"]] == [str(mine[1]), str(mine[0]), str(mine[2])]
        assert [row["reasons"][0]["code"] for row in first["rows"]] == ["task", "closing", "value"]
        assert first["rows"][1]["reasons"][0]["zh"] == "2 天后预计签约"
        assert first["rows"][1]["reasons"][0]["figures"] == {"days": 2}
        assert (first["spares"], first["rows"][0]["title"]) == (1, "到期有限公司(演示)")
        one, two, three = (row["id"] for row in first["rows"])
        refused = await rep.post(f"/api/v1/daily/focus/{two}", json={"action": "skip"})
        assert (refused.status_code, refused.json()["code"]) == (422, "focus.reason_missing")
        assert (await other.post(f"/api/v1/daily/focus/{one}", json={"action": "confirm"})).status_code == 404
        assert (await other.get("/api/v1/daily/focus")).json()["rows"] == []
        assert (await rep.post(f"/api/v1/daily/focus/{one}", json={"action": "confirm"})).json()["status"] == "confirmed"
        swapped = (await rep.post(f"/api/v1/daily/focus/{three}", json={"action": "swap"})).json()
        assert swapped["instead"] == str(mine[3])
        await rep.post(f"/api/v1/daily/focus/{two}", json={"action": "skip", "reason": "客户出差"})
        after = (await rep.get("/api/v1/daily/focus")).json()
        assert [(row["record"], row["status"]) for row in after["rows"]] == [(str(mine[1]), "confirmed"), (str(mine[3]), "proposed")]
        no_more = await rep.post(f"/api/v1/daily/focus/{after['rows'][1]['id']}", json={"action": "swap"})
        assert (no_more.status_code, no_more.json()["code"]) == (409, "focus.no_more")
    async with database.work(workspace) as uow:
        said = await uow.fetch("select type, data->>'reason' as reason from event where type like 'focus.%' order by id")
        assert [(row["type"], row["reason"]) for row in said] == [("focus.confirmed", ""), ("focus.swapped", ""), ("focus.skipped", "客户出差")]


async def test_what_is_new_counts_from_the_last_look(world, database, workspace):
    async with await world.browser("rep1") as rep:
        row = (await rep.get("/api/v1/daily/focus")).json()["rows"][0]
        lead = await make(database, workspace, "lead", name="又来问(演示)", customer=row["record"], owner=str(world.people["rep1"]), status="assigned")
        row = (await rep.get("/api/v1/daily/focus")).json()["rows"][0]
        assert "lead.created" in {news["type"] for news in row["news"]}
        await rep.post(f"/api/v1/daily/focus/{row['id']}", json={"action": "looked"})
        assert (await rep.get("/api/v1/daily/focus")).json()["rows"][0]["news"] == []
        assert lead


async def test_proposing_asks_the_same_number_of_queries_for_many_as_for_few(world, database, workspace):
    async def queries() -> int:
        async with database.work(workspace) as uow:
            asked = []
            fetch = type(uow).fetch

            async def counted(self, *args):
                asked.append(args[0])
                return await fetch(self, *args)

            type(uow).fetch = counted
            try:
                await keep(uow, TUESDAY.date() + timedelta(days=1), await propose(uow, await daily(uow)), 3)
            finally:
                type(uow).fetch = fetch
            return len(asked)

    few = await queries()
    for customer in await customers_of(world, "rep2", [f"多{n}" for n in range(30)]):
        await make(database, workspace, "deal", name="单(演示)", customer=str(customer), amount=100_00, expected_close_at="2026-03-11")
    many = await queries()
    print(f"queries to propose: {few} for few customers, {many} for 30 more")
    assert many == few


async def test_a_report_writes_itself_is_sent_read_commented_and_asked_for(world, database, workspace):
    lead = await make(database, workspace, "lead", name="日报(演示)", owner=str(world.people["rep1"]), status="assigned")
    async with await world.browser("rep1") as rep, await world.browser("rep2") as idle, await world.browser("head") as head:
        await rep.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call", "answered": True})
        await rep.post(f"/api/v1/leads/{lead}/touch", json={"kind": "note", "text": "要两台"})
        drafted = (await rep.get("/api/v1/daily/reports/mine")).json()
        assert {deed["deed"]: deed["n"] for deed in drafted["facts"]} | {"focus": 1} == {"call_answered": 1, "note": 1, "focus": 1}
        assert {"回访(演示)", "跟进 到期有限公司(演示)"} <= set(drafted["plan"].splitlines())
        body = {"day": "2026-03-10", "own": "今天签约客户同意了交期", "plan": drafted["plan"]}
        assert (await rep.post("/api/v1/daily/reports/mine", json=body)).json()["sent_at"] is None
        assert [row["sent_at"] for row in (await head.get("/api/v1/daily/reports")).json()["rows"]] == [None, None]
        sent = (await rep.post("/api/v1/daily/reports/mine", json={**body, "send": True})).json()
        assert sent["sent_at"]
        assert sent["own"] == "今天签约客户同意了交期"
        twice = await rep.post("/api/v1/daily/reports/mine", json={**body, "own": "改", "send": True})
        assert (twice.status_code, twice.json()["code"]) == (422, "report.sent_already")

        team = (await head.get("/api/v1/daily/reports")).json()
        assert (team["sent"], team["missing"]) == (1, 1)
        assert "甲（演示）的日报" in (await head.get("/api/v1/inbox")).text
        said = (await head.post(f"/api/v1/daily/reports/{sent['id']}/comment", json={"text": "交期写进合同"})).json()
        assert [one["text"] for one in said["comments"]] == ["交期写进合同"]
        assert (await rep.get("/api/v1/daily/reports/mine")).json()["comments"][0]["name"] == "组长（演示）"
        assert (await idle.post(f"/api/v1/daily/reports/{sent['id']}/comment", json={"text": "?"})).status_code == 404
        assert (await idle.get("/api/v1/daily/reports")).status_code == 403
        asked = (await head.post("/api/v1/daily/reports/remind", json={"day": "2026-03-10", "people": []})).json()
        assert asked == {"asked": 1}
        assert "请提交 2026-03-10 的日报" in (await idle.get("/api/v1/inbox")).text


async def test_the_board_counts_loads_under_the_readers_policy_and_every_figure_has_its_rows(world, database, workspace):
    for rep, count in (("rep1", 2), ("rep2", 1)):
        for n in range(count):
            await make(database, workspace, "lead", name=f"板{n}(演示)", owner=str(world.people[rep]), status="assigned", intent="A")
    await make(database, workspace, "lead", name="别组(演示)", owner=str(world.people["boss"]), status="assigned", intent="A")
    async with database.work(workspace, SYSTEM) as uow:
        await access.add_absence(uow, world.people["rep2"], TUESDAY - timedelta(hours=1), TUESDAY + timedelta(days=1), "年假")
    async with await world.browser("head") as head:
        board = (await head.get("/api/v1/daily/board")).json()
        people = {row["person"]: row for row in board["people"]}
        assert set(people) == {str(world.people["rep1"]), str(world.people["rep2"])}
        assert people[str(world.people["rep2"])]["on_leave_until"]
        assert people[str(world.people["rep1"])]["capacity"] == 40
        for row in people.values():
            for name, filter in row["filters"].items():
                page = (await head.get("/api/v1/records/lead", params={"filter": filter, "count": "exact", "limit": 1})).json()
                assert page["count"] == row[name], (name, filter)
        assert {figure["key"] for figure in board["figures"]} == {"lead_unassigned_72h", "lead_follow_48h", "lead_follow_72h", "lead_on_time", "lead_first_response", "entry_effective"}
        for figure in board["figures"]:
            if figure["object"] != "lead":
                continue
            answer = await head.get("/api/v1/records/lead", params={"filter": figure["filter"], "count": "exact", "limit": 1})
            assert answer.status_code == 200, answer.text
            if figure["key"] == "lead_unassigned_72h":
                assert answer.json()["count"] == figure["value"]


async def test_effective_entries_are_those_that_set_a_next_step_going_and_stand(world, database, workspace):
    lead = await make(database, workspace, "lead", name="录入(演示)", owner=str(world.people["rep2"]), status="assigned")
    async with await world.browser("rep2") as rep, await world.browser("rep1") as other:
        async def figure(browser) -> tuple[int, int]:
            (one,) = [row for row in (await browser.get("/api/v1/daily/figures")).json()["figures"] if row["key"] == "entry_effective"]
            return one["entries"], one["effective"]

        before = await figure(other)
        assert await figure(rep) == (0, 0)
        await rep.post(f"/api/v1/leads/{lead}/touch", json={"kind": "note", "text": "备注"})
        await rep.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call", "answered": True})
        change = (await rep.post(f"/api/v1/leads/{lead}/touch", json={"kind": "message"})).json()["change"]
        assert await figure(rep) == (3, 2)
        await rep.post(f"/api/v1/leads/{lead}/touches/{change}/take-back")
        assert await figure(rep) == (2, 1)
        assert await figure(other) == before


async def test_the_heat_map_says_where_leads_wait_longest_only_when_the_data_bear_it(world, database, workspace):
    """Sixty leads answered within the hour, and a dozen of Tuesday, 14 o'clock, after three."""
    quick = [(datetime(2026, 2, day, 1 + n, 30, tzinfo=UTC), 40 + n, "web_form") for day in (2, 3, 4, 5, 9, 10, 11, 12, 24, 25) for n in range(1, 3) for _ in range(3)]
    slow = [(datetime(2026, 2, day, 6, 5, tzinfo=UTC), 190, "douyin") for day in (3, 10, 24) for _ in range(4)]
    window = {"since": "2026-02-01T00:00:00+08:00", "until": "2026-03-01T00:00:00+08:00"}
    async with await world.browser("boss") as boss:
        async def found():
            return (await boss.get("/api/v1/heat-map", params=window)).json()["slow"]

        async def put(rows):
            async with database.work(workspace, SYSTEM, mode=Mode.HISTORY) as uow:
                changes = [
                    records.Change("create", "lead", None, {
                        "name": "热力(演示)", "channel": channel, "created_at": at.isoformat(), "first_response_at": (at + timedelta(minutes=wait)).isoformat(),
                        "status": "working", "owner": str(world.people["boss"]),
                    })
                    for at, wait, channel in rows
                ]  # fmt: skip
                await records.write(uow, changes, owned=True)

        assert await found() is None
        await put(quick)
        assert await found() is None
        await put(slow)
        told = await found()
        assert (told["channel"], told["weekday"], told["hour"], told["n"], told["answered"], told["slower"]) == ("douyin", 2, 14, 12, 12, 12)
        assert told["median_min"] == 190
        assert told["ratio"] > 3
        behind = (await boss.get("/api/v1/records/lead", params={"filter": told["filter"], "count": "exact", "limit": 1})).json()
        assert behind["count"] == 12


def test_a_faulty_day_is_refused_with_all_its_problems_in_place():
    wrong = {"focus": {"count": 0, "at": "25:00", "calendar": "moon", "weights": {"luck": 1, "task": -1}}, "report": {"channel": "none"}}
    found = DailyKind().check(wrong, CheckContext({}))
    assert {problem.path for problem in found} == {
        "focus.count", "focus.at", "focus.calendar", "focus.weights.luck", "focus.weights.task", "report.channel",
    }  # fmt: skip
