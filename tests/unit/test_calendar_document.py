"""Calendar definitions as people write them, and what they are told when they slip."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from xingji.kernel.core.calendar import add_working, next_open, working_minutes
from xingji.kernel.work.calendar_document import MESSAGES, parse_hours, read_calendar
from xingji.kernel.work.public_holidays import PublicHolidays, seed_public_holidays

SEED = seed_public_holidays()
OFFICE = {"days": "周一-周五", "hours": ["08:30-12:00", "13:00-17:30"], "holidays": "国家法定+调休"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def read(document: dict, public: PublicHolidays = SEED):
    calendar, problems = read_calendar("c", document, public)
    assert calendar is not None, problems
    return calendar


def codes(document: dict) -> list[str]:
    calendar, problems = read_calendar("c", document, SEED)
    assert calendar is None
    for problem in problems:
        assert set(problem.message) == {"zh", "en"}
    return [problem.code for problem in problems]


def test_the_seed_holds_the_make_up_saturday_before_spring_festival_2026():
    assert date(2026, 2, 14) in SEED.makeup
    assert date(2026, 2, 17) in SEED.off
    assert SEED.names[date(2026, 2, 17)] == "春节"
    assert 2026 in SEED.years_known
    assert 2027 not in SEED.years_known


def test_an_office_as_the_demo_writes_it_counts_lunch_weekends_holidays_and_make_up_days():
    office = read(OFFICE)
    assert add_working(office, at("2026-06-02 11:50"), 240) == at("2026-06-02 16:50")
    assert add_working(office, at("2026-02-13 17:00"), 60) == at("2026-02-14 09:00")
    assert next_open(office, at("2026-02-14 17:30")) == at("2026-02-24 08:30")


def test_a_year_without_data_counts_plain_weekdays_and_is_named():
    office = read(OFFICE)
    assert working_minutes(office, at("2027-10-01 00:00"), at("2027-10-02 00:00")) == 480
    assert office.years_without_data(at("2027-10-01 00:00"), at("2027-10-02 00:00")) == [2027]


def test_a_store_that_never_closes_for_holidays_ignores_them():
    store = read({"days": "每天含节假日", "hours": ["10:00-22:00"]})
    assert working_minutes(store, at("2026-02-17 00:00"), at("2026-02-18 00:00")) == 720
    assert store.years_without_data(at("2026-01-01 00:00"), at("2030-01-01 00:00")) == []


def test_a_make_up_day_takes_the_hours_of_the_named_weekday():
    mixed = {"weekly": {"mon-thu": ["09:00-18:00"], "fri": ["09:00-16:00"]}, "holidays": "cn"}
    assert read(mixed).hours_of(date(2026, 2, 14)) == ((540, 1080),)
    assert read({**mixed, "makeup_like": "周五"}).hours_of(date(2026, 2, 14)) == ((540, 960),)


def test_an_exception_of_the_house_wins_over_the_public_holiday():
    house = read({**OFFICE, "exceptions": [
        {"date": "2026-10-01", "hours": ["09:00-12:00"], "name": "值班(演示)"},
        {"from": date(2026, 8, 3), "to": "2026-08-04", "hours": []},
    ]})  # fmt: skip
    assert house.hours_of(date(2026, 10, 1)) == ((540, 720),)
    assert house.hours_of(date(2026, 8, 4)) == ()
    assert house.hours_of(date(2026, 8, 5)) == ((510, 720), (780, 1050))


@pytest.mark.parametrize(
    ("text", "interval"),
    [("08:30-12:00", (510, 720)), ("22:00-02:00", (1320, 1560)), ("20:00-24:00", (1200, 1440)),
     ("9:00–12:00", (540, 720)), ("22:00-次日06:00", (1320, 1800)), ("00:00-00:00", (0, 1440)),
     ("25:00-26:00", None), ("9-12", None), ("09:60-10:00", None), ("08:00-次日09:00", None), ("", None)],
)  # fmt: skip
def test_hours_are_read_as_written(text, interval):
    assert parse_hours(text) == interval


@pytest.mark.parametrize(
    ("change", "code"),
    [({"days": "周一-周八"}, "calendar.days_unknown"), ({"hours": ["8点到12点"]}, "calendar.hours_malformed"),
     ({"hours": ["09:00-12:00", "11:00-13:00"]}, "calendar.hours_overlap"), ({"hours": []}, "calendar.no_hours"),
     ({"zone": "Mars/Olympus"}, "calendar.zone_unknown"), ({"holidays": "美国"}, "calendar.holidays_unknown"),
     ({"exceptions": [{"date": "2026-02-30", "hours": []}]}, "calendar.exception_malformed"),
     ({"exceptions": ["x"]}, "calendar.exception_malformed"), ({"makeup_like": "x"}, "calendar.days_unknown")],
)  # fmt: skip
def test_a_slip_is_refused_with_its_place(change, code):
    assert codes(OFFICE | change) == [code]


def test_every_slip_of_a_document_is_named_at_once():
    assert codes({"days": "x", "hours": ["y"], "zone": "z", "holidays": "w"}) == [
        "calendar.hours_malformed", "calendar.days_unknown", "calendar.holidays_unknown", "calendar.zone_unknown",
    ]  # fmt: skip


def test_every_message_speaks_both_languages():
    assert all(set(texts) == {"zh", "en"} for texts in MESSAGES.values())
