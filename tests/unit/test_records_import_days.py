"""What could be a day in a cell is read or left alone; no text makes the reading fail."""

from datetime import date

import pytest

from xingji.kernel.records.import_guess import guess_day
from xingji.kernel.records.import_notes import cut_notes

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(("text", "day"), [("45658", date(2025, 1, 1)), ("20260305", date(2026, 3, 5)), ("٤٥٦٥٨", date(2025, 1, 1))])
def test_serial_numbers_and_eight_digits_are_days(text: str, day: date):
    assert (guess_day(text, TODAY) or (None,))[0] == day


@pytest.mark.parametrize("text", ["²", "²²²²²²²²", "9" * 5_000, "20261399", "00000", "①②③④⑤"])
def test_digits_that_are_no_day_are_left_alone(text: str):
    assert guess_day(text, TODAY) is None


def test_an_entry_longer_than_one_may_be_becomes_several_and_loses_no_letter():
    words = "电话" + "谈" * 8_500
    found = cut_notes(f"2026.3.5 {words};2026.3.6 拜访", date(2026, 3, 10))
    assert [(note.day, note.kind, len(note.text)) for note in found] == [
        *[(date(2026, 3, 5), "call", length) for length in (4000, 4000, 502)], (date(2026, 3, 6), "visit", 2),
    ]  # fmt: skip
    assert "".join(note.text for note in found[:3]) == words
