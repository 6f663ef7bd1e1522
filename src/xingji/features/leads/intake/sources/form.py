"""Web forms: our hosted page, the embedded snippet, a site's own form posting to us; and the page behind a QR code."""

from collections.abc import Mapping
from typing import Any

from xingji.features.leads.intake.sources.way import Delivery, PlainWay, Reading, Unreadable, read_fields
from xingji.features.leads.intake.words import problem
from xingji.kernel.core.errors import Problem

HONEYPOT = "homepage_url"
PAGE = "_page"
NO = {"", "0", "false", "no", "off", "否"}


class FormVia(PlainWay):
    """Fields by name. `_page` says that our own page sent it: then consent must be ticked, and a device id may stand."""

    key = "form"
    template: Mapping[str, Any] = {
        "name": "$.name", "company": "$.company", "mobile": "$.mobile", "email": "$.email", "wechat": "$.wechat",
        "need": "$.need", "uscc": "$.uscc",
    }  # fmt: skip

    def check(self, document: Mapping[str, Any]) -> list[Problem]:
        return []

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        fields = read_fields(delivery)
        if str(fields.get(HONEYPOT) or "").strip():
            raise Unreadable(problem("intake.honeypot", HONEYPOT))
        own_page = bool(fields.get(PAGE))
        ticked = str(fields.get("consent", "" if own_page else "1")).strip().lower() not in NO
        if not ticked:
            raise Unreadable(problem("intake.consent_missing", "consent"))
        preset = {"ip": delivery.ip}
        # A device id is kept from our own pages alone, and only with the consent that stands beside it.
        payload = fields if own_page else {key: value for key, value in fields.items() if key != "device"}
        return Reading(payload, delivery=_text(fields.get("_id")), preset=preset)


class QrVia(FormVia):
    """The same page, opened by scanning a code; the code's own parameters (booth, campaign) come along."""

    key = "qr"


def _text(value: Any) -> str | None:
    return str(value)[:200] if value not in (None, "") else None
