"""Platform callbacks through the whole web application: handshakes, signatures, the answers platforms want."""

import hashlib
import json
import time
from urllib.parse import urlencode
from uuid import UUID

from leads_world import Client, publish, read
from xingji.features.leads import Touch, record_touch
from xingji.features.leads.intake import ground
from xingji.features.leads.intake.rerun import run_again
from xingji.kernel import records
from xingji.kernel.work.vault import Vault

TOKEN = "wx-token-演示"
SECRET = "douyin-secret-演示"
XML = (
    "<xml><ToUserName>gh</ToUserName><FromUserName>{user}</FromUserName><CreateTime>{at}</CreateTime><MsgType>text</MsgType>"
    "<Content><![CDATA[{text}]]></Content><MsgId>{id}</MsgId></xml>"
)


def signed(token=TOKEN, **more):
    stamp, nonce = str(int(time.time())), "n1"
    signature = hashlib.sha1("".join(sorted((token, stamp, nonce))).encode()).hexdigest()
    return urlencode({"signature": signature, "timestamp": stamp, "nonce": nonce, **more})


async def wechat(database, workspace):
    await publish(database, workspace, "source", "oa", {"via": "wechat_oa", "consent": "授权手机号", "settings": {"token": TOKEN}})
    return await Client.open(database, workspace, "oa")


async def lead_of(database, workspace, openid):
    async with database.work(workspace) as uow:
        return (await records.query(uow, records.Query("lead", filter=f'wechat == "{openid}"'))).rows


async def test_the_account_checks_its_address_and_its_messages_become_leads(database, workspace):
    client = await wechat(database, workspace)
    echo = await client.get(f"/api/v1/intake/{client.token}?{signed(echostr='hello')}")
    assert (echo.status, echo.text) == (200, "hello")
    wrong = await client.get(f"/api/v1/intake/{client.token}?{signed('other', echostr='hello')}")
    assert wrong.status == 401
    body = XML.format(user="openid-1", at=int(time.time()), text="想要报价", id=1001).encode()
    for _ in range(3):  # the platform repeats until it hears "success"
        answer = read(await client.http.post(f"/api/v1/intake/{client.token}?{signed()}", content=body, headers={"content-type": "text/xml"}))
        assert (answer.status, answer.text) == (200, "success")
    (lead,) = await lead_of(database, workspace, "openid-1")
    assert (lead["need"], lead["consent"], lead["channel"]) == ("想要报价", "授权手机号", "oa")


async def test_a_forged_message_of_the_account_is_refused_and_kept(database, workspace):
    client = await wechat(database, workspace)
    body = XML.format(user="openid-2", at=int(time.time()), text="假的", id=1002).encode()
    answer = read(await client.http.post(f"/api/v1/intake/{client.token}?{signed('other')}", content=body))
    assert (answer.status, answer.json["problems"][0]["code"]) == (401, "intake.signature_wrong")
    assert await lead_of(database, workspace, "openid-2") == []
    async with database.work(workspace) as uow:
        assert await uow.fetchval("select status from receipt where id = $1", UUID(answer.json["data"]["receipt"])) == "refused"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>'
    answer = read(await client.http.post(f"/api/v1/intake/{client.token}?{signed()}", content=bomb))
    assert (answer.status, answer.text) == (200, "success")  # the platform would only repeat it; the receipt says why
    async with database.work(workspace) as uow:
        refused = await uow.fetch("select problems from receipt where source = 'oa' and status = 'refused' order by id desc limit 1")
    assert refused[0]["problems"][0]["code"] == "intake.xml_dtd"


async def test_a_secret_that_does_not_open_stops_its_own_source_alone_and_what_came_is_run_again(database, workspace):
    client = await wechat(database, workspace)
    await publish(database, workspace, "source", "hook", {"via": "json", "mapping": {"name": "$.name", "mobile": "$.mobile"}})
    other = await Client.open(database, workspace, "hook")
    own = ground.vault()
    try:
        ground.configure_vault(Vault("a key that was put in the place of the other"))
        database.cache.pop(("leads.ground", workspace))
        taken = read(await other.http.post(f"/api/v1/intake/{other.token}", json={"name": "周志远(演示)", "mobile": "13800138111"}))
        assert (taken.status, taken.json["status"]) == (202, "accepted")
        body = XML.format(user="openid-9", at=int(time.time()), text="想要报价", id=1009).encode()
        answer = read(await client.http.post(f"/api/v1/intake/{client.token}?{signed()}", content=body))
        (problem,) = answer.json["problems"]
        assert (answer.status, problem["code"]) == (401, "intake.secret_unreadable")
        assert "XINGJI_SECRET_KEY" in problem["message"]["zh"]
    finally:
        ground.configure_vault(own)
        database.cache.pop(("leads.ground", workspace))
    async with database.work(workspace) as uow:
        outcome = await run_again(uow, UUID(answer.json["data"]["receipt"]))
    assert outcome.status == "accepted"
    assert len(await lead_of(database, workspace, "openid-9")) == 1


async def test_douyin_is_challenged_signed_and_deduplicated_by_its_message_id(database, workspace):
    await publish(database, workspace, "source", "dy", {"via": "douyin", "consent": "平台授权", "settings": {"client_secret": SECRET}})
    client = await Client.open(database, workspace, "dy")
    challenge = json.dumps({"event": "verify_webhook", "client_key": "", "content": {"challenge": 777}}).encode()
    assert (await client.send(challenge, {})).json == {"challenge": 777}
    content = {"clue_id": "c-1", "name": "抖音客", "telephone": "13812345678", "city_name": "江苏苏州", "item_id": "video-9", "ad_name": "春季"}
    body = json.dumps({"event": "clue", "client_key": "ck", "content": json.dumps(content, ensure_ascii=False)}).encode()
    good = hashlib.sha1(SECRET.encode() + body).hexdigest()
    first = await client.send(body, {"x-douyin-signature": good, "msg-id": "m-1"})
    assert (first.status, first.json["err_no"]) == (200, 0)
    again = await client.send(body, {"x-douyin-signature": good, "msg-id": "m-1"})
    assert again.json["status"] == "duplicate"
    tampered = await client.send(body.replace(b"138", b"139"), {"x-douyin-signature": good, "msg-id": "m-2"})
    assert tampered.status == 401
    async with database.work(workspace) as uow:
        (lead,) = (await records.query(uow, records.Query("lead", filter='video_id == "video-9"'))).rows
    assert (lead["mobile"], lead["campaign"], lead["area"], lead["external_id"]) == ("13812345678", "春季", ["320000", "苏州"], "c-1")


async def test_a_source_may_demand_recorded_touches(database, workspace):
    await publish(database, workspace, "source", "strict", {"via": "json", "demand_recorded_touch": True, "mapping": {"name": "$.name"}})
    client = await Client.open(database, workspace, "strict")
    lead = UUID((await client.post({"name": "要录音的"})).json["lead"])
    async with database.work(workspace) as uow:
        assert (await record_touch(uow, lead, Touch("call", answered=True)))["counted"] == ["touch.claimed"]
        assert (await records.get_record(uow, "lead", lead))["first_response_at"] is None
        assert (await record_touch(uow, lead, Touch("call", answered=True), claimed=False))["counted"][0] == "touch.response"
        assert (await records.get_record(uow, "lead", lead))["first_response_at"] is not None
