"""Public holidays and make-up working days of mainland China, as the seed of a workspace's editable table.

Owns the bridge to the `chinesecalendar` data; never decides which calendar follows them. The data end with the
year the State Council has announced: `years_known` says so, and nothing here guesses a year it does not hold.
"""

from dataclasses import dataclass, field
from datetime import date

from chinese_calendar import constants


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Days off and make-up working days (调休) by date, and the years for which they are complete."""

    off: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    years_known: frozenset[int] = frozenset()
    names: dict[date, str] = field(default_factory=dict, compare=False)


def seed_public_holidays() -> PublicHolidays:
    """All days the installed data hold, with their Chinese names."""
    names = {day: _name(name) for days in (constants.holidays, constants.workdays) for day, name in days.items()}
    return PublicHolidays(
        off=frozenset(constants.holidays),
        makeup=frozenset(constants.workdays),
        years_known=frozenset(day.year for day in constants.holidays),
        names=names,
    )


def _name(english: str) -> str:
    """The Chinese name of a holiday the data name in English; the given name when it is not known."""
    known = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    return known.get(english, english)
