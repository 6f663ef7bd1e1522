"""Two lanes on a moved clock: what a customer has bought makes it VIP, and an urgent need runs against two clocks."""

from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from xingji.features.leads import record_touch
from xingji.features.leads.assign import assign_lead
from xingji.features.leads.touch_back import take_back
from xingji.features.leads.touches import Touch
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import load_published, publish, save_draft
from xingji.kernel.records import Change, Query, get_record, query, write
from xingji.kernel.rules.runs import runs_of_record, timers_of

VIP_ADVISERS = ("zhanglei", "huangziang", "zhaochengyu")


async def create(team, object_key, **values):
    async with team.database.work(team.workspace, SYSTEM) as uow:
        made = (await write(uow, [Change("create", object_key, None, values)])).ids[0]
    await team.settle()
    return made


async def change(team, object_key, record, **values):
    async with team.database.work(team.workspace, SYSTEM) as uow:
        await write(uow, [Change("update", object_key, record, values)])
    await team.settle()


async def read(team, object_key, record, fields=None):
    async with team.database.work(team.workspace, SYSTEM) as uow:
        return await get_record(uow, object_key, record, fields)


async def tasks_of(team, lead):
    async with team.database.work(team.workspace, SYSTEM) as uow:
        return (await query(uow, Query("task", filter=f'subject_lead == "{lead}" && kind == "follow_up"', sort=["due_at"], limit=50))).rows


async def lead_of(team, customer, **values):
    """A lead that the customer's own credit code tied to it, as intake does."""
    async with team.database.work(team.workspace, SYSTEM) as uow:
        made = (await write(uow, [Change("create", "lead", None, {"name": "王工", "country": "CN", "intent": "B", "source": "web_form", "customer": str(customer), **values})], owned=True)).ids[0]
    await team.settle()
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def no_playbooks(team):
    """Deals follow no playbook here: how one is won is told elsewhere."""
    async with team.database.work(team.workspace, SYSTEM) as uow:
        books = (await load_published(uow)).of_kind("playbook")
        for key, document in books.items():
            await save_draft(uow, "playbook", key, {**document, "when": "false"})
    await publish(team.database, team.workspace, SYSTEM, [("playbook", key) for key in books])


async def wins(team, customer, yuan):
    deal = await create(team, "deal", name="泵站改造(演示)", customer=str(customer), amount=yuan * 100)
    await change(team, "deal", deal, status="won")


async def test_a_customer_over_the_line_becomes_vip_by_itself_and_can_read_why(team, no_playbooks):
    await team.clock.set("2026-03-16 09:00")
    customer = await create(team, "customer", name="江阴纺机(演示)", tier="B", owner=str(team.people["liruoxi"]))
    await wins(team, customer, 600_000)
    assert (await read(team, "customer", customer))["vip"] is not True, "600,000 are not enough"
    await wins(team, customer, 400_000)
    row = await read(team, "customer", customer)
    assert (row["vip"], row["tier"]) == (True, "A")
    assert row["vip_since"] is not None
    for person in ("liruoxi", "chengxiaolan"):
        assert (await team.inbox(of=person)).about(customer) == ["江阴纺机(演示) 升级为 VIP 客户"]
    async with team.database.work(team.workspace, await team.actor("chengxiaolan")) as uow:
        runs = (await runs_of_record(uow, "customer", customer))["rows"]
    [why] = [run["sentence"]["zh"] for run in runs if run["rule"] == "vip_upgrade"]
    assert "成交额 为 1,000,000.00" in why
    assert "成交满 100 万升级为 VIP" in why
    # A third win changes nothing and tells nobody again.
    await wins(team, customer, 5_000_000)
    assert len((await team.inbox(of="liruoxi")).about(customer)) == 1


@pytest.mark.parametrize(("line", "steps"), [
    ("pump", ["致电：核对介质、流量、扬程", "售前出选型计算书", "上门看工况，带样机资料", "回访：选型是否认可"]),
    ("air", ["致电：用气量、压力、运行小时", "预约现场能耗测试", "发送节能 ROI 测算", "与设备部、财务一起过测算"]),
    ("iot", ["致电：几台设备、最怕哪种停机", "用客户自己的数据做演示", "试用一周后看曲线"]),
    ("service", ["致电：确认机型、编号和故障", "查库存，约上门时间", "回访：修好了没有"]),
    (None, ["致电：确认需求和期望的时间", "发送专属方案和报价", "上门或视频会议，见到拍板人", "回访：是否满意，还有什么需要"]),
])  # fmt: skip
async def test_a_vip_need_gets_an_adviser_and_the_template_of_its_product_line(team, line, steps):
    await team.clock.set("2026-03-17 09:00")
    customer = await create(team, "customer", name=f"常州机电 {line}(演示)", vip=True)
    lead = await lead_of(team, customer, region="east", area=["320000"], **({"product_line": line} if line else {}))
    owner = await team.owner_of(lead)
    assert owner in VIP_ADVISERS
    assert (await team.lead(lead))["vip"] is True
    tasks = await tasks_of(team, lead)
    assert [task["title"] for task in tasks] == steps
    assert {task["assignee"] for task in tasks} == {str(team.people[owner])}
    assert tasks[0]["due_at"] == "2026-03-17T02:00:00Z", "an hour of the office from 9:00"
    told = (await team.inbox(of=owner)).about(lead)
    assert len([title for title in told if "步已排好" in title]) == 1, "one notice for all steps"
    assert not [title for title in told if title in steps]
    async with team.database.work(team.workspace, SYSTEM) as uow:
        sent = await uow.fetchval("select count(*) from outbox where channel = 'wecom_vip' and record = $1", lead)
    assert sent == 1, "the VIP service group hears of it"


async def test_a_vip_need_goes_to_the_customers_own_adviser_and_past_the_general_table_when_he_is_away(team):
    await team.clock.set("2026-03-18 09:00")
    customer = await create(team, "customer", name="无锡水务(演示)", vip=True, owner=str(team.people["wangsiqi"]))
    lead = await lead_of(team, customer, region="east", area=["320000"])
    assert await team.owner_of(lead) == "wangsiqi"
    async with team.database.work(team.workspace, SYSTEM) as uow:
        await uow.execute("insert into absence (id, person, starts, ends, reason) values (gen_random_uuid(), $1, $2, $3, '休假')", team.people["wangsiqi"], uow.now - timedelta(hours=1), uow.now + timedelta(days=2))
    assert await team.owner_of(await lead_of(team, customer, region="east", area=["320000"])) in VIP_ADVISERS


async def test_an_ordinary_customers_need_takes_the_general_table_and_no_template(team):
    await team.clock.set("2026-03-19 09:00")
    customer = await create(team, "customer", name="扬州一般(演示)", vip=False)
    lead = await lead_of(team, customer, region="midwest", product_line="pump")
    assert (await team.lead(lead))["vip"] is not True
    assert await tasks_of(team, lead) == []
    assert await team.owner_of(lead) in ("yangzechuan", "tangyishu", "penghaifeng", "qinlang")


# ── the fast lane ────────────────────────────────────────────────────────────────────────────────────────────────


URGENT = {"region": "midwest", "intent": "C", "need": "循环泵坏了，全线停产，急需备泵"}


async def clocks(team, lead):
    async with team.database.work(team.workspace, SYSTEM) as uow:
        found = await timers_of(uow, "lead", [lead])
    return {row["key"]: row["due"] for row in found["rows"] if row["key"].startswith("urgent")}


async def touched(team, lead, **how):
    owner = await team.owner_of(lead)
    async with team.database.work(team.workspace, await team.actor(owner)) as uow:
        done = await record_touch(uow, lead, Touch(**how))
    await team.settle()
    return owner, done


async def test_an_urgent_need_runs_against_working_hours_for_the_answer_and_the_wall_for_the_solution(team, at):
    lead = await team.receives_lead(at="2026-03-23 16:00", **URGENT)  # Monday; the office closes at 17:30
    owner = await team.owner_of(lead)
    boss = "jiangwangshu"
    row = await team.lead(lead)
    assert row["urgent"] is True
    assert row["urgent_at"] == "2026-03-23T08:00:00Z"
    assert await clocks(team, lead) == {
        "urgent_answer_remind": at("2026-03-23 17:00"), "urgent_answer_late": at("2026-03-24 09:00"),
        "urgent_solution_remind": at("2026-03-24 12:00"), "urgent_solution_late": at("2026-03-24 16:00"),
    }  # fmt: skip
    assert (await team.inbox(of=owner)).about(lead).count("加急：2 小时内答复，24 小时内给方案") == 1
    await team.clock.advance_to("2026-03-23 17:00")
    assert "加急需求 1 小时未答复" in (await team.inbox(of=owner)).about(lead)
    await team.clock.advance_to("2026-03-24 08:59")
    assert (await team.inbox(of=boss)).about(lead) == [], "the night does not count"
    await team.clock.advance_to("2026-03-24 09:00")
    assert "加急需求超过 2 小时未答复" in (await team.inbox(of=boss)).about(lead)
    # An answer stops the first clock alone.
    await touched(team, lead, kind="call", answered=True)
    assert set(await clocks(team, lead)) == {"urgent_solution_remind", "urgent_solution_late"}
    assert (await team.lead(lead))["urgent_answered_at"] == "2026-03-24T01:00:00Z"
    await team.clock.advance_to("2026-03-24 12:00")
    assert "加急需求还有 4 小时要给方案" in (await team.inbox(of=owner)).about(lead)
    await team.clock.advance_to("2026-03-24 15:59")
    assert "加急需求超过 24 小时没有方案" not in (await team.inbox(of=boss)).about(lead)
    await team.clock.advance_to("2026-03-24 16:00")
    assert "加急需求超过 24 小时没有方案" in (await team.inbox(of=boss)).about(lead)


async def test_nothing_but_the_answer_and_the_solution_stops_the_clocks_of_an_urgent_need(team):
    lead = await team.receives_lead(at="2026-03-25 09:00", **URGENT)
    owner = await team.owner_of(lead)
    everything = set(await clocks(team, lead))
    assert len(everything) == 4
    await team.emits("touch.note", lead, person=owner, text="先记一笔")
    await team.emits("touch.inbound", lead, text="客户又催")
    async with team.database.work(team.workspace, await team.actor("jiangwangshu")) as uow:
        await assign_lead(uow, UUID(str(lead)), person=team.people["qinlang" if owner != "qinlang" else "yangzechuan"])
    await team.settle()
    assert set(await clocks(team, lead)) == everything, "a note, the customer's own message and another owner stop nothing"
    _, done = await touched(team, lead, kind="message", solution=True, text="备泵方案和报价已发")
    assert done["counted"] == ["touch.response", "touch.solution"]
    assert await clocks(team, lead) == {}
    row = await team.lead(lead)
    assert (row["solution_at"], row["urgent_answered_at"]) == ("2026-03-25T01:00:00Z", "2026-03-25T01:00:00Z")
    await team.clock.advance_to("2026-03-26 10:00")
    assert not [title for title in (await team.inbox(of="jiangwangshu")).about(lead) if "加急" in title]


async def test_a_solution_taken_back_starts_both_clocks_from_their_own_beginning(team):
    lead = await team.receives_lead(at="2026-03-27 09:00", **URGENT)
    before = await clocks(team, lead)
    owner, done = await touched(team, lead, kind="message", solution=True)
    async with team.database.work(team.workspace, await team.actor(owner)) as uow:
        await take_back(uow, lead, UUID(done["change"]))
    await team.settle()
    assert await clocks(team, lead) == before
    row = await team.lead(lead)
    assert (row["solution_at"], row["urgent_answered_at"]) == (None, None)


async def test_a_need_marked_urgent_later_starts_then_and_a_quote_is_its_solution(team, at):
    lead = await team.receives_lead(at="2026-03-30 09:00", region="midwest", intent="C", need="年度维保")
    assert await clocks(team, lead) == {}
    owner, _ = await touched(team, lead, kind="call", answered=True)
    await team.clock.advance_to("2026-03-30 10:30")
    await change(team, "lead", lead, urgent=True)
    assert (await clocks(team, lead))["urgent_answer_late"] == at("2026-03-30 13:30"), "lunch does not count"
    assert "加急：2 小时内答复，24 小时内给方案" in (await team.inbox(of=owner)).about(lead)
    await team.emits("quote.sent", lead, person=owner)
    assert set(await clocks(team, lead)) == {"urgent_answer_remind", "urgent_answer_late"}, "a quote is no answer"
    assert (await team.lead(lead))["solution_at"] == "2026-03-30T02:30:00Z"
