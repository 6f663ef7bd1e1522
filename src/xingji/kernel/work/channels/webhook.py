"""Generic webhook, signed as Standard Webhooks describes (symmetric, v1). Owns signature, payload and answers.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard, AddressRefused
from xingji.kernel.work.channels.protocol import DELIVERED, Delivery, Outcome, Rate
from xingji.kernel.work.channels.robot import LIMIT_PAUSE, retry_after
from xingji.kernel.work.channels.settings_check import check_known, check_target, malformed
from xingji.kernel.work.http_client import Answer, OutboundClient, OutboundFailed
from xingji.kernel.work.vault import is_sealed

SECRET_PREFIX = "whsec_"
# Nothing a further attempt could change, unless somebody changes something; it waits as a dead letter.
FINAL = {400, 401, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 426, 431, 451, 501}


def secret_bytes(secret: str) -> bytes:
    """The key of a secret `whsec_<base64>` of 24 to 64 bytes. Raises: ValueError."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    if not 24 <= len(key) <= 64:
        raise ValueError("a secret has 24 to 64 bytes")
    return key


def sign(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """The header `webhook-signature` over id, moment and body."""
    signed = f"{message_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()).decode()


class Webhook:
    """Settings: `url`, `secret` (whsec_…). The id is made of the dedupe key: the same over all attempts."""

    key = "webhook"
    addressed = "group"
    secrets = frozenset({"secret"})
    rates: tuple[Rate, ...] = ()
    concurrency = 8

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        problems = check_known(settings, {"url", "secret"}, {"lang"})
        problems += check_target(settings, "url", guard)
        secret = settings.get("secret")
        if secret and not is_sealed(secret):
            try:
                secret_bytes(str(secret))
            except ValueError:
                hint = "whsec_ + base64, 24-64 bytes"
                problems.append(malformed("secret", f"应为 {hint}。", f"expected {hint}."))
        return problems

    def request(self, delivery: Delivery, settings: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
        """Headers and body of one attempt."""
        message = delivery.message
        payload = {
            "type": message.type,
            "timestamp": delivery.created_at.isoformat(),
            "data": {"title": message.title, "body": message.body, "link": message.link, **message.data},
        }
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        seconds = int(delivery.now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(settings["secret"], delivery.id, seconds, body),
        }
        return headers, body

    def classify(self, answer: Answer) -> Outcome:
        """2xx is delivered; a redirect is not followed; 429 and 5xx come again, honouring Retry-After."""
        status = answer.status
        if 200 <= status < 300:
            return DELIVERED
        detail = answer.body[:200].decode("utf-8", "replace")
        if status == 429:
            return Outcome("retry", "429", detail, retry_after(answer, LIMIT_PAUSE), limited=True)
        if 300 <= status < 400 or status in FINAL:
            return Outcome("dead", str(status), detail)
        return Outcome("retry", str(status), detail, retry_after(answer, None))

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        headers, body = self.request(delivery, settings)
        try:
            answer = await client.send("POST", settings["url"], headers=headers, body=body)
        except AddressRefused as refused:
            return Outcome("dead", "address_refused", refused.reason)
        except OutboundFailed as failed:
            return Outcome("retry", "unreachable", str(failed.data.get("reason", "")))
        return self.classify(answer)
