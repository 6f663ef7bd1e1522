"""Each way of intake knows its sender and reads what it says."""

import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from xingji.features.leads.intake.sources import WAYS, Delivery, Unreadable
from xingji.features.leads.intake.sources.wechat_oa import read_xml

NOW = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)


def post(body: bytes | str, query="", **headers) -> Delivery:
    names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Delivery("POST", names, query, body if isinstance(body, bytes) else body.encode(), "203.0.113.7", NOW)


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(parts).encode()).hexdigest()


# ── web forms ──


def test_a_form_is_read_from_json_urlencoded_and_multipart():
    form = WAYS["form"]
    kinds = {
        "application/json": json.dumps({"name": "王", "mobile": "138"}),
        "application/x-www-form-urlencoded": urlencode({"name": "王", "mobile": "138"}),
        "multipart/form-data; boundary=x": '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n王\r\n--x\r\nContent-Disposition: form-data; name="mobile"\r\n\r\n138\r\n--x--\r\n',
    }
    for kind, body in kinds.items():
        reading = form.read({}, {}, post(body, content_type=kind))
        assert (reading.payload["name"], reading.payload["mobile"]) == ("王", "138"), kind
        assert reading.preset["ip"] == "203.0.113.7"


def test_our_own_page_needs_the_consent_and_a_filled_trap_is_refused():
    form = WAYS["form"]
    with pytest.raises(Unreadable) as refusal:
        form.read({}, {}, post(urlencode({"name": "王", "_page": "1"}), content_type="application/x-www-form-urlencoded"))
    assert refusal.value.problem.code == "intake.consent_missing"
    with pytest.raises(Unreadable) as refusal:
        form.read({}, {}, post('{"name": "x", "homepage_url": "http://spam"}'))
    assert refusal.value.problem.code == "intake.honeypot"


def test_a_device_id_stays_only_with_consent_on_our_own_page():
    form = WAYS["form"]
    assert "device" not in form.read({}, {}, post('{"name": "x", "device": "d1"}')).payload
    assert form.read({}, {}, post('{"name": "x", "device": "d1", "_page": 1, "consent": 1}')).payload["device"] == "d1"


# ── JSON ──


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "intake.empty"), (b"{", "intake.body_unreadable"), (b"[1]", "intake.not_an_object"), (b"\xff\xfe", "intake.body_unreadable"),
     (b"[" * 100_000, "intake.body_unreadable"), (b'"x"', "intake.not_an_object")],
)  # fmt: skip
def test_malformed_json_is_refused_with_its_reason(body, code):
    with pytest.raises(Unreadable) as refusal:
        WAYS["json"].read({}, {}, post(body))
    assert refusal.value.problem.code == code


def test_a_json_webhook_checks_its_signature_over_the_very_bytes():
    way, settings = WAYS["json"], {"secret": "s3cret"}
    body = b'{"name":"x"}'
    signature = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert way.authenticate(settings, post(body, x_signature=f"sha256={signature}")) is None
    assert way.authenticate(settings, post(b'{"name": "x"}', x_signature=signature)).code == "intake.signature_wrong"
    assert way.authenticate(settings, post(body)).code == "intake.signature_wrong"
    assert way.authenticate({}, post(body)) is None


def test_a_signed_time_that_is_old_is_refused():
    settings = {"secret": "k", "timestamp_header": "X-Timestamp"}
    stamp = str(int(NOW.timestamp()) - 600)
    signature = hmac.new(b"k", f"{stamp}.{{}}".encode(), hashlib.sha256).hexdigest()
    refusal = WAYS["json"].authenticate(settings, post(b"{}", x_signature=signature, x_timestamp=stamp))
    assert refusal.code == "intake.signature_stale"


# ── Douyin ──

CLUE = {"event": "clue", "client_key": "ck", "content": json.dumps({"clue_id": "c1", "name": "李", "telephone": "13800000000", "item_id": "v9"})}


def test_a_douyin_callback_is_known_by_secret_and_body():
    way, settings, body = WAYS["douyin"], {"client_secret": "sec"}, json.dumps(CLUE).encode()
    good = hashlib.sha1(b"sec" + body).hexdigest()
    assert way.authenticate(settings, post(body, x_douyin_signature=good)) is None
    assert way.authenticate(settings, post(body + b" ", x_douyin_signature=good)).code == "intake.signature_wrong"
    assert way.authenticate({}, post(body, x_douyin_signature=good)).code == "intake.secret_missing"
    reading = way.read({}, settings, post(body, msg_id="m1"))
    assert (reading.delivery, reading.payload["content"]["item_id"]) == ("m1", "v9")


def test_douyin_gets_its_challenge_back():
    body = json.dumps({"event": "verify_webhook", "client_key": "", "content": {"challenge": 12345}})
    answer = WAYS["douyin"].handshake({"client_secret": "sec"}, post(body))
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": 12345})
    assert WAYS["douyin"].handshake({"client_secret": "sec"}, post(body, x_douyin_signature="0" * 40)).status == 401


# ── WeChat ──


def wechat_query(token="tok", *more, name="signature", at=NOW):
    stamp, nonce = str(int(at.timestamp())), "n1"
    return urlencode({"timestamp": stamp, "nonce": nonce, "echostr": "hello", name: sha1(*sorted((token, stamp, nonce, *more)))})


def test_wechat_gets_its_echo_only_for_a_right_signature():
    way = WAYS["wechat_oa"]
    good = Delivery("GET", {}, wechat_query(), b"", None, NOW)
    assert (way.handshake({"token": "tok"}, good).status, way.handshake({"token": "tok"}, good).body) == (200, b"hello")
    assert way.handshake({"token": "other"}, good).status == 401


def test_a_wechat_message_is_read_and_a_stale_or_forged_one_is_not():
    way = WAYS["wechat_oa"]
    body = "<xml><ToUserName><![CDATA[gh]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1770084000</CreateTime><MsgType>text</MsgType><Content><![CDATA[想要两台泵]]></Content><MsgId>77</MsgId></xml>"
    assert way.authenticate({"token": "tok"}, post(body, wechat_query())) is None
    assert way.authenticate({"token": "x"}, post(body, wechat_query())).code == "intake.signature_wrong"
    old = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
    assert way.authenticate({"token": "tok"}, post(body, wechat_query(at=old))).code == "intake.signature_stale"
    reading = way.read({}, {}, post(body))
    assert (reading.delivery, reading.payload["Content"], reading.payload["FromUserName"]) == ("77", "想要两台泵", "o1")
    assert way.acknowledge("refused").body == b"success"


def test_an_encrypted_wechat_message_is_opened():
    key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
    inner = b"<xml><FromUserName>o2</FromUserName><Content>hi</Content><MsgId>9</MsgId></xml>"
    plain = os.urandom(16) + len(inner).to_bytes(4) + inner + b"wxapp"
    pad = 32 - len(plain) % 32
    raw = base64.b64decode(key + "=")
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    sealed = base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()
    settings = {"token": "tok", "encoding_aes_key": key, "app_id": "wxapp"}
    delivery = post(f"<xml><Encrypt>{sealed}</Encrypt></xml>", wechat_query("tok", sealed, name="msg_signature"))
    assert WAYS["wechat_oa"].authenticate(settings, delivery) is None
    assert WAYS["wechat_oa"].read({}, settings, delivery).payload["FromUserName"] == "o2"
    with pytest.raises(Unreadable):
        WAYS["wechat_oa"].read({}, {**settings, "app_id": "other"}, delivery)


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml>&b;</xml>',
        "<!DOCTYPE x><xml/>",
        "<xml><a></xml>", "", "x", "<a>" * 50 + "</a>" * 50,
    ],
)  # fmt: skip
def test_xml_with_a_dtd_or_without_form_is_refused(body):
    with pytest.raises(Unreadable):
        read_xml(body.encode())


# ── calls ──


def test_a_connected_call_brings_its_response_and_a_missed_one_is_a_lead():
    way = WAYS["call"]
    connected = way.read({}, {}, post('{"call_id": "c1", "caller": "13800000000", "status": "answered", "duration_sec": 65}'))
    assert (connected.delivery, connected.touch["answered"], connected.touch["duration_sec"]) == ("c1", True, 65)
    missed = way.read({}, {}, post('{"call_id": "c2", "caller": "13800000000", "status": "missed", "duration_sec": 0}'))
    assert (missed.touch, missed.ignored) == (None, None)
    assert way.read({"missed_call_is_lead": False}, {}, post('{"call_id": "c3", "caller": "1", "status": "missed"}')).ignored


def test_a_withheld_number_is_no_phone_and_still_a_lead():
    reading = WAYS["call"].read({}, {}, post('{"call_id": "c4", "caller": "anonymous", "status": "missed"}'))
    assert reading.payload["caller"] is None
    assert reading.preset["name"]
