"""DingTalk group robot (钉钉自定义机器人), signed. Owns its signature, payload, limits and codes."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels.protocol import Delivery, Outcome, Rate
from xingji.kernel.work.channels.robot import (
    LIMIT_PAUSE,
    classify_body,
    classify_status,
    cut_bytes,
    plain_text,
    post_json,
    read_json,
)
from xingji.kernel.work.channels.settings_check import check_known, check_target, malformed
from xingji.kernel.work.http_client import Answer, OutboundClient
from xingji.kernel.work.vault import is_sealed

TEXT_BYTES = 18_000  # the whole message may have 20,000
LIMITED = {130101, 410100, 90030, 90018}
BUSY = {-1, 50001, 50002}
BLOCKED_SECONDS = 600.0  # who exceeds 20 a minute is blocked for ten minutes


def sign(secret: str, milliseconds: int) -> str:
    """The signature of a moment: base64 of HMAC-SHA256 over moment, line break and secret, keyed by the secret."""
    text = f"{milliseconds}\n{secret}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


class DingtalkRobot:
    """Settings: `url` with its access_token, `secret` (SEC…) when the robot signs, `keyword` when it demands one."""

    key = "dingtalk_robot"
    addressed = "group"
    secrets = frozenset({"url", "secret"})
    rates = (Rate(20, 63.0),)
    concurrency = 2

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        problems = check_known(settings, {"url"}, {"secret", "keyword", "show_contacts", "lang"})
        problems += check_target(settings, "url", guard, "access_token")
        secret = settings.get("secret")
        if secret and not is_sealed(secret) and not str(secret).startswith("SEC"):
            problems.append(malformed("secret", "加签密钥以 SEC 开头。", "the signing secret begins with SEC."))
        if not secret and not settings.get("keyword"):
            problems.append(
                malformed("secret", "请填加签密钥或自定义关键词。", "give the signing secret or the robot's keyword.")
            )
        return problems

    def signed_url(self, settings: Mapping[str, Any], now: datetime) -> str:
        """The address of one attempt; the signature is good for an hour."""
        if not settings.get("secret"):
            return settings["url"]
        milliseconds = int(now.timestamp() * 1000)
        signature = quote_plus(sign(settings["secret"], milliseconds))
        return f"{settings['url']}&timestamp={milliseconds}&sign={signature}"

    def payload(self, delivery: Delivery, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON of a text message; a demanded keyword is put in front when the text lacks it."""
        text = plain_text(delivery.message, show_contacts=bool(settings.get("show_contacts")))
        keyword = settings.get("keyword")
        if keyword and keyword not in text:
            text = f"{keyword} {text}"
        payload: dict[str, Any] = {"msgtype": "text", "text": {"content": cut_bytes(text, TEXT_BYTES)}}
        mobiles, users = list(delivery.recipient.mobiles), list(delivery.recipient.user_ids)
        if mobiles or users:
            payload["at"] = {"atMobiles": mobiles, "atUserIds": users, "isAtAll": False}
        return payload

    def classify(self, answer: Answer) -> Outcome:
        """What an answer means; 310000 (signature, keyword or address refused) and unknown robots are final."""
        found = read_json(answer)
        if "errcode" not in found and found.get("punish"):
            # The gateway's own refusal, before the robot was asked; it names the seconds to wait.
            wait = found.get("wait")
            after = float(wait) if isinstance(wait, int | float) and 0 < wait <= 3600 else LIMIT_PAUSE
            return Outcome("retry", str(found.get("status", "punish")), "gateway", after, limited=True)
        outcome = classify_status(answer) or classify_body(answer, "errcode", "errmsg", LIMITED, BUSY)
        if outcome.code == "130101":
            return Outcome("retry", outcome.code, outcome.detail, BLOCKED_SECONDS, limited=True)
        return outcome

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        url = self.signed_url(settings, delivery.now)
        answer = await post_json(client, url, self.payload(delivery, settings))
        return answer if isinstance(answer, Outcome) else self.classify(answer)
