"""What the three group robots share: posting JSON, reading answers, cutting text to the platform's length.

Owns no platform's codes: each robot hands in its own.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from xingji.kernel.work.address_guard import AddressRefused
from xingji.kernel.work.channels.protocol import DELIVERED, Message, Outcome
from xingji.kernel.work.http_client import Answer, OutboundClient, OutboundFailed

# A mobile number in a group chat is read by everybody in the group: the middle is not shown.
_MOBILE = re.compile(r"(?<!\d)((?:(?:\+|00)?86[- ]?)?1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
LIMIT_PAUSE = 60.0


async def post_json(client: OutboundClient, url: str, payload: Mapping[str, Any]) -> Answer | Outcome:
    """The answer to a JSON post, or the outcome when there is none."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {"content-type": "application/json; charset=utf-8"}
    try:
        return await client.send("POST", url, headers=headers, body=body)
    except AddressRefused as refused:
        return Outcome("dead", "address_refused", refused.reason)
    except OutboundFailed as failed:
        return Outcome("retry", "unreachable", str(failed.data.get("reason", "")))


def classify_status(answer: Answer) -> Outcome | None:
    """What the HTTP status alone decides; None when the body must be read."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == 429:
        return Outcome("retry", "429", "too many requests", retry_after(answer, LIMIT_PAUSE), limited=True)
    if status in (408, 425) or status >= 500:
        return Outcome("retry", str(status), "server error", retry_after(answer, None))
    return Outcome("dead", str(status), "refused")


def classify_body(answer: Answer, code_key: str, text_key: str, limited: set[int], busy: set[int]) -> Outcome:
    """What a 200 really says: platforms answer 200 with an error code in the body."""
    found = read_json(answer)
    code = found.get(code_key)
    if code == 0:
        return DELIVERED
    detail = str(found.get(text_key, ""))[:300]
    if code in limited:
        return Outcome("retry", str(code), detail, LIMIT_PAUSE, limited=True)
    if code in busy:
        return Outcome("retry", str(code), detail)
    if not isinstance(code, int):
        return Outcome("retry", "unreadable", answer.body[:200].decode("utf-8", "replace"))
    return Outcome("dead", str(code), detail)


def read_json(answer: Answer) -> dict[str, Any]:
    """The JSON object of a body; empty when it is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def retry_after(answer: Answer, otherwise: float | None) -> float | None:
    """Seconds of a Retry-After header, at most an hour."""
    given = answer.headers.get("retry-after", "")
    return min(float(given), 3600.0) if given.isdecimal() else otherwise


def plain_text(message: Message, *, show_contacts: bool) -> str:
    """Title, body and link as plain lines; mobile numbers masked unless the channel shows them."""
    lines = [("【紧急】" if message.urgency == "strong" else "") + message.title, message.body, message.link or ""]
    text = "\n".join(line for line in lines if line)
    return text if show_contacts else mask_mobiles(text)


def mask_mobiles(text: str) -> str:
    """The text with the middle of every mobile number hidden."""
    return _MOBILE.sub(r"\1****\2", text)


def cut_bytes(text: str, limit: int) -> str:
    """The text within so many UTF-8 bytes, with an ellipsis where it was cut."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: limit - 3].decode("utf-8", "ignore") + "…"
