"""Feishu group robot (飞书自定义机器人), signed. Owns its signature, payload, limits and codes."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels.protocol import DELIVERED, Delivery, Outcome, Rate
from xingji.kernel.work.channels.robot import (
    classify_body,
    classify_status,
    cut_bytes,
    plain_text,
    post_json,
    read_json,
)
from xingji.kernel.work.channels.settings_check import check_known, check_target, malformed
from xingji.kernel.work.http_client import Answer, OutboundClient

TEXT_BYTES = 18_000  # the whole request may have 20 kB
LIMITED = {11232, 230020, 99991400}
BUSY = {-1, 19000, 1500, 2200}


def sign(secret: str, seconds: int) -> str:
    """The signature of a moment: here moment, line break and secret are the key, and the message is empty."""
    key = f"{seconds}\n{secret}"
    return base64.b64encode(hmac.new(key.encode(), b"", hashlib.sha256).digest()).decode()


class FeishuRobot:
    """Settings: `url` (…/open-apis/bot/v2/hook/…), `secret` when the robot signs, `keyword` when it demands one."""

    key = "feishu_robot"
    addressed = "group"
    secrets = frozenset({"url", "secret"})
    rates = (Rate(5, 1.2), Rate(100, 63.0))
    concurrency = 2

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        problems = check_known(settings, {"url"}, {"secret", "keyword", "show_contacts", "lang"})
        problems += check_target(settings, "url", guard)
        url = str(settings.get("url") or "")
        if url.startswith("http") and "/bot/v2/hook/" not in url:
            problems.append(malformed("url", "应含 /bot/v2/hook/。", "it must contain /bot/v2/hook/."))
        return problems

    def payload(self, delivery: Delivery, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON of a text message, with moment and signature inside it; mentions go by the platform's user ids."""
        text = plain_text(delivery.message, show_contacts=bool(settings.get("show_contacts")))
        # What people wrote must not become a mention of the platform.
        text = text.replace("<", "＜")
        keyword = settings.get("keyword")
        if keyword and keyword not in text:
            text = f"{keyword} {text}"
        mentions = "".join(f'<at user_id="{user}"></at>' for user in delivery.recipient.user_ids if user.isalnum())
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": mentions + cut_bytes(text, TEXT_BYTES)}}
        if settings.get("secret"):
            seconds = int(delivery.now.timestamp())
            payload |= {"timestamp": str(seconds), "sign": sign(settings["secret"], seconds)}
        return payload

    def classify(self, answer: Answer) -> Outcome:
        """What an answer means; 19001, 19021 (signature), 19022, 19024 (keyword) and 9499 (bad request) are final."""
        found = read_json(answer)
        if isinstance(found.get("code"), int) and found["code"] != 0:
            # The error code in the body says more than the status beside it.
            return classify_body(answer, "code", "msg", LIMITED, BUSY)
        if decided := classify_status(answer):
            return decided
        if "code" not in found and found.get("StatusCode") == 0:
            return DELIVERED
        return classify_body(answer, "code", "msg", LIMITED, BUSY)

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        answer = await post_json(client, settings["url"], self.payload(delivery, settings))
        return answer if isinstance(answer, Outcome) else self.classify(answer)
