"""Working time against a count of every single minute, and the days people argue about."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingji.kernel.core.calendar import (
    NeverOpen,
    WorkingCalendar,
    add_working,
    is_open,
    next_open,
    overlap_in,
    working_days_back,
    working_minutes,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING: tuple[tuple[int, int], ...] = ()
OFFICE_HOURS = ((510, 720), (780, 1050))  # 08:30-12:00, 13:00-17:30
OFFICE = WorkingCalendar("office", (OFFICE_HOURS,) * 5 + (NOTHING,) * 2)
HOUSE_HOURS = ((540, 720), (780, 1080))  # 09:00-12:00, 13:00-18:00
SPRING_2026 = WorkingCalendar(
    "house",
    (HOUSE_HOURS,) * 5 + (NOTHING,) * 2,
    exceptions={date(2026, 2, 14): HOUSE_HOURS} | {date(2026, 2, day): NOTHING for day in range(15, 24)},
    holiday_years=frozenset({2026}),
)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("minutes", "due"), [(15, "13:05"), (60, "13:50"), (240, "16:50")])
def test_a_lead_just_before_lunch_is_reminded_escalated_and_returned_after_lunch(minutes, due):
    assert add_working(OFFICE, at("2026-06-02 11:50"), minutes) == at(f"2026-06-02 {due}")


def test_two_hours_from_friday_evening_end_on_the_make_up_saturday():
    assert add_working(SPRING_2026, at("2026-02-13 17:30"), 120) == at("2026-02-14 10:30")


def test_the_whole_spring_festival_does_not_count():
    assert working_minutes(SPRING_2026, at("2026-02-14 18:00"), at("2026-02-24 09:00")) == 0
    assert next_open(SPRING_2026, at("2026-02-14 18:00")) == at("2026-02-24 09:00")


def test_a_plain_saturday_is_closed_where_the_make_up_day_is_not_known():
    plain = WorkingCalendar("plain", SPRING_2026.weekly)
    assert add_working(plain, at("2026-02-13 17:30"), 120) == at("2026-02-16 10:30")


def test_a_store_that_opens_on_every_day_reminds_next_morning_and_not_at_night():
    store = WorkingCalendar("store", (((600, 1320),),) * 7)
    assert add_working(store, at("2026-02-15 23:10"), 10) == at("2026-02-16 10:10")


def test_a_span_that_ends_with_the_day_is_due_at_the_closing():
    assert add_working(OFFICE, at("2026-06-02 17:00"), 30) == at("2026-06-02 17:30")
    assert not is_open(OFFICE, at("2026-06-02 17:30"))
    assert is_open(OFFICE, at("2026-06-02 13:00"))


def test_microseconds_are_kept():
    start = at("2026-06-02 11:59:59.999999")
    assert add_working(OFFICE, start, 1) == at("2026-06-02 13:00:59.999999")
    assert working_minutes(OFFICE, start, at("2026-06-02 13:00:00.000001")) * 60e6 == pytest.approx(2, abs=1e-6)


def test_a_night_shift_over_new_year_counts_each_minute_once():
    night = WorkingCalendar("night", (((1320, 1560),),) * 7)  # 22:00-02:00
    assert working_minutes(night, at("2025-12-31 12:00"), at("2026-01-01 12:00")) == 240
    assert add_working(night, at("2025-12-31 23:00"), 120) == at("2026-01-01 01:00")
    assert is_open(night, at("2026-01-01 00:00"))


def test_a_leave_is_skipped_even_when_two_leaves_overlap():
    leave = [
        (at("2026-06-02 09:00"), at("2026-06-03 09:00")),
        (at("2026-06-03 08:30"), at("2026-06-03 10:00")),
        (at("2026-06-04 09:00"), at("2026-06-04 10:00")),
    ]
    due = add_working(OFFICE, at("2026-06-02 08:30"), 60, leave)
    assert due == at("2026-06-03 10:30")
    assert working_minutes(OFFICE, at("2026-06-02 08:30"), due, leave) == 60


def test_a_zone_with_summer_time_keeps_the_hours_on_the_clock():
    berlin = WorkingCalendar("berlin", (((60, 240),),) * 7, zone="Europe/Berlin")  # 01:00-04:00
    spring, autumn = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
    assert working_minutes(berlin, spring - timedelta(hours=1), spring + timedelta(hours=12)) == 120
    assert working_minutes(berlin, autumn - timedelta(hours=2), autumn + timedelta(hours=12)) == 240


def test_a_calendar_that_never_opens_says_so():
    closed = WorkingCalendar("closed", (NOTHING,) * 7)
    with pytest.raises(NeverOpen):
        add_working(closed, at("2026-06-02 08:30"), 1)
    with pytest.raises(NeverOpen):
        next_open(closed, at("2026-06-02 08:30"))


def test_the_last_seven_working_days_begin_before_the_festival():
    assert working_days_back(SPRING_2026, at("2026-02-24 10:00"), 7) == at("2026-02-09 00:00")


def test_years_without_holiday_data_are_named():
    assert SPRING_2026.years_without_data(at("2026-12-31 09:00"), at("2028-01-01 00:00")) == [2027, 2028]
    assert OFFICE.years_without_data(at("2026-12-31 09:00"), at("2028-01-01 00:00")) == []


def test_hours_that_cover_a_minute_twice_are_found():
    assert overlap_in([((540, 720), (700, 800))]) == ((540, 720), (700, 800))
    assert overlap_in([((1320, 1600),), ((120, 240),)]) == ((1320, 1600), (120, 240))
    assert overlap_in([OFFICE_HOURS]) is None


@st.composite
def calendars(draw) -> WorkingCalendar:
    def hours() -> tuple[tuple[int, int], ...]:
        cuts = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        return tuple(zip(cuts[::2], cuts[1::2], strict=False))

    weekly = tuple(hours() for _ in range(7))
    days = draw(st.lists(st.dates(date(2025, 12, 20), date(2026, 1, 12)), max_size=5))
    return WorkingCalendar("drawn", weekly, exceptions={day: hours() for day in days})


instants = st.integers(0, 14 * 1440).map(lambda minute: at("2025-12-24 00:00") + minute * MINUTE)


def minute_by_minute(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """Counts the minutes one by one, from nothing but the hours of the day."""
    count = 0
    while start < end:
        local = start.astimezone(SHANGHAI)
        minute = local.hour * 60 + local.minute
        count += any(opens <= minute < closes for opens, closes in calendar.hours_of(local.date()))
        start += MINUTE
    return count


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, instants)
def test_working_minutes_equal_a_count_of_every_minute(calendar, a, b):
    a, b = min(a, b), max(a, b)
    assert working_minutes(calendar, a, b) == minute_by_minute(calendar, a, b)
    assert working_minutes(calendar, b, a) == -working_minutes(calendar, a, b)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(1, 3000))
def test_the_due_instant_is_the_first_by_which_the_minutes_have_passed(calendar, start, minutes):
    if not any(calendar.weekly):
        return
    due = add_working(calendar, start, minutes)
    assert working_minutes(calendar, start, due) == minutes
    assert working_minutes(calendar, start, due - timedelta(microseconds=1)) < minutes
