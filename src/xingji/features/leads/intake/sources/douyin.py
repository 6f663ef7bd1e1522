"""Douyin lead callbacks (抖音开放平台 webhooks), after the advertiser authorised them.

Documented: POST of JSON {event, client_key, content, log_id}; header `X-Douyin-Signature` is the hex SHA-1 of the
client secret followed by the raw body; `Msg-Id` identifies a message for deduplication; an `event` of `verify_webhook`
asks for its challenge back as JSON. `content` is an object or the text of one; both are read.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from xingji.features.leads.intake.sources.way import (
    Answer,
    Delivery,
    PlainWay,
    Reading,
    read_object,
    same_secret,
    sha1_hex,
)
from xingji.features.leads.intake.words import problem
from xingji.kernel.core.errors import Problem


class DouyinVia(PlainWay):
    """One lead per message."""

    key = "douyin"
    secrets = ("client_secret",)
    template: Mapping[str, Any] = {
        "name": "$.content.name", "mobile": {"path": "$.content.telephone", "on_error": "drop"},
        "wechat": "$.content.weixin", "need": "$.content.remark", "area": {"path": "$.content.city_name", "on_error": "drop"},
        "video_id": "$.content.item_id", "campaign": "$.content.ad_name", "external_id": "$.content.clue_id",
    }  # fmt: skip

    def handshake(self, settings: Mapping[str, Any], delivery: Delivery) -> Answer | None:
        if b"verify_webhook" not in delivery.body:
            return None
        message = read_object(delivery.body)
        if message.get("event") != "verify_webhook":
            return None
        if (refusal := self.authenticate(settings, delivery)) is not None and delivery.headers.get("x-douyin-signature"):
            return Answer(401, msgspec.json.encode(refusal.as_dict()))
        content = _content(message)
        return Answer(200, msgspec.json.encode({"challenge": content.get("challenge")}))

    def authenticate(self, settings: Mapping[str, Any], delivery: Delivery) -> Problem | None:
        secret = settings.get("client_secret")
        if not secret:
            return problem("intake.secret_missing", "settings.client_secret")
        given = delivery.headers.get("x-douyin-signature", "").lower()
        wanted = sha1_hex(str(secret).encode(), delivery.body)
        return None if same_secret(given, wanted) else problem("intake.signature_wrong", "x-douyin-signature")

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        message = read_object(delivery.body)
        content = _content(message)
        name = delivery.headers.get("msg-id") or content.get("clue_id") or message.get("log_id")
        return Reading(
            {**message, "content": content},
            delivery=str(name)[:200] if name else None,
            occurred_at=content.get("create_time") or content.get("create_time_detail"),
        )

    def acknowledge(self, status: str) -> Answer | None:
        # Any other status makes the platform send the same message again, which would not mend it.
        return Answer(200, msgspec.json.encode({"err_no": 0, "err_tips": "success", "status": status}))


def _content(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    if isinstance(content, str):
        try:
            content = msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError):
            content = {"text": content}
    return content if isinstance(content, dict) else {}
