"""Brand isolation with the first fence switched off: row level security alone keeps another brand's rows out."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from figures import figure
from integration.policy_probes import SINGLE, Asked
from integration.policy_world import ISOLATED, WORD, Office, make_office, me_of
from xingji.kernel.access.policy import EVERYTHING, RolePolicy
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records import Change, write

OUTSIDER = "chengxiaolan"
READS = (
    "/records/{o}?limit=500", "/records/{o}/suggest?q=" + WORD + "&limit=50", "/search?q=" + WORD + "&limit=20", "/records/{o}/export",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database, workspace):
    office = await make_office(database, workspace)
    yield office
    await office.close()


@pytest.fixture
def first_fence_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every role sees every row and may do everything: what is left is the database's own fence."""
    monkeypatch.setattr(RolePolicy, "rows", lambda self, object_key, verb: EVERYTHING)
    monkeypatch.setattr(RolePolicy, "may", lambda self, right: right != "brands.all")


@pytest_asyncio.fixture(loop_scope="session")
async def second_fence_down(office: Office) -> AsyncIterator[None]:
    """The negative control: the tables' policies are switched off for the length of a test."""
    await alter(office, "disable")
    yield
    await alter(office, "enable")


async def alter(office: Office, how: str) -> None:
    schema = await office.database.schema_of(office.workspace)
    async with office.database.owner() as owner:
        for table in ("o_lead", "o_customer", "o_contact", "o_task", "o_deal", "o_product", "event"):
            await owner.execute(f'alter table "{schema}"."{table}" {how} row level security')


async def rows_across(office: Office) -> list[str]:
    """Every answer of the outsider that shows a record of the isolated brand, by any of the routes about records."""
    client, found = await office.client(OUTSIDER), []
    foreign = [row for row in office.rows if row.brand == ISOLATED]
    for object_key in ("lead", "customer", "task"):
        for path in READS:
            text = (await client.get(f"/api/v1{path.format(o=object_key)}")).text
            found += [
                f"{path} {row.place}"
                for row in foreign
                if row.object == object_key and (str(row.id) in text or row.title in text)
            ]
    asked = Asked(office, me_of(OUTSIDER), client)
    reads = [probe for (method, path), probe in SINGLE.items() if method == "GET" and "related" not in path]
    answers = await asyncio.gather(*(probe(asked, row) for probe in reads for row in foreign))
    return found + [one for violations in answers for one in violations]


async def test_reads_without_the_first_fence_show_no_row_of_the_isolated_brand(office: Office, first_fence_down: None):
    across = await rows_across(office)
    figure(5, f"every read of {len(office.rows)} records without the first fence: {len(across)} rows across")
    assert across == []
    shown = (await (await office.client(OUTSIDER)).get("/api/v1/records/lead?limit=500&count=exact")).json()
    assert shown["count"] == len(
        [row for row in office.of("lead") if row.brand != ISOLATED]
    )  # the first fence is down indeed


async def test_with_both_fences_down_the_reads_turn_red(
    office: Office, first_fence_down: None, second_fence_down: None
):
    assert len(await rows_across(office)) > 20


async def test_writes_without_the_first_fence_change_no_row_of_the_isolated_brand(
    office: Office, first_fence_down: None
):
    client = await office.client(OUTSIDER)
    before = await office.digest()
    for row in (one for one in office.rows if one.brand == ISOLATED):
        path, name = f"/api/v1/records/{row.object}/{row.id}", "title" if row.object == "task" else "name"
        for method, address, body in (
            ("PATCH", path, {name: "越界"}), ("DELETE", path, None), ("POST", f"{path}/restore", None),
            ("POST", f"/api/v1/changes/{office.changes[row.id]}/undo", None),
            ("POST", f"/api/v1/records/{row.object}/bulk", {"changes": [{"op": "delete", "id": str(row.id)}]}),
        ):  # fmt: skip
            assert (await client.request(method, address, json=body)).status_code == 404, (method, address)
        for command, body in (("touch", {"kind": "call"}), ("assign", {"pool": "pool_new"}), ("convert", {})):
            if row.object == "lead":
                assert (await client.post(f"/api/v1/leads/{row.id}/{command}", json=body)).status_code == 404
    assert await office.digest() == before


async def test_statements_written_by_hand_cannot_cross_the_fence_either(office: Office):
    actor = await office.actor(OUTSIDER)
    async with office.database.work(office.workspace, actor) as uow:
        assert await uow.fetchval("select count(*) from o_lead where brand = $1", ISOLATED) == 0
        assert await uow.fetchval("select count(*) from event where brand = $1", ISOLATED) == 0
        assert await uow.execute("update o_lead set name = 'x' where brand = $1", ISOLATED) == "UPDATE 0"
        assert await uow.execute("delete from o_lead where brand = $1", ISOLATED) == "DELETE 0"
    with pytest.raises(Exception, match="row-level security"):
        async with office.database.work(office.workspace, actor) as uow:
            await uow.execute("update o_lead set brand = $1 where id = $2", ISOLATED, office.at("lead", "own").id)


async def test_nobody_hands_a_record_into_a_brand_beyond_their_own_and_the_refusal_is_clear(office: Office):
    client = await office.client(OUTSIDER)
    before = await office.digest()
    own, foreign = office.at("lead", "own"), str(office.people["fangyuan"])
    for path, body in ((f"/leads/{own.id}/assign", {"person": foreign}),):
        answer = await client.post(f"/api/v1{path}", json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json"), answer.text
    for body in ({"brand": ISOLATED}, {"owner": foreign}):
        answer = await client.patch(f"/api/v1/records/lead/{own.id}", json=body)
        assert answer.status_code == 403, answer.text
    assert await office.digest() == before


async def test_the_process_role_can_neither_lift_the_fence_nor_pass_it(office: Office):
    async def lift(uow: UnitOfWork, sql: str) -> None:
        await uow.execute(sql)

    for sql in (
        "alter table o_lead disable row level security",
        "drop policy brand_fence on o_lead",
        "set row_security = off; select * from o_lead",
    ):
        with pytest.raises(Exception, match="owner|policy|row-level security|permission"):
            await office.database.run(
                office.workspace, await office.actor(OUTSIDER), lambda uow, sql=sql: lift(uow, sql)
            )


async def test_a_write_of_the_program_for_a_fenced_reader_is_fenced_too(office: Office):
    lead = office.at("lead", "isolated brand")
    async with office.database.work(office.workspace, await office.actor(OUTSIDER)) as uow:
        with pytest.raises(XingjiError) as refusal:
            await write(uow, [Change("update", "lead", lead.id, {"name": "x"})])
    assert refusal.value.code == "records.not_found"
