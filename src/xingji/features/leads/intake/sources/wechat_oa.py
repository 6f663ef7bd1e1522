"""WeChat Official Account callbacks (微信公众号), in plain and in encrypted mode.

Documented: GET with signature, timestamp, nonce and echostr to check the address; `signature` is the hex SHA-1 of
token, timestamp and nonce, sorted and joined. Messages come as XML by POST with the same three parameters; in encrypted
mode the body holds <Encrypt>, and `msg_signature` covers it too. The answer is the text "success", else it comes again.
MsgId, or sender and time for events, identify a message.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from xingji.features.leads.intake.sources.way import (
    Answer,
    Delivery,
    PlainWay,
    Reading,
    Unreadable,
    same_secret,
    sha1_hex,
)
from xingji.features.leads.intake.words import problem
from xingji.kernel.core.errors import Problem

FRESH_MINUTES = 15
SILENT = {"unsubscribe", "location", "view", "templatesendjobfinish"}


class WechatVia(PlainWay):
    """One lead per message or menu click; a sender's openid stands in `wechat`."""

    key = "wechat_oa"
    secrets = ("token", "encoding_aes_key")
    template: Mapping[str, Any] = {
        "name": "$.Name", "wechat": "$.FromUserName", "mobile": {"path": "$.PhoneNumber", "on_error": "drop"},
        "need": {"join": ["$.Content", "$.EventKey"], "by": " "}, "external_id": "$.FromUserName",
    }  # fmt: skip

    def handshake(self, settings: Mapping[str, Any], delivery: Delivery) -> Answer | None:
        if delivery.method != "GET":
            return None
        params = delivery.params()
        if (refusal := self._check(settings, delivery, params.get("signature", ""), ())) is not None:
            return Answer(401, refusal.code.encode(), "text/plain; charset=utf-8")
        return Answer(200, params.get("echostr", "").encode(), "text/plain; charset=utf-8")

    def authenticate(self, settings: Mapping[str, Any], delivery: Delivery) -> Problem | None:
        params = delivery.params()
        if "msg_signature" in params:
            try:
                sealed = read_xml(delivery.body).get("Encrypt", "")
            except Unreadable as error:
                return error.problem
            return self._check(settings, delivery, params["msg_signature"], (sealed,))
        return self._check(settings, delivery, params.get("signature", ""), ())

    def _check(
        self, settings: Mapping[str, Any], delivery: Delivery, given: str, more: tuple[str, ...]
    ) -> Problem | None:
        token = settings.get("token")
        if not token:
            return problem("intake.secret_missing", "settings.token")
        params = delivery.params()
        stamp, nonce = params.get("timestamp", ""), params.get("nonce", "")
        wanted = sha1_hex("".join(sorted((str(token), stamp, nonce, *more))).encode())
        if not same_secret(given, wanted):
            return problem("intake.signature_wrong", "signature")
        received = delivery.received_at
        if not (stamp.isdecimal() and len(stamp) < 15) or abs(received.timestamp() - int(stamp)) > FRESH_MINUTES * 60:
            return problem("intake.signature_stale", "timestamp", minutes=FRESH_MINUTES)
        return None

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        message = read_xml(delivery.body)
        if "Encrypt" in message:
            message = read_xml(decrypt(message["Encrypt"], settings))
        event = message.get("Event", "").lower()
        stamp = message.get("CreateTime", "")
        name = message.get("MsgId") or f"{message.get('FromUserName', '')}:{stamp}:{event}"
        ignored = f"event {event}" if event in SILENT else None
        return Reading(message, delivery=name, occurred_at=int(stamp) if stamp.isdecimal() and len(stamp) < 15 else None, ignored=ignored)

    def acknowledge(self, status: str) -> Answer | None:
        return Answer(200, b"success", "text/plain; charset=utf-8")


def read_xml(body: bytes) -> dict[str, str]:
    """The elements of a flat document by name; of nested ones the text of the innermost. Raises: Unreadable.

    A DTD is refused before anything of it is read: no entity is ever expanded or fetched.
    """
    found: dict[str, str] = {}
    stack: list[list[str]] = []
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if len(names) > 20:
            raise Unreadable(problem("intake.body_unreadable", format="XML", detail="too deep"))
        names.append(name)
        stack.append([])

    def end(name: str) -> None:
        text = "".join(stack.pop()).strip()
        if text or len(names) == 2:
            found.setdefault(names[-1], text)
        names.pop()

    def refuse(*_: Any) -> None:
        raise Unreadable(problem("intake.xml_dtd"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: stack[-1].append(text) if stack else None
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
        raise Unreadable(problem("intake.body_unreadable", format="XML", detail=str(error)[:120])) from None
    return found


def decrypt(sealed: str, settings: Mapping[str, Any]) -> bytes:
    """The XML inside <Encrypt>: AES-256-CBC, 16 random bytes, length, text, app id, PKCS#7 to 32. Raises: Unreadable."""
    unreadable = problem("intake.body_unreadable", format="AES", detail="encoding_aes_key")
    try:
        key = base64.b64decode(f"{settings['encoding_aes_key']}=")
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
        plain = plain[: -plain[-1]] if 1 <= plain[-1] <= 32 else plain
        length = int.from_bytes(plain[16:20])
        text, app_id = plain[20 : 20 + length], plain[20 + length :].decode()
    except (KeyError, ValueError, IndexError, binascii.Error, UnicodeDecodeError):
        raise Unreadable(unreadable) from None
    if len(text) != length or (settings.get("app_id") and app_id != settings["app_id"]):
        raise Unreadable(unreadable)
    return text
