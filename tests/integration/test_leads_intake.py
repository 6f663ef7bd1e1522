"""Intake on real PostgreSQL: receipt first, one lead per delivery, refused ones kept and run again."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from leads_world import NOW, Client, publish
from xingji.features.leads.intake.rerun import run_again
from xingji.kernel import access, records
from xingji.kernel.core.errors import conflict
from xingji.kernel.core.protocols import SYSTEM


@pytest_asyncio.fixture(loop_scope="session")
async def client(database, workspace):
    return await Client.open(database, workspace, "web_form")


async def leads(database, workspace, text=None):
    async with database.work(workspace) as uow:
        return (await records.query(uow, records.Query("lead", filter=text, limit=1000))).rows


async def test_a_posted_lead_is_stored_with_its_receipt_and_its_events(client, database, workspace):
    answer = await client.post({"name": "王演示", "company": "苏州演示泵业有限公司", "mobile": "13812345678", "utm_source": "baidu"})
    assert answer.status == 202
    assert answer.json["status"] == "accepted"
    async with database.work(workspace) as uow:
        lead = await records.get_record(uow, "lead", UUID(answer.json["lead"]))
        receipt = await uow.fetchrow("select * from receipt where id = $1", UUID(answer.json["receipt"]))
        events = await uow.fetch("select type from event where record = $1 order by id", UUID(answer.json["lead"]))
    assert (lead["source"], lead["channel"], lead["utm_source"], lead["consent"]) == ("web_form", "web_form", "baidu", "表单勾选")
    assert (receipt["status"], json.loads(receipt["body"])["name"]) == ("accepted", "王演示")
    assert {row["type"] for row in events} == {"lead.created", "lead.received"}


@pytest.mark.parametrize("times", [1, 2, 3, 5])
async def test_a_delivery_that_comes_several_times_at_once_is_one_lead(client, database, workspace, times):
    fields = {"name": f"并发{times}", "mobile": "13900000000", "_id": f"same-{times}"}
    answers = await asyncio.gather(*(client.post(fields) for _ in range(times)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["lead"] for answer in answers}) == 1
    assert sorted(answer.json["status"] for answer in answers) == ["accepted"] + ["duplicate"] * (times - 1)
    assert len(await leads(database, workspace, f'name == "并发{times}"')) == 1


async def test_two_processes_that_get_the_same_deliveries_at_once_make_each_a_single_lead(database, workspace):
    one, other = await Client.open(database, workspace, "web_form"), await Client.open(database, workspace, "web_form")
    batch = [{"name": f"双机{n}", "mobile": "13900000001"} for n in range(40)]
    answers = await asyncio.gather(*(c.post(fields) for n, fields in enumerate(batch) for c in ((one, other) if n % 2 else (other, one))))
    assert {answer.status for answer in answers} == {202}
    assert len(await leads(database, workspace, 'name.startsWith("双机")')) == 40
    assert [a.json["status"] for a in answers].count("accepted") == 40


async def test_without_a_platform_id_the_same_body_counts_once_within_a_day(client):
    first = await client.post({"name": "同文", "mobile": "13900000002"})
    second = await client.post({"name": "同文", "mobile": "13900000002"})
    assert (second.json["status"], second.json["lead"], second.json["receipt"]) == ("duplicate", first.json["lead"], first.json["receipt"])


async def test_an_idempotency_key_with_another_body_is_refused(client):
    key = {"idempotency-key": "k-1"}
    first = await client.post({"name": "键一"}, headers=key)
    again = await client.post({"name": "键一"}, headers=key)
    other = await client.post({"name": "键二"}, headers=key)
    assert again.json["lead"] == first.json["lead"]
    assert (other.status, other.json["problems"][0]["code"]) == (422, "intake.key_reused")


async def test_a_refused_payload_is_kept_and_runs_again_after_the_mapping_is_mended(database, workspace):
    await publish(database, workspace, "source", "mended", {"via": "json", "mapping": {"name": "$.who", "budget": "$.who"}})
    client = await Client.open(database, workspace, "mended")
    refused = await client.post({"who": "李演示", "money": "50万"})
    assert refused.status == 422
    assert refused.json["problems"][0]["path"] == "budget"
    assert refused.json["problems"][0]["message"]["zh"]
    receipt = UUID(refused.json["data"]["receipt"])
    await publish(database, workspace, "source", "mended", {"via": "json", "mapping": {"name": "$.who", "budget": "$.money"}})
    async with database.work(workspace) as uow:
        outcome = await run_again(uow, receipt)
    assert (outcome.status, outcome.receipt) == ("accepted", receipt)
    async with database.work(workspace) as uow:
        lead = await records.get_record(uow, "lead", outcome.lead)
        row = await uow.fetchrow("select status, attempts, lead from receipt where id = $1", receipt)
    assert lead["budget"] == 50_000_000
    assert (row["status"], row["attempts"], row["lead"]) == ("accepted", 2, outcome.lead)


async def test_a_refused_delivery_that_comes_again_is_run_again(database, workspace):
    await publish(database, workspace, "source", "twice", {"via": "json", "mapping": {"name": "$.n", "budget": "$.n"}})
    client = await Client.open(database, workspace, "twice")
    refused = await client.post({"n": "赵"})
    await publish(database, workspace, "source", "twice", {"via": "json", "mapping": {"name": "$.n"}})
    again = await client.post({"n": "赵"})
    assert (again.status, again.json["status"], again.json["receipt"]) == (202, "accepted", refused.json["data"]["receipt"])


async def test_one_refused_lead_of_a_batch_harms_no_other(client, database, workspace):
    fields = [{"name": f"批{n}", "mobile": "x" if n == 7 else f"1390000{n:04d}"} for n in range(20)]
    answers = await asyncio.gather(*(client.post(one) for one in fields))
    assert [n for n, answer in enumerate(answers) if answer.status != 202] == [7]
    assert len(await leads(database, workspace, 'name.startsWith("批")')) == 19


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", "application/json", "intake.empty"), (b"{", "application/json", "intake.body_unreadable"),
        (b"[]", "application/json", "intake.not_an_object"), (b"\xff\xfe\x00", "application/json", "intake.body_unreadable"),
        (b'{"name": "a\\u0000b"}', "application/json", "intake.value_unfit"), (b"{}", "application/json", "intake.no_contact"),
        (b'{"name": {"$ne": null}, "mobile": ["a"]}', "application/json", None),
        (b"x" * 1000, "multipart/form-data", None), (b"%%%=%%&&", "application/x-www-form-urlencoded", "intake.no_contact"),
    ],
)  # fmt: skip
async def test_a_malformed_body_is_refused_by_name_and_kept(client, database, workspace, body, kind, code):
    answer = await client.send(body, {"content-type": kind})
    assert answer.status == 422
    found = {problem["code"] for problem in answer.json["problems"]}
    assert code is None or code in found
    async with database.work(workspace) as uow:
        assert await uow.fetchval("select body from receipt where id = $1", UUID(answer.json["data"]["receipt"])) == body


async def test_a_large_payload_goes_through_the_file_gateway(client, database, workspace):
    answer = await client.post({"name": "长文", "need": "泵" * 3000, "extra": "x" * 300_000})
    assert answer.status == 202
    async with database.work(workspace) as uow:
        row = await uow.fetchrow("select body, file from receipt where id = $1", UUID(answer.json["receipt"]))
        assert row["body"] is None
        _, content = await records.read_file(uow, row["file"])
    assert json.loads(content)["name"] == "长文"


async def test_a_body_above_the_limit_is_refused_before_it_is_read(client):
    answer = await client.send(b"{}", {"content-length": "9000000"})
    assert (answer.status, answer.json["code"]) == (413, "http.too_large")


async def test_an_unknown_and_a_revoked_token_are_refused(database, workspace):
    stranger = Client.with_token(database, "xs_nobody")
    assert (await stranger.post({"name": "x"})).status == 401
    token_id, token = await access.create_token(database, workspace, "source", "t", source="web_form")
    await access.revoke_token(database, workspace, token_id)
    assert (await Client.with_token(database, token).post({"name": "x"})).status == 401


async def test_a_forged_delivery_makes_no_lead_and_does_not_take_the_genuine_ones_key(database, workspace):
    settings = {"secret": "s3cret-演示", "id": "$.id"}
    await publish(database, workspace, "source", "signed", {"via": "json", "settings": settings, "mapping": {"name": "$.name"}})
    client = await Client.open(database, workspace, "signed")
    body = json.dumps({"id": "1", "name": "真"}).encode()
    forged = await client.send(body, {"x-signature": "0" * 64})
    assert (forged.status, forged.json["problems"][0]["code"]) == (401, "intake.signature_wrong")
    good = hmac.new("s3cret-演示".encode(), body, hashlib.sha256).hexdigest()
    assert (await client.send(body, {"x-signature": good})).json["status"] == "accepted"
    async with database.work(workspace, SYSTEM) as uow:
        stored = await uow.fetchval("select document from definition where kind = 'source' and key = 'signed'")
    assert "s3cret" not in json.dumps(stored, ensure_ascii=False)


async def test_a_connected_call_arrives_with_its_response_recorded(database, workspace):
    await publish(database, workspace, "source", "hotline", {"via": "call"})
    client = await Client.open(database, workspace, "hotline")
    answer = await client.post({"call_id": "c1", "caller": "13812345678", "status": "answered", "duration_sec": 42})
    async with database.work(workspace) as uow:
        lead = await records.get_record(uow, "lead", UUID(answer.json["lead"]))
        rows = await uow.fetch("select type, claimed, duration_sec from event where record = $1 and type like 'touch.%' order by id", UUID(lead["id"]))
    assert lead["first_response_at"] is not None
    assert [(row["type"], row["claimed"], row["duration_sec"]) for row in rows] == [("touch.response", False, 42.0), ("touch.followup", False, 42.0)]


async def test_the_same_credit_code_joins_the_open_lead(database, workspace, client):
    code = "91110000600037341L"
    await publish(database, workspace, "source", "coded", {"via": "json", "mapping": {"name": "$.name", "uscc": "$.uscc"}})
    client = await Client.open(database, workspace, "coded")
    answers = await asyncio.gather(*(client.post({"name": f"信用{n}", "uscc": code}) for n in range(4)))
    assert sorted(answer.json["status"] for answer in answers) == ["accepted", "joined", "joined", "joined"]
    assert len({answer.json["lead"] for answer in answers}) == 1
    async with database.work(workspace) as uow:
        count = await uow.fetchval("select count(*) from event where type = 'lead.enquired' and record = $1", UUID(answers[0].json["lead"]))
    assert count == 3


async def test_the_hosted_page_escapes_what_it_is_given(database, workspace, client):
    page = await client.get(f"/f/{client.token}?utm_source=%22%3E%3Cscript%3E")
    assert page.status == 200
    assert "<script>" not in page.text.replace('<script src="/f/page.js" defer></script>', "")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "同意" in page.text
    assert (await client.get(f"/f/{client.token}.js")).text.startswith("(function")
    assert (await client.get("/f/xs_nobody")).status == 401


async def test_a_person_who_sends_the_hosted_form_sees_thanks(client):
    form = {"name": "访客", "mobile": "13712345678", "_page": "1", "consent": "1", "_id": "page-1", "homepage_url": ""}
    answer = await client.form(form)
    assert (answer.status, "已收到" in answer.text) == (200, True)
    refused = await client.form({**form, "_id": "page-2", "consent": ""})
    assert (refused.status, "同意" in refused.text) == (422, True)


async def test_a_flush_of_fifty_takes_no_more_statements_than_one_of_one(database, workspace):
    from xingji.features.leads.intake.flush import INTAKE, flush
    from xingji.features.leads.intake.prepare import Item
    from xingji.features.leads.intake.sources import Delivery

    async def statements(number: int, tag: str) -> int:
        bodies = [json.dumps({"name": f"计数{tag}{n}", "mobile": f"139{n:08d}"}).encode() for n in range(number)]
        items = [Item("web_form", Delivery("POST", {"content-type": "application/json"}, "", body, None, NOW)) for body in bodies]
        async with database.work(workspace, INTAKE) as uow:
            await flush(uow, items)
            return uow.queries

    await statements(1, "warm")
    assert await statements(50, "many") == await statements(1, "one") <= 8


async def test_a_drafts_dry_run_reads_past_deliveries_and_changes_nothing(database, workspace):
    from xingji.features.leads.kinds import SourceKind

    await publish(database, workspace, "source", "trial", {"via": "json", "mapping": {"name": "$.n", "budget": "$.n"}})
    client = await Client.open(database, workspace, "trial")
    await client.post({"n": "甲", "b": 1})
    await client.post({"n": "乙", "b": "x"})
    draft = {"key": "trial", "via": "json", "mapping": {"name": "$.n", "budget": "$.b"}}
    async with database.work(workspace) as uow:
        before = await uow.fetchval("select count(*) from event")
        found = await SourceKind().dry_run(uow, draft, uow.now - timedelta(days=1), uow.now + timedelta(days=1))
        assert await uow.fetchval("select count(*) from event") == before
    assert (found["deliveries"], found["acts"], found["refused"]) == (2, 1, 1)


async def test_a_printable_code_leads_to_the_qr_page(database, workspace):
    await publish(database, workspace, "source", "booth", {"via": "qr", "consent": "扫码页勾选"})
    client = await Client.open(database, workspace, "booth")
    page = await client.get(f"/q/{client.token}?booth=A12")
    assert 'name="booth" value="A12"' in page.text
    code = await client.get(f"/q/{client.token}.svg")
    assert (code.status, code.text.startswith("<?xml")) == (200, True)
    sent = await client.form({"name": "扫码客", "mobile": "13712340000", "_page": "1", "consent": "1", "booth": "A12"})
    assert sent.status == 200
    (lead,) = await leads(database, workspace, 'name == "扫码客"')
    assert (lead["campaign"], lead["consent"]) == ("A12", "扫码页勾选")


@pytest.mark.parametrize("error", [ValueError("boom"), conflict("records.not_unique"), asyncpg.DataError("bad")], ids=["bug", "refusal", "database"])
async def test_a_delivery_that_cannot_be_stored_is_kept_alone_and_the_others_are_leads(client, database, workspace, monkeypatch, error):
    genuine = records.write

    async def poisoned(uow, changes, **options):
        if any(change.values.get("name") == "毒" for change in changes):
            raise error
        return await genuine(uow, changes, **options)

    monkeypatch.setattr(records, "write", poisoned)
    # The quick way writes by a statement of its own: here every delivery is looked at closely.
    monkeypatch.setattr(records, "plan_creates", lambda schema, actor, changes: records.Planned(schema.object("lead"), [], [], []))
    tag = type(error).__name__
    names = [f"无毒{tag}{n}" for n in range(9)] + ["毒"]
    answers = await asyncio.gather(*(client.post({"name": name, "mobile": "13900000005", "_id": f"{tag}{name}"}) for name in names))
    assert [answer.status for answer in answers] == [202] * 9 + [422]
    assert answers[-1].json["problems"][0]["code"] == "intake.failed"
    monkeypatch.undo()
    receipt = UUID(answers[-1].json["data"]["receipt"])
    async with database.work(workspace) as uow:
        again = await run_again(uow, receipt)
    assert again.status == "accepted"
    repeated = await client.post({"name": "毒", "mobile": "13900000005", "_id": f"{tag}毒"})
    assert (repeated.json["status"], repeated.json["lead"]) == ("duplicate", str(again.lead))
