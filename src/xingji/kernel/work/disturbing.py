"""When a person may be disturbed: their own choice of kinds, channels and quiet hours, and a guard against too many. Pure.

    muted: [mention, report]            # kinds that come into the inbox as read and go nowhere else
    channels_off: [wecom_sales]         # channels that leave the person alone
    quiet: {mode: outside_hours}        # or {mode: hours, from: "20:00", to: "08:30"}, {mode: none}
    most_per_hour: 10                   # of one kind; what is beyond comes as one message at the full hour

A strong notice passes the guard, not the quiet hours; one that may break those (its rule says so) passes all of it but a
channel that is off.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xingji.kernel.core.calendar import NeverOpen, WorkingCalendar, is_open, next_open
from xingji.kernel.core.errors import Problem

KINDS = ("reminder", "escalation", "task", "approval", "assignment", "pool_warning", "reactivation", "collision", "recognition", "report", "mention", "system")
MODES = ("none", "outside_hours", "hours")
DEFAULT: Mapping[str, Any] = {"muted": [], "channels_off": [], "quiet": {"mode": "none"}, "most_per_hour": 10}
MOST = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one message: send | drop | hold until `due`, for `why` (quiet, often)."""

    do: str
    due: datetime | None = None
    why: str = ""


SEND, DROP = Verdict("send"), Verdict("drop")


def settings_of(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """A person's settings with whatever they left out."""
    return {**DEFAULT, **(document or {})}


def judge(
    settings: Mapping[str, Any], kind: str, channel: str, now: datetime, hours: WorkingCalendar | None, before: int, *, breaks: bool, strong: bool = False
) -> Verdict:
    """Whether a message of `kind` goes out on `channel` at `now` (in the workspace's zone), `before` of its kind having come within the hour."""
    if channel in settings["channels_off"]:
        return DROP
    if breaks:
        return SEND
    if kind in settings["muted"]:
        return DROP
    due = quiet_until(settings["quiet"], now, hours)
    if due is not None:
        return Verdict("hold", due, "quiet")
    if before >= int(settings["most_per_hour"]) and not strong:
        return Verdict("hold", now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), "often")
    return SEND


def quiet_until(quiet: Mapping[str, Any], now: datetime, hours: WorkingCalendar | None) -> datetime | None:
    """When quiet hours that hold at `now` end; None outside them."""
    if quiet.get("mode") == "outside_hours" and hours is not None:
        try:
            return None if is_open(hours, now) else next_open(hours, now)
        except NeverOpen:
            return None
    if quiet.get("mode") != "hours":
        return None
    begin, end, at = _minutes(quiet["from"]), _minutes(quiet["to"]), now.hour * 60 + now.minute
    if not (begin <= at < end if begin < end else at >= begin or at < end):
        return None
    until = now.replace(hour=end // 60, minute=end % 60, second=0, microsecond=0)
    return until if until > now else until + timedelta(days=1)


def check_settings(document: Mapping[str, Any], channels: Collection[str]) -> list[Problem]:
    """All problems of a person's settings, each at its place."""
    found = [_problem("unknown_key", str(key), f"没有设置「{key}」", f"there is no setting {key}") for key in document if key not in DEFAULT]
    for key, known, zh, en in (("muted", KINDS, "种类", "kind"), ("channels_off", channels, "渠道", "channel")):
        given = document.get(key, [])
        if not isinstance(given, list):
            found.append(_problem("not_a_list", key, "应为列表", "a list is expected"))
            continue
        found += [_problem(f"unknown_{en}", f"{key}.{n}", f"没有{zh}「{one}」", f"there is no {en} {one}") for n, one in enumerate(given) if one not in known]
    quiet = document.get("quiet", {"mode": "none"})
    if not isinstance(quiet, Mapping) or quiet.get("mode") not in MODES:
        found.append(_problem("bad_quiet", "quiet.mode", f"安静时段可用：{'、'.join(MODES)}", f"quiet hours are one of {', '.join(MODES)}"))
    elif quiet["mode"] == "hours":
        found += [_problem("bad_time", f"quiet.{key}", "请写成 20:00 这样的时间", "write a time such as 20:00") for key in ("from", "to") if _minutes(quiet.get(key)) < 0]
        if quiet.get("from") == quiet.get("to") and _minutes(quiet.get("from")) >= 0:
            found.append(_problem("empty_quiet", "quiet.to", "开始和结束相同，请选择两个不同的时间", "begin and end are the same; choose two times"))
    most = document.get("most_per_hour", 10)
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST:
        found.append(_problem("bad_most", "most_per_hour", f"每小时条数应为 1 到 {MOST}", f"one to {MOST} an hour are expected"))
    return found


def _minutes(text: Any) -> int:
    """Minutes since midnight of "20:00"; -1 for anything else."""
    parts = str(text).split(":") if isinstance(text, str) else []
    if len(parts) != 2 or not all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts):
        return -1
    hour, minute = int(parts[0]), int(parts[1])
    return hour * 60 + minute if hour < 24 and minute < 60 else -1


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"notices.{code}", path, {}, {"zh": zh, "en": en}, who="you")
