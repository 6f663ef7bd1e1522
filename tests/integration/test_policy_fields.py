"""Field policy on every surface: a canary in hidden and masked fields comes out nowhere; no server-owned value goes in."""

from uuid import UUID

import pytest
import pytest_asyncio

from figures import figure
from integration.policy_surfaces import COMPANY, LEAD, PHONE, SECRET, SILENT, SURFACES, WEIGHT, shows
from integration.policy_walk import answers, plant, unknown_routes
from integration.policy_world import Office, make_office
from leads_world import Client
from leads_world import publish as publish_one
from xingji.features.leads.recognition.propose import recognise_once
from xingji.kernel import access
from xingji.kernel.access.policy import RolePolicy
from xingji.kernel.records import Change, get_record, write
from xingji.kernel.rules import run_rules_once

CLOSED = {
    "hide": ["lead.secret", "lead.weight", "customer.name", "deal.name", "deal.secret", "deal.weight"], "mask": ["lead.mobile"],
}  # fmt: skip
RULE = {
    "object": "lead", "on": {"changed": ["need"]}, "when": f'secret == "{SECRET}" && mobile == "{PHONE}" && weight > 1.0',
    "do": [
        {"action": "notify", "to": ["role:blind", "role:seeing"], "via": ["inbox", "wecom_sales"],
         "title": {"zh": "{name} {secret}", "en": "{name} {secret}"}, "body": {"zh": "{mobile} {weight}", "en": "{mobile} {weight}"}},
        {"action": "tag", "add": ["canary"]},
    ],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database, workspace):
    office = await make_office(database, workspace, rows=False)
    for role, fields in (("blind", CLOSED), ("seeing", {})):
        await publish_one(database, workspace, "role", role, {"rows": "all", "rights": ["*"], "fields": fields})
    await publish_one(database, workspace, "rule", "canary_rule", RULE)
    await publish_one(
        database, workspace, "source", "canary", {"via": "json", "mapping": {"name": "$.n", "budget": "$.b"}}
    )
    async with database.work(workspace) as uow:
        persons = [{"key": key, "name": f"{key}（演示）", "unit": "jzh", "roles": [key]} for key in ("blind", "seeing")]
        office.people |= await access.save_people(uow, {"persons": persons})
        customer = (await write(uow, [Change("create", "customer", None, {"name": COMPANY})])).ids[0]
        await write(uow, [Change("create", "deal", None, {"name": "单（演示）", "customer": customer})])
        values = {"name": LEAD, "mobile": PHONE, "weight": WEIGHT, "pool": "pool_new", "secret": "before"}
        lead, other = (await write(uow, [
            Change("create", "lead", None, values), Change("create", "lead", None, {"name": "other", "pool": "pool_new"}),
        ])).ids  # fmt: skip
        await write(uow, [Change("update", "lead", lead, {"customer": customer})])
    async with database.work(workspace) as uow:
        change = (await write(uow, [Change("update", "lead", lead, {"secret": SECRET})])).change
    refused = (await (await Client.open(database, workspace, "canary")).post({"n": SECRET, "b": PHONE + "x"})).json
    office.known |= {
        LEAD: lead, "other lead": other, "customer": customer, "secret change": change, "receipt": UUID(refused["data"]["receipt"]),
    }  # fmt: skip
    begun = await (await office.client("seeing")).post("/api/v1/imports?object=lead&name=a.csv", content=f"need\n{SECRET}\n".encode())
    office.known["import"] = UUID(begun.json()["id"])
    await plant(office, customer)
    await settle(office)
    async with database.work(workspace) as uow:
        await write(uow, [Change("update", "lead", lead, {"need": "看看"})])
    await settle(office)
    yield office
    await office.close()
    figure(4, f"{len(LOOKED)} surfaces looked through for a hidden and a masked canary: {sum(LOOKED.values())} leaks")
    figure(12, f"{len(ECHOED)} read records echoed with a server-owned key changed: {sum(ECHOED)} accepted")


LOOKED: dict[str, bool] = {}
ECHOED: list[bool] = []


async def settle(office: Office) -> None:
    while await run_rules_once(office.database, office.workspace) or await recognise_once(
        office.database, office.workspace
    ):
        pass


@pytest.mark.parametrize("name", SURFACES)
async def test_a_hidden_or_masked_value_comes_out_on_no_surface(office: Office, name: str):
    found = await SURFACES[name](office, await office.client("blind"))
    LOOKED[name] = bool(found)
    assert not found


@pytest.mark.parametrize("name", [name for name in SURFACES if name not in SILENT])
async def test_with_every_field_open_each_surface_turns_red(office: Office, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr(RolePolicy, "field", lambda self, object_key, field_key: "write")
    assert await SURFACES[name](office, await office.client("seeing"))


# ── the same, over every route that answers ──────────────────────────────────────────────────────────────────────────

# What a reader of every field is shown a canary by: the walk's control. A route that stops being here has lost its canary.
TELLING = {
    "/approvals", "/approvals/{id}", "/duplicates", "/formulas/try", "/inbox", "/merges", "/mining/groups", "/outbox",
    "/pools/{key}/entries", "/receipts", "/receipts/{id}", "/records/{object_key}", "/records/{object_key}/aggregate", "/records/{object_key}/bulk/preview",
    "/records/{object_key}/export", "/records/{object_key}/suggest", "/records/{object_key}/{id}", "/records/{object_key}/{id}/approvals",
    "/records/{object_key}/{id}/history", "/records/{object_key}/{id}/related/{inverse}", "/records/{object_key}/{id}/runs",
    "/records/{object_key}/{id}/timeline", "/risks", "/risks/{object_key}/{id}", "/rules/{key}/runs", "/search",
}  # fmt: skip
ANSWERS_NOBODY = {"/collisions/{id}", "/daily/reports"}  # no collision here, and nobody below these two


def test_every_route_is_walked_or_answers_nothing_of_a_record(office: Office):
    assert unknown_routes(office) == []


async def test_no_route_shows_a_hidden_or_masked_value(office: Office):
    told, count = [], 0
    async for ask, answer in answers(office, await office.client("blind")):
        assert answer.status_code < 500, (ask, answer.text)
        count += 1
        if shows(answer.text) or shows(str(answer.headers)):
            told.append((ask.method, ask.path, ask.body))
    figure(4, f"{count} requests over every route that answers, about records with canaries: {len(told)} leaks")
    assert told == []


async def test_whoever_sees_every_field_is_shown_them_by_the_same_walk(office: Office):
    told, answered, asked = set(), set(), set()
    async for ask, answer in answers(office, await office.client("seeing")):
        asked |= {ask.route}
        answered |= {ask.route} if answer.status_code < 300 else set()
        told |= {ask.route} if shows(answer.text) else set()
    assert asked - answered == ANSWERS_NOBODY
    assert told >= TELLING, sorted(TELLING - told)


async def test_each_of_two_readers_is_told_as_much_as_they_may_see(office: Office):
    async with office.database.work(office.workspace) as uow:
        told = {
            key: await uow.fetchrow(
                "select title, body from inbox where person = $1 and rule = 'canary_rule'", office.people[key]
            )
            for key in ("blind", "seeing")
        }
    assert told["seeing"]["title"] == f"{LEAD} {SECRET}"
    assert told["blind"]["title"].startswith(f"{LEAD} ")
    assert not shows(told["blind"]["title"] + told["blind"]["body"])
    assert told["blind"]["body"]


async def test_the_version_tag_says_nothing_about_the_value(office: Office):
    lead = office.known[LEAD]
    tags = [
        (await (await office.client(key)).get(f"/api/v1/records/lead/{lead}")).headers["etag"]
        for key in ("blind", "seeing")
    ]
    assert tags[0] == tags[1]
    assert len(tags[0]) <= 6


async def test_finance_reads_payment_fields_alone_and_marketing_masked_phones(office: Office):
    finance, marketing = await office.client("zhangshenzhi"), await office.client("tongxinyuan")
    only = {"customer": {"name"}, "deal": {"name", "customer", "amount", "status", "won_at", "expected_close_at"}}
    for object_key, fields in only.items():
        rows = (await finance.get(f"/api/v1/records/{object_key}")).json()["rows"]
        assert rows
        assert set(rows[0]) == fields | {"id", "version", "can"}
    for object_key in ("lead", "contact", "task", "product"):
        assert (await finance.get(f"/api/v1/records/{object_key}")).status_code == 403
    lead = (await marketing.get(f"/api/v1/records/lead/{office.known[LEAD]}")).json()
    assert lead["mobile"] == f"{PHONE[:3]}****{PHONE[-4:]}"
    assert (await marketing.get(f"/api/v1/receipts/{office.known['receipt']}")).json()["payload_hidden"]


# ── values that only the system writes ───────────────────────────────────────────────────────────────────────────────

OWNED = {
    "id": "01a20397-94d7-7d9b-a95d-2d966645f8cf", "version": 99, "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
    "created_by": "01a20397-94d7-7d9b-a95d-2d966645f8cf", "updated_by": "01a20397-94d7-7d9b-a95d-2d966645f8cf", "write_mode": "history",
    "deleted_at": "2020-01-01T00:00:00Z", "search": ["x"], "can": {"update": True}, "touches": 99,
    "first_response_at": "2020-01-01T00:00:00Z", "last_touch_at": "2020-01-01T00:00:00Z", "converted_at": "2020-01-01T00:00:00Z",
    "assigned_at": "2020-01-01T00:00:00Z", "customer": "01a20397-94d7-7d9b-a95d-2d966645f8cf",
}  # fmt: skip


@pytest.mark.parametrize("key", OWNED)
async def test_a_read_record_echoed_into_a_write_with_a_server_owned_key_changed_is_refused(office: Office, key: str):
    client, lead = await office.client("seeing"), office.known["other lead"]
    before = await office.record(lead)
    for method, path, body in (
        ("PATCH", f"/records/lead/{lead}", {"need": "x", key: OWNED[key]}),
        ("POST", "/records/lead", {"name": "x", key: OWNED[key]}),
        ("POST", "/records/lead/bulk", {"changes": [{"op": "update", "id": str(lead), "values": {key: OWNED[key]}}]}),
        ("POST", "/records/lead/bulk", {"filter": 'name == "other"', "set": {key: OWNED[key]}}),
    ):
        answer = await client.request(method, f"/api/v1{path}", json=body)
        ECHOED.append(answer.status_code < 400)
        assert answer.status_code == 422, (method, path, answer.text)
        assert any(problem["path"].endswith(key) for problem in answer.json()["problems"])
    assert await office.record(lead) == before


@pytest.mark.parametrize(
    "body",
    [
        {"customer": {"name": "x", "last_followup_at": "2020-01-01T00:00:00Z"}}, {"customer": {"name": "x", "created_by": OWNED["id"]}},
        {"contact": {"name": "x", "write_mode": "history"}}, {"deal": {"name": "x", "version": 7}}, {"deal": {"unheard": 1}},
        {"deal": {"product": OWNED["id"]}}, {"customer": {"name": "x", "brand": "lilan_global"}},
    ],
    ids=str,
)  # fmt: skip
async def test_converting_writes_nothing_its_caller_could_not_write(office: Office, body: dict[str, object]):
    client = await office.client("zhanglei")
    lead = (await client.post("/api/v1/records/lead", json={"name": "转化（演示）"})).json()["id"]
    before = await office.digest()
    answer = await client.post(f"/api/v1/leads/{lead}/convert", json=body)
    assert answer.status_code in (403, 422), answer.text
    assert await office.digest() == before


async def test_undo_gives_back_only_fields_its_caller_may_write(office: Office):
    lead = office.known["other lead"]
    async with office.database.work(office.workspace) as uow:
        change = (await write(uow, [Change("update", "lead", lead, {"secret": "二", "need": "二"})])).change
    answer = (await (await office.client("blind")).post(f"/api/v1/changes/{change}/undo")).json()
    assert [one.get("field") for one in answer["cannot"]] == [None]
    async with office.database.work(office.workspace) as uow:
        row = await get_record(uow, "lead", lead)
    assert (row["secret"], row["need"]) == ("二", None)
