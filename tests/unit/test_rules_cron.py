"""Cron times in the workspace's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xingji.kernel.rules.cron import read_cron

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "after", "following"),
    [
        ("0 8 * * 1-5", "2026-03-06 08:00", "2026-03-09 08:00"),  # Friday at eight: Monday is next
        ("*/15 9-10 * * *", "2026-03-06 09:59", "2026-03-06 10:00"),
        ("30 17 1 * *", "2026-03-06 00:00", "2026-04-01 17:30"),
        ("0 0 29 2 *", "2026-03-06 00:00", "2028-02-29 00:00"),
        ("0 9 * * 0", "2026-03-06 00:00", "2026-03-08 09:00"),
        ("0 9 * * 7", "2026-03-06 00:00", "2026-03-08 09:00"),
        ("0 9 13 * 5", "2026-03-06 10:00", "2026-03-13 09:00"),  # the 13th or a Friday
        ("5,10 * * * *", "2026-03-06 00:07", "2026-03-06 00:10"),
    ],
)
def test_the_next_time_is_found(text: str, after: str, following: str):
    found = read_cron(text).next(datetime.fromisoformat(after).replace(tzinfo=SHANGHAI), SHANGHAI)
    assert found == datetime.fromisoformat(following).replace(tzinfo=SHANGHAI)


def test_a_time_that_a_change_of_clocks_leaves_out_is_skipped():
    found = read_cron("30 2 * * *").next(datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
    assert found == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)  # 29 March has no 02:30


def test_a_day_that_never_comes_has_no_next_time():
    assert read_cron("0 0 31 2 *").next(datetime(2026, 1, 1, tzinfo=UTC), SHANGHAI) is None


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "60 * * * *", "* 24 * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "* * 0 * *", "1- * * * *"],
)
def test_what_is_no_cron_is_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        read_cron(text)
