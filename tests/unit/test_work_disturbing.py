"""When a person may be disturbed: quiet hours on a clock or a calendar, muted kinds, too many of one kind."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from xingji.kernel.work.calendar_document import read_calendar
from xingji.kernel.work.disturbing import check_settings, judge, quiet_until, settings_of
from xingji.kernel.work.public_holidays import seed_public_holidays

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE, _ = read_calendar("office", {"days": "周一-周五", "hours": ["08:30-12:00", "13:00-17:30"], "holidays": "国家法定+调休"}, seed_public_holidays())


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


@pytest.mark.parametrize(("now", "until"), [
    ("2026-03-10 10:00", None), ("2026-03-10 12:30", "2026-03-10 13:00"), ("2026-03-10 19:00", "2026-03-11 08:30"),
    ("2026-02-13 18:00", "2026-02-14 08:30"),  # Saturday the 14th is a make-up working day
    ("2026-03-13 18:00", "2026-03-16 08:30"), ("2026-10-01 10:00", "2026-10-08 08:30"),
])  # fmt: skip
def test_outside_working_hours_is_quiet_holidays_and_make_up_days_included(now, until):
    assert quiet_until({"mode": "outside_hours"}, at(now), OFFICE) == (at(until) if until else None)


@pytest.mark.parametrize(("now", "until"), [
    ("2026-03-10 19:59", None), ("2026-03-10 20:00", "2026-03-11 08:30"), ("2026-03-11 07:00", "2026-03-11 08:30"), ("2026-03-11 08:30", None),
])  # fmt: skip
def test_hours_of_ones_own_may_pass_midnight(now, until):
    assert quiet_until({"mode": "hours", "from": "20:00", "to": "08:30"}, at(now), None) == (at(until) if until else None)


def verdict(now="2026-03-10 10:00", before=0, breaks=False, strong=False, **settings):
    return judge(settings_of(settings), "reminder", "wecom", at(now), OFFICE, before, breaks=breaks, strong=strong)


def test_what_is_beyond_the_guard_waits_for_the_full_hour_and_what_may_break_it_does_not():
    assert verdict(before=9).do == "send"
    assert (verdict("2026-03-10 10:20", before=10).due, verdict(before=10).why) == (at("2026-03-10 11:00"), "often")
    assert verdict(before=3, most_per_hour=3).do == "hold"
    assert verdict(before=99, breaks=True).do == "send"
    assert verdict(before=99, strong=True).do == "send"


def test_a_muted_kind_and_a_channel_that_is_off_send_nothing():
    assert verdict(muted=["reminder"]).do == "drop"
    assert verdict(muted=["mention"]).do == "send"
    assert verdict(muted=["reminder"], breaks=True).do == "send"
    assert verdict(channels_off=["wecom"], breaks=True).do == "drop"
    assert verdict("2026-03-10 22:00", quiet={"mode": "outside_hours"}).why == "quiet"
    assert verdict("2026-03-10 22:00", quiet={"mode": "outside_hours"}, strong=True).why == "quiet"
    assert verdict("2026-03-10 22:00", quiet={"mode": "outside_hours"}, breaks=True).do == "send"


def test_every_problem_of_settings_is_told_at_its_place():
    wrong = {"muted": ["reminder", "moon"], "channels_off": ["fax"], "quiet": {"mode": "hours", "from": "25:00", "to": "8"}, "most_per_hour": 0, "x": 1}
    assert {problem.path for problem in check_settings(wrong, ["wecom"])} == {"muted.1", "channels_off.0", "quiet.from", "quiet.to", "most_per_hour", "x"}
    assert check_settings({"quiet": {"mode": "hours", "from": "20:00", "to": "20:00"}}, [])[0].path == "quiet.to"
    assert check_settings(dict(settings_of(None)), []) == []
