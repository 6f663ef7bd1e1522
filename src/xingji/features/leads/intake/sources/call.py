"""Call records of a 400 number or another telephone system, as JSON or form fields.

settings: {secret?, header?, missed_call_is_lead: true}. A connected call is a human touch that already happened: the
lead arrives with its response, recorded by the telephone system. A missed call is a lead nobody answered yet.
"""

from collections.abc import Mapping
from typing import Any

from xingji.features.leads.intake.payload import find, plain, storable
from xingji.features.leads.intake.sources.json_webhook import JsonVia
from xingji.features.leads.intake.sources.way import Delivery, Reading, read_fields
from xingji.features.leads.recognition.normalise import phone_of
from xingji.kernel.core.errors import Problem

WITHHELD = {"anonymous", "unknown", "private", "restricted", "未知", "匿名", "隐藏", "-1", "0"}
ANSWERED = {"answered", "connected", "answer", "completed", "ok", "1", "true", "已接", "接通", "已接听", "成功"}


class CallVia(JsonVia):
    """One lead per call; where the record lies, `settings.paths` may say otherwise."""

    key = "call"
    template: Mapping[str, Any] = {
        "name": "$.caller_name", "mobile": {"path": "$.caller", "on_error": "drop"}, "need": "$.summary",
        "area": {"path": "$.caller_city", "on_error": "drop"}, "external_id": "$.call_id",
    }  # fmt: skip
    paths: Mapping[str, str] = {
        "caller": "$.caller", "id": "$.call_id", "time": "$.started_at", "status": "$.status", "seconds": "$.duration_sec",
        "recording": "$.recording_url", "agent": "$.agent",
    }  # fmt: skip

    def check(self, document: Mapping[str, Any]) -> list[Problem]:
        return []

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        record = read_fields(delivery)
        paths = {**self.paths, **(settings.get("paths") or {})}
        said = {name: find(record, path) for name, path in paths.items()}
        caller = plain(said["caller"]).strip() if said["caller"] is not None else ""
        withheld = caller.lower() in WITHHELD
        payload = {**record, "caller": None} if withheld and "caller" in record else record
        seconds = _seconds(said["seconds"])
        answered = plain(said["status"] or "").strip().lower() in ANSWERED or (said["status"] is None and bool(seconds))
        wanted = answered or settings.get("missed_call_is_lead", document.get("missed_call_is_lead", True))
        known = phone_of(caller) if not withheld else None
        return Reading(
            payload,
            delivery=plain(said["id"])[:200] if said["id"] is not None else None,
            occurred_at=said["time"],
            preset={} if known or payload.get("caller_name") else {"name": "未显示号码来电"},
            touch=_touch(said, seconds) if answered else None,
            ignored=None if wanted else "missed call",
        )


def _touch(said: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    return {
        "kind": "call", "direction": "in", "answered": True, "duration_sec": seconds,
        "recording": storable(said["recording"]) if said["recording"] else None,
        "agent": storable(said["agent"]) if said["agent"] else None,
    }  # fmt: skip


def _seconds(value: Any) -> float | None:
    try:
        return float(value) if value not in (None, "") else None
    except (TypeError, ValueError):
        return None
