"""WeCom group robot (企业微信群机器人): text messages with mentions. Owns its payload, limits and codes."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels.protocol import Delivery, Outcome, Rate
from xingji.kernel.work.channels.robot import classify_body, classify_status, cut_bytes, plain_text, post_json
from xingji.kernel.work.channels.settings_check import check_known, check_target
from xingji.kernel.work.http_client import Answer, OutboundClient

TEXT_BYTES = 2048
LIMITED = {45009, 45033}  # calls per minute, calls at once
BUSY = {-1, 50001, 50002}


class WecomRobot:
    """Settings: `url` with its key; `show_contacts`. Mentions exist only in text messages, hence text."""

    key = "wecom_robot"
    addressed = "group"
    secrets = frozenset({"url"})
    # 20 a minute; a little more than a minute, as sending takes time after the count was taken.
    rates = (Rate(20, 63.0),)
    concurrency = 2

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        return check_known(settings, {"url"}, {"show_contacts", "lang"}) + check_target(settings, "url", guard, "key")

    def payload(self, delivery: Delivery, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON of a text message."""
        text = plain_text(delivery.message, show_contacts=bool(settings.get("show_contacts")))
        content: dict[str, Any] = {"content": cut_bytes(text, TEXT_BYTES)}
        if delivery.recipient.user_ids:
            content["mentioned_list"] = list(delivery.recipient.user_ids)
        if delivery.recipient.mobiles:
            content["mentioned_mobile_list"] = list(delivery.recipient.mobiles)
        return {"msgtype": "text", "text": content}

    def classify(self, answer: Answer) -> Outcome:
        """What an answer means; 93000 (no such robot), 40008, 40058, 44004, 45002 and the like are final."""
        return classify_status(answer) or classify_body(answer, "errcode", "errmsg", LIMITED, BUSY)

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        answer = await post_json(client, settings["url"], self.payload(delivery, settings))
        return answer if isinstance(answer, Outcome) else self.classify(answer)
