"""Generic JSON webhooks: any object, read by the source's mapping; a HMAC signature when the source has a secret.

settings: {secret, header: X-Signature, algorithm: sha256, timestamp_header?, tolerance_minutes: 5, id: $.path, time: $.path}
The signature is hex of HMAC(secret, body), "sha256=" before it allowed; with a timestamp header of HMAC(secret,
timestamp + "." + body).
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from xingji.features.leads.intake.payload import BadPath, find, parse_path, plain
from xingji.features.leads.intake.sources.way import Delivery, PlainWay, Reading, read_object, same_secret
from xingji.features.leads.intake.words import problem
from xingji.kernel.core.errors import Problem

ALGORITHMS = ("sha256", "sha512", "sha1")


class JsonVia(PlainWay):
    """One lead per request."""

    key = "json"
    secrets = ("secret",)
    template: Mapping[str, Any] = {
        "name": "$.name", "company": "$.company", "mobile": "$.mobile", "email": "$.email", "wechat": "$.wechat",
        "need": "$.need", "budget": "$.budget", "industry": "$.industry", "uscc": "$.uscc", "area": "$.area",
    }  # fmt: skip

    def check(self, document: Mapping[str, Any]) -> list[Problem]:
        settings = document.get("settings") or {}
        found = []
        for name in ("id", "time"):
            try:
                parse_path(settings.get(name, "$"))
            except BadPath:
                found.append(problem("intake.bad_path", f"settings.{name}", field=name, path=str(settings[name])))
        return found

    def authenticate(self, settings: Mapping[str, Any], delivery: Delivery) -> Problem | None:
        secret = settings.get("secret")
        if not secret:
            return None
        header = str(settings.get("header", "X-Signature")).lower()
        signed = delivery.body
        if stamp_header := settings.get("timestamp_header"):
            stamp = delivery.headers.get(str(stamp_header).lower(), "")
            if (stale := _stale(stamp, settings, delivery)) is not None:
                return stale
            signed = stamp.encode() + b"." + delivery.body
        algorithm = settings.get("algorithm", "sha256")
        digest = hmac.new(str(secret).encode(), signed, getattr(hashlib, algorithm if algorithm in ALGORITHMS else "sha256"))
        given = delivery.headers.get(header, "").removeprefix(f"{algorithm}=").lower()
        return None if same_secret(given, digest.hexdigest()) else problem("intake.signature_wrong", header)

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        payload = read_object(delivery.body)
        name = find(payload, settings["id"]) if settings.get("id") else None
        at = find(payload, settings["time"]) if settings.get("time") else None
        return Reading(payload, delivery=plain(name)[:200] if name is not None else None, occurred_at=at)


def _stale(stamp: str, settings: Mapping[str, Any], delivery: Delivery) -> Problem | None:
    minutes = float(settings.get("tolerance_minutes", 5))
    if not (stamp.isdecimal() and len(stamp) < 15):
        return problem("intake.signature_stale", "timestamp", minutes=minutes)
    age = abs(delivery.received_at.timestamp() - int(stamp))
    return problem("intake.signature_stale", "timestamp", minutes=minutes) if age > minutes * 60 else None
