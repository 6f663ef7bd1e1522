"""Fields nobody need fill: filled from what a record is linked to, told apart from what people typed, counted by person and week."""

from datetime import timedelta

import pytest_asyncio

from integration.http_world import World, login_of, make_world
from xingji.kernel import access, records
from xingji.kernel.core.protocols import SYSTEM, CheckContext
from xingji.kernel.definitions import load_published, publish, save_draft
from xingji.kernel.definitions.kinds import check_document
from xingji.kernel.metrics import measure

NAME = "已知精工有限公司(演示)"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    """Two reps who see only what is theirs."""
    made = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        persons = [{"key": key, "name": f"{key}（演示）", "roles": ["rep"]} for key in ("rep1", "rep2")]
        ids = await access.save_people(uow, {"persons": persons})
    for key in ("rep1", "rep2"):
        login = await access.create_login(database, login_of(workspace, key), "correct horse 演示")
        await access.bind_person(database, login, workspace, ids[key])
    made.people |= {key: ids[key] for key in ("rep1", "rep2")}
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def known(world, database, workspace) -> dict[str, str]:
    """A customer of rep1 with a lead that names a budget."""
    owner = str(world.people["rep1"])
    async with database.work(workspace) as uow:
        customer = (await records.write(uow, [records.Change("create", "customer", None, {"name": NAME, "owner": owner})])).ids[0]
        lead = {"name": "王工(演示)", "company": NAME, "budget": 30_000_000, "owner": owner, "customer": str(customer), "source": "web_form"}
        (made,) = (await records.write(uow, [records.Change("create", "lead", None, lead)])).ids
    return {"customer": str(customer), "lead": str(made)}


async def test_a_new_deal_has_what_is_known_of_it_and_says_where_it_came_from(world, known):
    async with await world.browser("rep1") as rep:
        values = {"name": "扩产(演示)", **known}
        asked = (await rep.post("/api/v1/records/deal/evaluate-form", json={"values": values})).json()
        assert asked["known"] == {"amount": {"value": 30_000_000, "of": {"zh": "来自线索的预算", "en": "From lead › Budget"}}}
        made = await rep.post("/api/v1/records/deal", json=values)
        assert made.status_code == 201, made.text
        address = f"/api/v1/records/deal/{made.json()['id']}"
        assert (await rep.get(address)).json()["amount"] == 30_000_000
        origins = (await rep.get(f"{address}/origins")).json()
        by = {key: one["by"] for key, one in origins["fields"].items()}
        assert (by["amount"], by["customer"], by["name"]) == ("known", "person", "person")
        assert origins["fields"]["amount"]["of"]["zh"] == "来自线索的预算"
        assert (origins["spared"], origins["filled"]) == (sum(one in ("known", "system") for one in by.values()), len(by))
        # What is typed stands, and typed over it is spared no longer.
        typed = (await rep.post("/api/v1/records/deal", json={**values, "amount": 100})).json()["id"]
        assert (await rep.get(f"/api/v1/records/deal/{typed}")).json()["amount"] == 100
        version = (await rep.get(address)).json()["version"]
        changed = await rep.patch(address, json={"amount": 5_000}, headers={"if-match": f'"{version}"'})
        assert changed.status_code == 200, changed.text
        again = (await rep.get(f"{address}/origins")).json()
        assert (again["fields"]["amount"]["by"], again["spared"]) == ("person", origins["spared"] - 1)


async def test_what_came_from_outside_is_spared_too_and_hidden_records_tell_nothing(world, known):
    async with await world.browser("rep1") as rep, await world.browser("rep2") as other:
        answer = await rep.get(f"/api/v1/records/lead/{known['lead']}/origins")
        assert answer.status_code == 200, answer.text
        origins = answer.json()
        assert origins["fields"]["budget"]["by"] == "system"
        assert origins["spared"] == origins["filled"] > 3
        assert (await other.get(f"/api/v1/records/lead/{known['lead']}/origins")).status_code == 404
        asked = (await other.post("/api/v1/records/deal/evaluate-form", json={"values": {"name": "x", **known}})).json()
        assert asked["known"] == {}


async def test_spared_values_are_figures_by_person_and_week(world, database, workspace, known):
    rep1 = str(world.people["rep1"])

    async def figures() -> tuple[int, int]:
        async with database.work(workspace, SYSTEM) as uow:
            rows = await measure(uow, ["field_values", "field_spared"], uow.now - timedelta(days=1), None, ["owner"])
        one = next((row for row in rows if row["owner"] == rep1), {"field_values": 0, "field_spared": None})
        return one["field_values"], round(one["field_values"] * (one["field_spared"] or 0))

    before = await figures()
    async with await world.browser("rep1") as rep:
        assert (await rep.post("/api/v1/records/deal", json={"name": "又一单(演示)", **known})).status_code == 201
    after = await figures()
    # Typed: name, customer, lead. Not typed: the amount; stage and status by default count as the person's, who saw them.
    assert after[1] - before[1] == 1
    assert after[0] - before[0] >= 4
    async with database.work(workspace, SYSTEM) as uow:
        (week,) = await measure(uow, ["field_spared"], uow.now - timedelta(days=1), None, ["week"])
    assert 0 < week["field_spared"] < 1


async def test_a_known_field_is_checked_when_it_is_written(database, workspace):
    async with database.work(workspace, SYSTEM) as uow:
        published = await load_published(uow)
        context, lead = CheckContext(dict(published.documents)), dict(published.documents["object", "lead"])

    def problems(**options) -> list[str]:
        fields = [{**one, **options} if one["key"] == "industry" else one for one in lead["fields"]]
        return [found.code for found in check_document("object", {**lead, "fields": fields}, context)]

    assert problems() == []
    assert problems(known="customer.nothing") != []
    assert problems(known="customer.created_at") != []  # another kind
    assert problems(known="customer.industry", required=True) == ["records.known_required"]


async def test_of_two_known_fields_the_one_somebody_typed_stands(world, database, workspace, known):
    async with database.work(workspace, SYSTEM) as uow:
        deal = dict((await load_published(uow)).documents["object", "deal"])
        fields = [{**one, "known": "lead.company"} if one["key"] == "next_step" else one for one in deal["fields"]]
        await save_draft(uow, "object", "deal", {**deal, "fields": fields})
    await publish(database, workspace, SYSTEM, [("object", "deal")])
    async with await world.browser("rep1") as rep:
        for typed, wanted in (({"next_step": "回访(演示)"}, "回访(演示)"), ({}, NAME)):
            made = await rep.post("/api/v1/records/deal", json={"name": "两项已知(演示)", **known, **typed})
            assert made.status_code == 201, made.text
            row = (await rep.get(f"/api/v1/records/deal/{made.json()['id']}")).json()
            assert (row["next_step"], row["amount"]) == (wanted, 30_000_000)
