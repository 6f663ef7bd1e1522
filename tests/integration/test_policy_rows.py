"""Row scope on every route: who reaches which record for which verb, generated from the routes and the objects."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import pytest
import pytest_asyncio

from figures import figure
from integration.policy_collisions import COLLISIONS
from integration.policy_lists import LISTS_MANY, LISTS_ONCE, LISTS_SINGLE
from integration.policy_probes import LEADS as FIRST_LEADS
from integration.policy_probes import MANY as FIRST_MANY
from integration.policy_probes import ONCE as FIRST_ONCE
from integration.policy_probes import SINGLE as FIRST_SINGLE
from integration.policy_probes import Asked
from integration.policy_probes_daily import DAILY, DAILY_ELSEWHERE, DAILY_LEADS
from integration.policy_probes_diagnosis import DIAGNOSIS_ONCE
from integration.policy_probes_mining import MINING
from integration.policy_probes_process import PROCESS, PROCESS_ELSEWHERE, PROCESS_ONCE
from integration.policy_probes_quality import QUALITY, QUALITY_ELSEWHERE, QUALITY_ONCE
from integration.policy_probes_radar import RADAR, RADAR_ELSEWHERE, RADAR_ONCE, stand_risks
from integration.policy_world import OBJECTS, READERS, Office, expect, make_office, me_of
from xingji.features.leads.recognition.merge import merge
from xingji.kernel.access.policy import EVERYTHING, RolePolicy
from xingji.kernel.events.live import live_stream
from xingji.kernel.http import routes_of
from xingji.kernel.records import Change, get_records, write
from xingji.kernel.records.importers import run_queued_imports
from xingji.kernel.work import Notice, Outgoing, enqueue, notify

# Sent in earnest in tests of their own below, since asking changes something.
ELSEWHERE = {
    ("POST", "/records/{object_key}"), ("POST", "/records/{object_key}/{id}/restore"), ("POST", "/files"), ("GET", "/live"),
    ("POST", "/imports"), ("POST", "/imports/{id}/preview"), ("POST", "/imports/{id}/run"), ("GET", "/imports/{id}"),
    ("POST", "/imports/{id}/undo"), ("GET", "/imports"), ("POST", "/imports/{id}/edit"),
    ("GET", "/import-templates/{object_key}"), ("POST", "/diagnosis/wake"), ("GET", "/start"), ("POST", "/merges/{id}/undo"), *PROCESS_ELSEWHERE, *DAILY_ELSEWHERE,
    *RADAR_ELSEWHERE, *QUALITY_ELSEWHERE,
}  # fmt: skip
SINGLE = {**FIRST_SINGLE, **PROCESS, **LISTS_SINGLE, **RADAR, **QUALITY}
ONCE = {**RADAR_ONCE, **QUALITY_ONCE, **FIRST_ONCE, **DIAGNOSIS_ONCE, **PROCESS_ONCE, **LISTS_ONCE, **COLLISIONS, **MINING, **DAILY}
MANY, LEADS = {**FIRST_MANY, **LISTS_MANY}, {**FIRST_LEADS, **DAILY_LEADS}
# Routes that show no record and change none; a new route has to be put into one of these lists.
WITHOUT_RECORDS = (
    "/sign-", "/session", "/people", "/units", "/absences", "/invite", "/api-tokens", "/audit", "/definitions", "/packs",
    "/schema", "/inbox/read", "/outbox/{id}/resend", "/channels/{key}/test", "/public-holidays", "/clock", "/fairness",
    "/receipts", "/openapi.json", "/intake", "/events", "/views", "/templates", "/roadmap", "/sample-data", "/conditions",
    "/definition-keys", "/calendars/preview", "/rule-actions", "/notices/settings",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database, workspace):
    office = await make_office(database, workspace)
    async with database.work(workspace) as uow:
        people = {key: office.people[key] for key in READERS.values()}
        await notify(uow, [Notice(id, "matrix", f"给 {key}", dedupe=f"matrix {key}") for key, id in people.items()])
        await enqueue(uow, [
            Outgoing("wecom_sales", f"matrix {row.id}", {"title": row.title, "body": row.title, "data": {"name": row.title}},
                     {"mobiles": ["13800000000"]}, row.object, row.id)
            for row in office.rows
        ])  # fmt: skip
    await stand_risks(office)
    yield office
    await office.close()


def batched(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


LISTS = (MANY["GET", "/records/{object_key}"], MANY["GET", "/search"], MANY["POST", "/records/{object_key}/aggregate"])


async def ask(office: Office, person: str) -> Asked:
    return Asked(office, me_of(person), await office.client(person))


def test_every_route_that_bears_records_has_a_probe(office: Office):
    known = {*SINGLE, *LEADS, *MANY, *ONCE, *ELSEWHERE}
    unknown = [
        (method, path) for method, full, _ in routes_of(office.edge)
        if (method, path := full.removeprefix("/api/v1")) not in known and path.startswith("/")
        and full.startswith("/api/v1") and not path.startswith(WITHOUT_RECORDS)
    ]  # fmt: skip
    assert unknown == []
    assert known <= {(method, full.removeprefix("/api/v1")) for method, full, _ in routes_of(office.edge)}


async def test_the_walk_has_something_to_find_in_every_table_it_looks_into(office: Office):
    async with office.database.work(office.workspace) as uow:
        for table in ("proposal", "timer", "outbox", "inbox", "file", "match_key", "event"):
            assert await uow.fetchval(f"select count(*) from {table}") > 0, table
        across = """select count(*) from proposal p join o_lead a on a.id = p.record join o_lead b on b.id = p.other
          where a.owner is distinct from b.owner"""
        assert await uow.fetchval(across) > 0
    director = await office.client("shenruogu")
    ids = ",".join(str(row.id) for row in office.of("lead"))
    assert (await director.get("/api/v1/timers", params={"object": "lead", "ids": ids})).json()["rows"]


async def test_nobody_reaches_a_record_beyond_their_scope_by_any_route_and_no_row_changes(office: Office):
    before = await office.digest()
    found: list[str] = []
    asked_for = 0
    for person in READERS.values():
        asked = await ask(office, person)
        probes = [
            *(probe(asked, row) for row in office.rows for probe in {*SINGLE.values(), *(LEADS.values() if row.object == "lead" else ())}),
            *(probe(asked, object_key) for probe in set(MANY.values()) for object_key in OBJECTS),
            *(probe(asked, "") for probe in set(ONCE.values())),
        ]  # fmt: skip
        for some in batched(probes, 12):
            found += [one for violations in await asyncio.gather(*some) for one in violations]
        asked_for += len(probes)
    figure(3, f"{asked_for} requests of {len(READERS)} readers about {len(office.rows)} records, every route and verb: {len(found)} escapes")
    assert not found, "\n".join(found)
    assert asked_for > 1_500
    after = await office.digest()
    assert {name for name in before if before[name] != after[name]} <= {"audit"}  # exports are noted there


@pytest.mark.parametrize("probe", LISTS)
async def test_with_every_scope_opened_the_lists_turn_red(office: Office, monkeypatch: pytest.MonkeyPatch, probe: Any):
    monkeypatch.setattr(RolePolicy, "rows", lambda self, object_key, verb: EVERYTHING)
    assert await probe(await ask(office, READERS["rep"]), "lead")


@pytest.mark.parametrize("route", [key for key in SINGLE if "{id}" in key[1] and "related" not in key[1]], ids=" ".join)
async def test_with_every_scope_opened_the_routes_of_one_record_turn_red(
    office: Office, monkeypatch: pytest.MonkeyPatch, route: tuple[str, str]
):
    monkeypatch.setattr(RolePolicy, "rows", lambda self, object_key, verb: EVERYTHING)
    assert await SINGLE[route](await ask(office, READERS["rep"]), office.at("lead", "other region"))


async def test_a_new_record_of_somebody_else_is_not_read_back_to_its_writer(office: Office):
    client = await office.client("zhanglei")
    for owner, read_back in (("zhanglei", True), ("huangziang", False)):
        body = {"name": "回声(演示)", "owner": str(office.people[owner])}
        made = await client.post("/api/v1/records/contact", json=body)
        assert made.status_code == 201, made.text
        assert ("name" in made.json()) is read_back
        assert (await client.get(f"/api/v1/records/contact/{made.json()['id']}")).status_code == (
            200 if read_back else 404
        )


async def test_a_deleted_record_is_restored_only_by_who_may_delete_it(office: Office):
    lead = office.at("lead", "neighbour team")
    async with await office.with_token("shenruogu", "*") as director:
        assert (await director.delete(f"/api/v1/records/lead/{lead.id}")).status_code == 200
        for person in READERS.values():
            if not expect(me_of(person), "delete", lead):
                answer = await (await office.client(person)).post(f"/api/v1/records/lead/{lead.id}/restore")
                assert answer.status_code in (403, 404), person
        assert (await director.post(f"/api/v1/records/lead/{lead.id}/restore")).status_code == 200


async def test_a_file_is_read_by_nobody_but_its_bringer_until_a_record_names_it(office: Office):
    rep, colleague = await office.client("zhanglei"), await office.client("liruoxi")
    file = (await rep.post("/api/v1/files?name=a.txt", content=b"paper")).json()["id"]
    assert (await colleague.get(f"/api/v1/files/{file}")).status_code == 404
    own, theirs = office.at("lead", "own"), office.at("lead", "colleague")
    assert (await colleague.patch(f"/api/v1/records/lead/{theirs.id}", json={"papers": [file]})).status_code == 422
    assert (await rep.patch(f"/api/v1/records/lead/{own.id}", json={"papers": [file]})).status_code == 200
    # Naming a file that hangs on a record out of reach opens it no door.
    await colleague.patch(f"/api/v1/records/lead/{theirs.id}", json={"papers": [file]})
    assert (await colleague.get(f"/api/v1/files/{file}")).status_code == 404


async def test_a_relation_cannot_be_pointed_at_a_record_out_of_reach(office: Office):
    rep = await office.client("zhanglei")
    for place in ("other region", "isolated brand"):
        foreign = str(office.at("customer", place).id)
        contact = await rep.post("/api/v1/records/contact", json={"name": "越界(演示)", "customer": foreign})
        assert (contact.status_code, contact.json()["problems"][0]["code"]) == (422, "records.value.not_found")
        lead = await rep.post("/api/v1/records/lead", json={"name": "转化(演示)"})
        converted = await rep.post(f"/api/v1/leads/{lead.json()['id']}/convert", json={"customer": foreign})
        assert converted.status_code == 404
        assert office.at("customer", place).title not in contact.text + converted.text


async def test_an_import_finds_and_changes_only_records_within_reach_and_is_its_owners_alone(office: Office):
    supervisor, manager = await office.client("chengxiaolan"), await office.client("mokaifeng")
    own, foreign = office.at("customer", "own"), office.at("customer", "other region")
    body = f"名称,区域\n{own.title},泵\n{foreign.title},泵\n".encode()
    begun = await supervisor.post("/api/v1/imports?object=customer&name=c.csv", content=body)
    assert begun.status_code == 201, begun.text
    run = begun.json()["id"]
    mapping = {"columns": {"名称": "name", "区域": "region"}, "key": ["name"]}
    preview = await supervisor.post(f"/api/v1/imports/{run}/preview", json={"mapping": mapping})
    assert (preview.json()["counts"]["update"], preview.json()["counts"]["new"]) == (1, 1), preview.text
    for method, path, sent in (
        ("GET", "", None),
        ("POST", "/preview", {}),
        ("POST", "/run", {}),
        ("POST", "/undo", None),
    ):
        assert (await manager.request(method, f"/api/v1/imports/{run}{path}", json=sent)).status_code == 404
    assert (await supervisor.post(f"/api/v1/imports/{run}/run", json={})).status_code == 202
    while await run_queued_imports(office.database, office.workspace):
        pass
    async with office.database.work(office.workspace) as uow:
        after = {row["id"]: row for row in await get_records(uow, "customer", [own.id, foreign.id])}
    assert (after[str(own.id)]["region"], after[str(foreign.id)]["region"]) == ("泵", None)


async def test_a_merge_is_undone_only_by_who_may_change_what_was_kept(office: Office):
    async with office.database.work(office.workspace) as uow:
        owner = {"owner": str(office.people["huangziang"])}
        pair = (
            await write(uow, [Change("create", "customer", None, {"name": f"并{n}(演示)", **owner}) for n in (1, 2)])
        ).ids
        merged = await merge(uow, "customer", *pair)
    for person in ("zhanglei", "chengxiaolan", "zhangshenzhi", "tongxinyuan", "fangyuan"):
        answer = await (await office.client(person)).post(f"/api/v1/merges/{merged['merge']}/undo")
        assert answer.status_code in (403, 404), person
    owner_client = await office.client("huangziang")
    assert (await owner_client.post(f"/api/v1/merges/{merged['merge']}/undo")).status_code == 200


async def test_the_live_stream_names_only_records_its_reader_may_read(office: Office):
    heard: dict[str, set[str]] = {person: set() for person in READERS.values()}
    streams = {
        person: live_stream(office.database, office.workspace, partial(office.actor, person)) for person in heard
    }

    async def listen(person: str) -> None:
        async for message in streams[person]:
            heard[person] |= {one for row in office.of("customer") if (one := str(row.id)) in message.decode()}

    for stream in streams.values():
        await anext(stream)
    listeners = [asyncio.create_task(listen(person)) for person in heard]
    async with office.database.work(office.workspace) as uow:
        await write(uow, [Change("update", "customer", row.id, {"region": "直播"}) for row in office.of("customer")])
    wanted = {p: {str(row.id) for row in office.of("customer") if expect(me_of(p), "read", row)} for p in heard}
    async with asyncio.timeout(20):
        while any(not wanted[person] <= heard[person] for person in heard):
            await asyncio.sleep(0.05)
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    assert heard == wanted
