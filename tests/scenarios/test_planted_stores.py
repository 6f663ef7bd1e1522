"""禾拾集团(演示): the pack installs, and the stories that the kinds of this version can find: S5, S7, S8, S12."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest
import yaml

from scenarios.conftest import Team, instant
from xingji import app
from xingji.demo.heshi import ESTATE, FAMILY_PHONE, OWNER_PHONE, plan_heshi
from xingji.demo.history import write_history
from xingji.demo.organisations import trade_of
from xingji.features.leads import recognise_once
from xingji.features.leads.collisions import list_collisions, read_collision, rule_collision
from xingji.kernel import access
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import install_pack
from xingji.kernel.http import Limits
from xingji.kernel.work import load_calendar

ROOT = Path(__file__).resolve().parents[2]
START = "2026-03-10 10:00"
VISIT = {"kind": "visit", "source": "douyin_local", "channel": "douyin_local", "country": None}
GUIDES_HZ01 = ("shinan", "gexiaoman", "jiaruoxi", "fuqingchuan", "xiangzhiyu")
REMINDED = "线索超过 10 分钟未响应"


@pytest.fixture(scope="module")
async def stores(database, workspace):
    app.configure()
    await install_pack(database, workspace, SYSTEM, ROOT / "packs" / "heshi")
    team = Team(database, workspace)
    await team.load()
    await team.clock.set(START)
    async with database.work(workspace) as uow:
        calendar = await load_calendar(uow, "store")
        rows = await uow.fetch("select p.key, u.key as unit from person p join unit u on u.id = p.unit where 'guide' = any(p.roles)")
    owners = {}
    for row in rows:
        owners.setdefault(row["unit"], []).append(row["key"])
    plan = plan_heshi(trade_of("heshi"), owners, instant(START), calendar)
    await write_history(database, workspace, plan, team.people, instant(START))
    while await recognise_once(database, workspace):
        pass
    return team


async def work_as(team, person):
    return team.database.work(team.workspace, await team.actor(person))


def test_the_organisation_has_96_people_12_stores_and_12_sources():
    people = yaml.safe_load((ROOT / "packs/heshi/people.yaml").read_text("utf-8"))
    sources = list(yaml.safe_load_all((ROOT / "packs/heshi/sources.yaml").read_text("utf-8")))
    stores = [record["values"] for record in trade_of("heshi")["records"] if record["object"] == "store"]
    assert (len(people["persons"]), len(sources), len(stores)) == (96, 12, 12)
    assert len({person["name"] for person in people["persons"]}) == 96
    for store in stores:
        assert sum(person["unit"] == store["code"].lower() for person in people["persons"]) == store["staff"]


async def test_s5_three_of_a_family_with_one_phone_are_proposed_and_never_joined_by_themselves(stores):
    family = await stores.leads(f'mobile == "{FAMILY_PHONE}"')
    assert len(family) == 3
    ids = {lead["id"] for lead in family}
    async with stores.database.work(stores.workspace) as uow:
        pairs = await uow.fetch("select record, other, reasons, status from proposal where record = any($1) and other = any($1)", list(ids))
        assert len(pairs) == 3
        assert {pair["status"] for pair in pairs} == {"open"}
        assert all("phone" in str(pair["reasons"]) for pair in pairs)
        assert await uow.fetchval("select count(*) from merge") == 0
    assert [lead["customer"] for lead in family] == [None, None, None]


async def test_s7_the_tea_brand_finds_no_phone_of_the_home_brand_and_the_audit_has_a_line(stores):
    assert len(await stores.leads(f'mobile == "{FAMILY_PHONE}"', as_person="jichangfeng")) == 3
    edge = app.build_web(stores.database, Limits(0))
    for person in ("zhunanxing", "maoshezhi", "huafeiwu"):
        _, token = await access.create_token(
            stores.database, stores.workspace, "api", "S7", person=stores.people[person], scopes=["records.read"]
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://xingji.test", headers={"authorization": f"Bearer {token}"}) as client:
            for params in ({"filter": f'mobile == "{FAMILY_PHONE}"'}, {"search": FAMILY_PHONE}):
                answer = await client.get("/api/v1/records/lead", params=params)
                assert (answer.status_code, answer.json()["rows"]) == (200, []), answer.text
            assert (await client.get("/api/v1/records/lead", params={"filter": "budget > 5"})).status_code == 200
        async with stores.database.work(stores.workspace) as uow:
            lines = await uow.fetch("select object, data from audit where person = $1 and action = 'contact.looked_for' order by id", stores.people[person])
        assert [line["object"] for line in lines] == ["lead", "lead"]  # and none for the budget
        assert [line["data"]["found"] for line in lines] == [0, 0]
        assert lines[0]["data"]["fields"] == ["mobile"]
        assert FAMILY_PHONE not in str([dict(line) for line in lines])


async def test_s8_a_lead_at_ten_past_eleven_at_night_in_the_holidays_is_reminded_ten_minutes_after_opening(stores):
    lead = await stores.receives_lead(at="2026-02-17 23:10", store="hz01", **VISIT)  # spring festival; stores open at 10
    owner = await stores.owner_of(lead)
    assert owner in GUIDES_HZ01
    await stores.clock.advance_to("2026-02-18 10:09")
    assert REMINDED not in (await stores.inbox(of=owner)).about(lead)
    await stores.clock.advance_to("2026-02-18 10:10")
    assert (await stores.inbox(of=owner)).about(lead).count(REMINDED) == 1
    assert (await stores.inbox(of=owner)).at(lead)[-1] == "02-18 10:10"


async def test_s8_on_a_make_up_sunday_before_the_festival_it_is_the_same_for_the_store_and_a_working_day_for_the_office(stores):
    late = await stores.receives_lead(at="2025-01-26 23:10", store="hz02", **VISIT)  # Sunday 26 January 2025 was worked
    owner = await stores.owner_of(late)
    await stores.clock.advance_to("2025-01-27 10:09")
    assert REMINDED not in (await stores.inbox(of=owner)).about(late)
    await stores.clock.advance_to("2025-01-27 10:10")
    assert (await stores.inbox(of=owner)).at(late)[-1] == "01-27 10:10"
    bought = await stores.receives_lead(at="2025-01-26 10:00", kind="group_buy", budget=12_000_000, source="group_form")
    await stores.clock.advance_to("2025-01-26 10:30")
    assert "线索超过 30 分钟未响应" in (await stores.inbox(of="beining")).about(bought)


async def test_group_buying_keeps_office_hours_and_goes_to_the_manager_above_100k(stores):
    lead = await stores.receives_lead(at="2026-03-10 11:50", kind="group_buy", budget=12_000_000, source="group_form")
    assert await stores.owner_of(lead) == "beining"
    await stores.clock.advance_to("2026-03-10 13:49")  # ten minutes before lunch, twenty after it
    assert "线索超过 30 分钟未响应" not in (await stores.inbox(of="beining")).about(lead)
    await stores.clock.advance_to("2026-03-10 13:50")
    assert "线索超过 30 分钟未响应" in (await stores.inbox(of="beining")).about(lead)


async def test_leads_go_by_store_by_city_and_beyond_the_stores_to_the_mall(stores):
    await stores.clock.set("2026-03-11 12:00")
    units = {"nb01": {"area": ["330000", "330200"], "region": "zj"}, "wx01": {"area": ["320000", "320200"], "region": "js"}}
    async with stores.database.work(stores.workspace) as uow:
        unit_of = {row["key"]: row["unit"] for row in await uow.fetch("select p.key, u.key as unit from person p join unit u on u.id = p.unit")}
    for unit, values in units.items():
        assert unit_of[await stores.owner_of(await stores.receives_lead(**VISIT | values))] == unit
    assert await stores.owner_of(await stores.receives_lead(**VISIT, area=["510000"])) == "bailu"
    assert await stores.owner_of(await stores.receives_lead(**VISIT)) == "xunyi"


async def test_s12_two_stores_after_one_home_owner_come_to_a_ruling_with_the_credit_split(stores):
    await stores.clock.set(START)
    pair = await stores.leads(f'mobile == "{OWNER_PHONE}"')
    assert {lead["estate"] for lead in pair} == {ESTATE}
    async with await work_as(stores, "luoyunfan") as uow:  # the area's manager reads both stores
        found = [row for row in (await list_collisions(uow))["rows"] if {side["lead"] for side in row["sides"]} == {lead["id"] for lead in pair}]
        assert len(found) == 1
        assert found[0]["can"]["rule"]
        assert {side["owner_name"] for side in found[0]["sides"]} == {"石楠", "丘一白"}
        whole = await read_collision(uow, found[0]["id"])
    older, younger = whole["sides"]
    assert older["owner_name"] == "石楠"
    assert [event["type"] for event in older["events"]][-2:] == ["touch.response", "touch.followup"]
    assert younger["events"]
    async with await work_as(stores, "qiuyibai") as uow:  # one of the two stores: the other is only named by its team
        seen = (await list_collisions(uow))["rows"]
        other = next(side for row in seen for side in row["sides"] if row["id"] == whole["id"] and not side["readable"])
        assert (other["team"], other["title"], other["lead"]) == ("杭州湖滨旗舰店", None, None)
        assert not seen[0]["can"]["rule"]
        with pytest.raises(XingjiError, match=r"collision\.unknown"):
            await read_collision(uow, whole["id"])
    first, second = UUID(older["lead"]), UUID(younger["lead"])
    async with await work_as(stores, "luoyunfan") as uow:
        with pytest.raises(XingjiError, match=r"collision\.invalid") as refused:
            await rule_collision(uow, whole["id"], first, {first: 0.7, second: 0.4}, "")
    assert [problem.path for problem in refused.value.problems] == ["shares", "reason"]
    async with await work_as(stores, "luoyunfan") as uow:
        ruled = await rule_collision(uow, whole["id"], first, {first: 0.7, second: 0.3}, "先接触且已约到店")
    assert ruled["split"] == {str(stores.people["shinan"]): 0.7, str(stores.people["qiuyibai"]): 0.3}
    assert await stores.owner_of(second) == "shinan"
    async with stores.database.work(stores.workspace) as uow:
        events = await uow.fetch("select record, data from event where type = 'lead.collision_ruled' order by id")
        assert {event["record"] for event in events} == {first, second}
        assert events[0]["data"]["split"] == ruled["split"]
    told = (await stores.inbox(of="qiuyibai")).about(first)
    assert any("30%" in title for title in told)
    async with await work_as(stores, "luoyunfan") as uow:
        assert whole["id"] not in [row["id"] for row in (await list_collisions(uow))["rows"]]
        with pytest.raises(XingjiError, match=r"collision\.ruled"):
            await rule_collision(uow, whole["id"], first, {first: 0.5, second: 0.5}, "again")
