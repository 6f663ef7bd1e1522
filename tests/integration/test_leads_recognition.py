"""Who is who: codes join, look-alikes are proposed, merges can be taken back, and a renamed customer stays one customer."""

import asyncio
from uuid import UUID

import pytest
import pytest_asyncio

from leads_world import Client, add_people, publish
from xingji.features.leads.convert import convert_lead, unconvert_lead
from xingji.features.leads.recognition.merge import merge, preview_merge, undo_merge
from xingji.features.leads.recognition.proposals import decide_proposal, dismiss, find_duplicates, list_proposals
from xingji.features.leads.recognition.propose import recognise_once
from xingji.kernel import access, records
from xingji.kernel.core.errors import XingjiError

CODE = "91320594MA1MXQ8J1H"
PEOPLE = {
    "brands": [], "regions": [],
    "units": [{"key": "root", "name": "演示公司"}, {"key": "one", "name": "一组", "parent": "root", "head": "boss"}, {"key": "two", "name": "二组", "parent": "root"}],
    "persons": [
        {"key": "boss", "name": "主管演示", "unit": "one", "roles": ["supervisor"]},
        {"key": "ann", "name": "安演示", "unit": "one", "roles": ["rep"]}, {"key": "zoe", "name": "左演示", "unit": "two", "roles": ["rep"]},
    ],
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def people(database, workspace):
    return await add_people(database, workspace, PEOPLE)


@pytest.fixture(scope="module")
def code():
    from stdnum.cn import uscc

    body = "91320594MA1MXQ8J1"
    return body + uscc.calc_check_digit(body)


async def make(database, workspace, object_key, **values):
    async with database.work(workspace) as uow:
        return (await records.write(uow, [records.Change("create", object_key, None, values)], owned=True)).ids[0]


async def recognise_all(database, workspace):
    while await recognise_once(database, workspace):
        pass


async def proposals(database, workspace, lead):
    async with database.work(workspace) as uow:
        return (await list_proposals(uow, lead))["rows"]


async def acting(database, workspace, person):
    async with database.work(workspace) as uow:
        return await access.actor_for_person(uow, person)


async def test_phone_mail_and_name_never_join_but_are_proposed_with_reasons(database, workspace, people):
    one = await make(database, workspace, "lead", name="甲", company="苏州演示泵业有限公司", mobile="13911110001")
    other = await make(database, workspace, "lead", name="乙", company="蘇州演示泵業股份有限公司", mobile="+86 139 1111 0001")
    stranger = await make(database, workspace, "lead", name="丙", company="杭州另一家(演示)", mobile="13911110002")
    await recognise_all(database, workspace)
    (found,) = await proposals(database, workspace, other)
    assert (found["record"], found["other"]) == (other, one)
    assert {reason["code"] for reason in found["reasons"]} == {"phone", "company"}
    assert all(reason["zh"] and reason["en"] for reason in found["reasons"])
    assert await proposals(database, workspace, stranger) == []
    async with database.work(workspace) as uow:
        assert len(await records.get_records(uow, "lead", [one, other])) == 2


async def test_a_service_number_is_no_reason(database, workspace, people):
    one = await make(database, workspace, "lead", name="总机一", mobile="4008001234")
    await make(database, workspace, "lead", name="总机二", mobile="400-800-1234")
    await recognise_all(database, workspace)
    assert await proposals(database, workspace, one) == []


async def test_a_lead_may_concern_a_customer_by_a_contacts_phone(database, workspace, people):
    customer = await make(database, workspace, "customer", name="联系人客户(演示)")
    await make(database, workspace, "contact", name="李", customer=str(customer), mobile="13911110003")
    lead = await make(database, workspace, "lead", name="新询价", mobile="13911110003")
    await recognise_all(database, workspace)
    (found,) = await proposals(database, workspace, lead)
    assert (found["object"], found["other"]) == ("customer", customer)
    async with database.work(workspace) as uow:
        await decide_proposal(uow, found["id"], None)
        assert (await records.get_record(uow, "lead", lead))["customer"] == str(customer)
    assert await proposals(database, workspace, lead) == []


async def test_a_renamed_customer_stays_the_same_customer(database, workspace, people, code):
    await publish(database, workspace, "source", "l3", {"via": "json", "mapping": {"name": "$.name", "company": "$.company", "uscc": "$.uscc"}})
    customer = await make(database, workspace, "customer", name="苏南卓汇机械(演示)", uscc=code, owner=str(people["ann"]))
    client = await Client.open(database, workspace, "l3")
    answer = await client.post({"name": "周", "company": "江苏卓汇智装(演示)", "uscc": code})
    assert answer.json["status"] == "accepted"
    await recognise_all(database, workspace)
    async with database.work(workspace) as uow:
        lead = await records.get_record(uow, "lead", UUID(answer.json["lead"]))
        seen = await uow.fetch("select data from event where type = 'customer.name_seen' and record = $1", customer)
        found = await records.query(uow, records.Query("customer", filter=f'uscc == "{code}"'))
        told = await uow.fetchval("select count(*) from inbox where person = $1 and record = $2", people["ann"], customer)
    assert lead["customer"] == str(customer)
    assert len(found.rows) == 1
    assert seen[0]["data"]["name"] == "江苏卓汇智装(演示)"
    assert told == 1
    assert (await client.post({"name": "周又来", "company": "江苏卓汇智装(演示)", "uscc": code})).json["lead"] == answer.json["lead"]
    async with database.work(workspace) as uow:
        await records.write(uow, [records.Change("update", "customer", customer, {"name": "江苏卓汇智装(演示)"})])
    await recognise_all(database, workspace)
    async with database.work(workspace) as uow:
        assert (await records.get_record(uow, "customer", customer))["former_names"] == ["苏南卓汇机械(演示)"]
        rows = await find_duplicates(uow, "lead", {"company": "蘇南卓匯機械有限公司"})
    assert [row["id"] for row in rows if row["object"] == "customer"] == [str(customer)]


async def test_a_merge_is_previewed_keeps_every_event_and_can_be_undone(database, workspace, people):
    keep = await make(database, workspace, "lead", name="留", company="合并(演示)")
    gone = await make(database, workspace, "lead", name="并", company="合并(演示)", mobile="13911110009", tags=["老"])
    task = await make(database, workspace, "task", title="回访", subject_lead=str(gone))
    async with database.work(workspace) as uow:
        before = await uow.fetchval("select count(*) from event where record = any($1)", [keep, gone])
        preview = await preview_merge(uow, "lead", keep, gone)
    assert {row["field"]: row["result"] for row in preview["fields"]} == {"mobile": "13911110009", "tags": ["老"]}
    assert preview["moves"]["task.subject_lead"] == 1
    async with database.work(workspace) as uow:
        done = await merge(uow, "lead", keep, gone)
    async with database.work(workspace) as uow:
        assert (await records.get_record(uow, "lead", keep))["mobile"] == "13911110009"
        assert (await records.get_record(uow, "task", task))["subject_lead"] == str(keep)
        assert await records.get_records(uow, "lead", [gone]) == []
        assert await uow.fetchval("select count(*) from event where record = any($1)", [keep, gone]) > before
        await records.write(uow, [records.Change("update", "lead", keep, {"tags": ["新"]})])
    async with database.work(workspace) as uow:
        undone = await undo_merge(uow, UUID(done["merge"]))
    assert undone["cannot"] == [{"record": str(keep), "field": "tags"}]
    async with database.work(workspace) as uow:
        assert (await records.get_record(uow, "lead", keep))["mobile"] is None
        assert (await records.get_record(uow, "lead", gone))["mobile"] == "13911110009"
        assert (await records.get_record(uow, "task", task))["subject_lead"] == str(gone)
    with pytest.raises(XingjiError):
        async with database.work(workspace) as uow:
            await undo_merge(uow, UUID(done["merge"]))


async def test_two_customers_with_different_codes_are_never_merged(database, workspace, people, code):
    from stdnum.cn import uscc

    second = "91110000600037341L"
    assert uscc.is_valid(second)
    one = await make(database, workspace, "customer", name="码一(演示)", uscc=second)
    async with database.work(workspace) as uow:
        other = (await records.query(uow, records.Query("customer", filter=f'uscc == "{code}"'))).rows[0]["id"]
    with pytest.raises(XingjiError) as refusal:
        async with database.work(workspace) as uow:
            await merge(uow, "customer", one, UUID(other))
    assert refusal.value.code == "merge.two_codes"


async def test_others_learn_only_that_it_is_owned_by_a_team(database, workspace, people):
    await make(database, workspace, "lead", name="机密客户", company="不可见(演示)", mobile="13911110077", owner=str(people["zoe"]), status="assigned")
    await recognise_all(database, workspace)
    ann = await acting(database, workspace, people["ann"])
    async with database.work(workspace, ann) as uow:
        (row,) = await find_duplicates(uow, "lead", {"mobile": "139 1111 0077"})
    assert row["owner_team"] == "二组"
    assert not row["readable"]
    assert {"id", "title"}.isdisjoint(row)
    assert "机密客户" not in str(row)


async def test_a_dismissed_pair_is_not_proposed_again(database, workspace, people):
    await make(database, workspace, "lead", name="双一", mobile="13911110088")
    other = await make(database, workspace, "lead", name="双二", mobile="13911110088")
    await recognise_all(database, workspace)
    (found,) = await proposals(database, workspace, other)
    async with database.work(workspace) as uow:
        await dismiss(uow, found["id"])
        await records.write(uow, [records.Change("update", "lead", other, {"mobile": "13911110088", "company": "双(演示)"})])
    await recognise_all(database, workspace)
    assert await proposals(database, workspace, other) == []


async def test_converting_creates_what_is_missing_and_can_be_taken_back(database, workspace, people):
    lead = await make(database, workspace, "lead", name="王", company="转化(演示)", mobile="13911110099", budget=1_000_000, owner=str(people["ann"]), status="working")
    ann = await acting(database, workspace, people["ann"])
    async with database.work(workspace, ann) as uow:
        done = await convert_lead(uow, lead, deal={"name": "两台泵"})
    assert set(done["created"]) == {"customer", "contact", "deal"}
    async with database.work(workspace, ann) as uow:
        row = await records.get_record(uow, "lead", lead)
        deal = await records.get_record(uow, "deal", UUID(done["deal"]))
    assert (row["status"], row["customer"], deal["lead"], deal["amount"]) == ("converted", done["customer"], str(lead), 1_000_000)
    with pytest.raises(XingjiError) as refusal:
        async with database.work(workspace, ann) as uow:
            await records.write(uow, [records.Change("update", "lead", lead, {"status": "working"})])
    assert refusal.value.code == "records.invalid"
    async with database.work(workspace, ann) as uow:
        undone = await unconvert_lead(uow, lead)
    assert (len(undone["removed"]), undone["kept"]) == (3, [])
    async with database.work(workspace) as uow:
        row = await records.get_record(uow, "lead", lead)
        types = [r["type"] for r in await uow.fetch("select type from event where record = $1 and type like 'lead.%converted' order by id", lead)]
    assert (row["status"], row["customer"], row["converted_at"]) == ("working", None, None)
    assert types == ["lead.converted", "lead.unconverted"]


async def test_what_was_used_since_the_conversion_stays(database, workspace, people):
    lead = await make(database, workspace, "lead", name="赵", company="用过(演示)", owner=str(people["ann"]), status="working")
    async with database.work(workspace) as uow:
        done = await convert_lead(uow, lead, deal={})
    await make(database, workspace, "contact", name="后来的人", customer=done["customer"])
    async with database.work(workspace) as uow:
        undone = await unconvert_lead(uow, lead)
    assert [kept["object"] for kept in undone["kept"]] == ["customer"]


async def test_a_rep_cannot_convert_or_merge_away_what_is_not_theirs(database, workspace, people):
    lead = await make(database, workspace, "lead", name="别人的", owner=str(people["zoe"]), status="working")
    ann = await acting(database, workspace, people["ann"])
    for command in (lambda uow: convert_lead(uow, lead), lambda uow: merge(uow, "lead", lead, UUID(int=1))):
        with pytest.raises(XingjiError) as refusal:
            async with database.work(workspace, ann) as uow:
                await command(uow)
        assert refusal.value.code == "records.not_found"


async def test_two_who_convert_the_same_lead_at_once_make_one_customer(database, workspace, people):
    lead = await make(database, workspace, "lead", name="抢", company="同时转化(演示)", owner=str(people["ann"]), status="working")

    async def once():
        async with database.work(workspace) as uow:
            return await convert_lead(uow, lead, deal={})

    outcomes = await asyncio.gather(*(once() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 1
    assert {o.code for o in outcomes if isinstance(o, XingjiError)} <= {"records.version_conflict", "leads.converted_already"}
    async with database.work(workspace) as uow:
        found = await records.query(uow, records.Query("customer", filter='name == "同时转化(演示)"'))
    assert len(found.rows) == 1
