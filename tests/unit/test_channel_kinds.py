"""What each channel sends, what it reads in the answers, and which settings it refuses."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from xingji.connectors.simulators import DEMO_ROBOTS, Robot, SimulatorState
from xingji.connectors.simulators.robots import Call, dingtalk, feishu, webhook, wecom
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels import CHANNEL_KINDS, Delivery, Message, Outcome, Recipient
from xingji.kernel.work.channels.robot import cut_bytes
from xingji.kernel.work.http_client import Answer
from xingji.kernel.work.outbox import budget, decide

NOW = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)
WECOM, DINGTALK = CHANNEL_KINDS["wecom_robot"], CHANNEL_KINDS["dingtalk_robot"]
FEISHU, WEBHOOK, EMAIL = CHANNEL_KINDS["feishu_robot"], CHANNEL_KINDS["webhook"], CHANNEL_KINDS["email"]
WEBHOOK_SECRET = DEMO_ROBOTS["webhook"][0].secret
GUARD = AddressGuard()


def delivery(title: str = "线索超时(演示)", **more) -> Delivery:
    message = Message(title=title, body=more.pop("body", "请尽快联系"), **more)
    return Delivery("rule:42:zhang", message, Recipient(mobiles=("13800001234",)), 1, NOW, NOW)


def answer(body: dict | bytes | str, status: int = 200, **headers: str) -> Answer:
    raw = json.dumps(body).encode() if isinstance(body, dict) else body if isinstance(body, bytes) else body.encode()
    return Answer(status, headers, raw)


def state(platform: str, robot: Robot, at: datetime = NOW) -> SimulatorState:
    return SimulatorState({platform: (robot,)}, clock=lambda: at.timestamp())


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "body", "status", "limited"),
    [
        (WECOM, {"errcode": 0, "errmsg": "ok"}, "delivered", False),
        (WECOM, {"errcode": 45009, "errmsg": "api freq out of limit"}, "retry", True),
        (WECOM, {"errcode": 45033, "errmsg": "concurrency"}, "retry", True),
        (WECOM, {"errcode": -1, "errmsg": "system busy"}, "retry", False),
        (WECOM, {"errcode": 93000, "errmsg": "invalid webhook url"}, "dead", False),
        (WECOM, {"errcode": 44004, "errmsg": "empty content"}, "dead", False),
        (WECOM, {"errcode": "0"}, "retry", False),
        (WECOM, {}, "retry", False),
        (DINGTALK, {"errcode": 0, "errmsg": "ok"}, "delivered", False),
        (DINGTALK, {"errcode": 310000, "errmsg": "sign not match"}, "dead", False),
        (DINGTALK, {"errcode": 310000, "errmsg": "keywords not in content"}, "dead", False),
        (DINGTALK, {"errcode": 300005, "errmsg": "token is not exist"}, "dead", False),
        (DINGTALK, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, "retry", True),
        (DINGTALK, {"status": 1111, "wait": 5, "punish": "deny"}, "retry", True),
        (DINGTALK, {"errcode": -1, "errmsg": "busy"}, "retry", False),
        (FEISHU, {"code": 0, "msg": "success"}, "delivered", False),
        (FEISHU, {"StatusCode": 0, "StatusMessage": "success"}, "delivered", False),
        (FEISHU, {"code": 19021, "msg": "sign match fail"}, "dead", False),
        (FEISHU, {"code": 19024, "msg": "Key Words Not Found"}, "dead", False),
        (FEISHU, {"code": 9499, "msg": "Bad Request"}, "dead", False),
        (FEISHU, {"code": 11232, "msg": "frequency limited"}, "retry", True),
    ],
)
def test_a_200_is_delivered_only_when_its_body_says_so(kind, body, status, limited):
    outcome = kind.classify(answer(body))
    assert (outcome.status, outcome.limited) == (status, limited)


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, FEISHU])
@pytest.mark.parametrize("body", [b"", b"<html>gateway</html>", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"a":'])
def test_an_unreadable_200_is_tried_again_and_never_counted_as_delivered(kind, body):
    assert kind.classify(answer(body)).status == "retry"


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, FEISHU, WEBHOOK])
def test_the_status_decides_where_there_is_no_body(kind):
    assert kind.classify(answer("", 503)).status == "retry"
    limited = kind.classify(Answer(429, {"retry-after": "7"}, b""))
    assert (limited.status, limited.after, limited.limited) == ("retry", 7.0, True)
    assert kind.classify(answer("", 404)).status == "dead"


def test_feishu_reads_the_code_even_beside_a_400():
    outcome = FEISHU.classify(answer({"code": 11232, "msg": "limited"}, 400))
    assert (outcome.status, outcome.limited) == ("retry", True)


def test_a_webhook_is_delivered_by_any_2xx_and_not_by_a_redirect():
    assert WEBHOOK.classify(answer("", 204)).status == "delivered"
    assert WEBHOOK.classify(answer("", 302)).status == "dead"
    assert WEBHOOK.classify(answer("", 410)).status == "dead"
    assert WEBHOOK.classify(answer("", 500)).status == "retry"


# ── protocols, against the simulators' own computation ───────────────────────────────────────────────────────────


def send_dingtalk(simulator: SimulatorState, secret: str, keyword: str | None = None) -> dict:
    settings = {"url": "https://oapi.dingtalk.com/robot/send?access_token=t", "secret": secret, "keyword": keyword}
    query = {name: values[0] for name, values in parse_qs(urlsplit(DINGTALK.signed_url(settings, NOW)).query).items()}
    body = json.dumps(DINGTALK.payload(delivery(), settings)).encode()
    return dict(dingtalk(simulator, Call("/robot/send", query, {"content-type": "application/json"}, body)).body)


def test_dingtalk_accepts_our_signature_and_no_other():
    simulator = state("dingtalk", Robot("t", "SECright"))
    assert send_dingtalk(simulator, "SECright")["errcode"] == 0
    assert send_dingtalk(simulator, "SECwrong") == {"errcode": 310000, "errmsg": "sign not match"}
    assert len(simulator.received["dingtalk"]) == 1
    late = state("dingtalk", Robot("t", "SECright"), NOW.replace(hour=6))
    assert send_dingtalk(late, "SECright") == {"errcode": 310000, "errmsg": "invalid timestamp"}


def test_dingtalk_puts_the_demanded_keyword_in_front():
    simulator = state("dingtalk", Robot("t", None, "提醒"))
    assert send_dingtalk(simulator, "", "提醒")["errcode"] == 0
    assert simulator.texts("dingtalk")[0].startswith("提醒 ")
    assert send_dingtalk(simulator, "")["errmsg"] == "keywords not in content"


def test_dingtalk_signs_as_its_document_computes():
    digest = hmac.new(b"SECx", b"1780372800000\nSECx", hashlib.sha256).digest()
    settings = {"url": "https://oapi.dingtalk.com/robot/send?access_token=t", "secret": "SECx"}
    query = parse_qs(urlsplit(DINGTALK.signed_url(settings, datetime.fromtimestamp(1780372800, UTC))).query)
    assert query["timestamp"] == ["1780372800000"]
    assert query["sign"] == [base64.b64encode(digest).decode()]


@pytest.mark.parametrize(("secret", "code"), [("right", 0), ("wrong", 19021), ("", 19021)])
def test_feishu_accepts_our_signature_and_no_other(secret, code):
    simulator = state("feishu", Robot("t", "right"))
    body = json.dumps(FEISHU.payload(delivery(), {"secret": secret})).encode()
    assert feishu(simulator, Call("/open-apis/bot/v2/hook/t", {}, {}, body)).body["code"] == code


def test_feishu_cannot_be_made_to_mention_everybody():
    text = FEISHU.payload(delivery('<at user_id="all">所有人</at>'), {})["content"]["text"]
    assert "<at" not in text


def test_wecom_masks_mobiles_in_the_group_and_mentions_the_owner():
    simulator = state("wecom", Robot("k"))
    payload = WECOM.payload(delivery("客户 13912345678 等待回电", urgency="strong"), {})
    assert wecom(simulator, Call("", {"key": "k"}, {}, json.dumps(payload).encode())).body["errcode"] == 0
    assert simulator.texts("wecom") == ["【紧急】客户 139****5678 等待回电\n请尽快联系"]
    assert simulator.received["wecom"][0].mentions == ("13800001234",)
    shown = WECOM.payload(delivery("13912345678"), {"show_contacts": True})
    assert "13912345678" in shown["text"]["content"]


def test_a_long_chinese_text_is_cut_between_characters():
    content = WECOM.payload(delivery("长" * 3000), {})["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.endswith("…")
    assert cut_bytes("短", 10) == "短"


def test_a_platform_refuses_the_twenty_first_message_of_a_minute():
    simulator = state("wecom", Robot("k"))
    call = Call("", {"key": "k"}, {}, json.dumps(WECOM.payload(delivery(), {})).encode())
    codes = [wecom(simulator, call).body["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [45009]


def test_a_webhook_is_signed_and_a_changed_body_is_refused():
    simulator = state("webhook", Robot("erp", WEBHOOK_SECRET))
    settings = {"url": "https://erp.example.com/webhook/erp", "secret": WEBHOOK_SECRET}
    headers, body = WEBHOOK.request(delivery(type="lead.hot", data={"object": "lead"}), settings)
    assert webhook(simulator, Call("/webhook/erp", {}, headers, body)).status == 200
    assert webhook(simulator, Call("/webhook/erp", {}, headers, body + b" ")).status == 401
    stale = state("webhook", Robot("erp", WEBHOOK_SECRET), NOW.replace(minute=6))
    assert webhook(stale, Call("/webhook/erp", {}, headers, body)).status == 401
    assert json.loads(body)["data"]["object"] == "lead"
    assert headers["webhook-id"] == delivery("another text").id


def test_a_webhook_sent_twice_is_kept_once_by_its_id():
    simulator = state("webhook", Robot("erp", WEBHOOK_SECRET))
    headers, body = WEBHOOK.request(delivery(), {"secret": WEBHOOK_SECRET})
    for _ in range(3):
        assert webhook(simulator, Call("/webhook/erp", {}, headers, body)).status == 200
    assert len(simulator.received["webhook"]) == 1


def test_an_e_mail_keeps_its_id_and_cannot_gain_a_header():
    settings = {"host": "smtp.example.com", "sender": "crm@demo.example", "to": ["zhang@demo.example"]}
    mail = EMAIL.compose(delivery("超时\r\nBcc: all@demo.example", urgency="strong"), settings)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "【紧急】超时 Bcc: all@demo.example"
    assert mail["Message-ID"] == f"<{delivery('another text').id}@demo.example>"
    assert mail["Importance"] == "high"
    assert "请尽快联系" in mail.get_content()


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = {
    "wecom_robot": {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"},
    "dingtalk_robot": {"url": "https://oapi.dingtalk.com/robot/send?access_token=t", "secret": "SECx"},
    "feishu_robot": {"url": "https://open.feishu.cn/open-apis/bot/v2/hook/t", "secret": "x"},
    "webhook": {"url": "https://erp.demo.com/hook", "secret": WEBHOOK_SECRET},
    "email": {"host": "smtp.demo.com", "sender": "crm@demo.example", "username": "crm", "password": "p"},
}


@pytest.mark.parametrize("key", sorted(GOOD))
def test_good_settings_have_no_problem(key):
    assert CHANNEL_KINDS[key].check(GOOD[key], GUARD) == []


@pytest.mark.parametrize(
    ("key", "change", "path"),
    [
        ("wecom_robot", {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"}, "settings.url"),
        ("wecom_robot", {"url": "http://127.0.0.1:8080/send?key=k"}, "settings.url"),
        ("wecom_robot", {"url": "http://169.254.169.254/latest?key=k"}, "settings.url"),
        ("wecom_robot", {"url": None}, "settings.url"),
        ("wecom_robot", {"url": 7}, "settings.url"),
        ("wecom_robot", {"secret": "x"}, "settings.secret"),
        ("dingtalk_robot", {"secret": "abc"}, "settings.secret"),
        ("dingtalk_robot", {"secret": None}, "settings.secret"),
        ("feishu_robot", {"url": "https://open.feishu.cn/hook"}, "settings.url"),
        ("webhook", {"url": "http://2130706433/"}, "settings.url"),
        ("webhook", {"url": "ftp://erp.demo.com/"}, "settings.url"),
        ("webhook", {"secret": "whsec_c2hvcnQ="}, "settings.secret"),
        ("webhook", {"secret": "plain text"}, "settings.secret"),
        ("email", {"host": "10.0.0.5"}, "settings.host"),
        ("email", {"port": 70000}, "settings.port"),
        ("email", {"security": "ssl"}, "settings.security"),
        ("email", {"security": "none"}, "settings.security"),
        ("email", {"sender": "not an address"}, "settings.sender"),
        ("email", {"to": ["a@b.com", "x\r\nBcc: y@z.com"]}, "settings.to"),
        ("email", {"username": None}, "settings.username"),
    ],
)
def test_bad_settings_are_refused_at_their_place_in_both_languages(key, change, path):
    problems = CHANNEL_KINDS[key].check(GOOD[key] | change, GUARD)
    assert [problem.path for problem in problems] == [path]
    assert set(problems[0].message) == {"zh", "en"}


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failed_attempt_waits_longer_each_time_and_ends_as_a_dead_letter():
    pauses = [decide(Outcome("retry"), attempt, 0, 8)[1] for attempt in range(1, 8)]
    assert all(5 * 2**n <= pause <= 1.5 * 5 * 2**n for n, pause in enumerate(pauses))
    assert decide(Outcome("retry"), 8, 0, 8) == ("dead", None)
    assert decide(Outcome("dead"), 1, 0, 8) == ("dead", None)
    assert decide(Outcome("delivered"), 8, 0, 8) == ("sent", None)


def test_a_rate_limit_never_makes_a_dead_letter_of_an_attempt():
    status, pause = decide(Outcome("retry", after=60, limited=True), 8, 0, 8)
    assert (status, 60 <= pause <= 90) == ("waiting", True)


def test_the_rates_of_a_channel_leave_what_they_leave():
    recent = [NOW] * 18
    assert budget(WECOM.rates, recent, NOW, 50) == 2
    assert budget(FEISHU.rates, recent, NOW, 50) == 0
    assert budget((), recent, NOW, 8) == 8
