"""What a planned past is made of, and the seeded draws it is made with. Pure; knows no organisation."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xingji.demo import words as lilan_words
from xingji.kernel.core.calendar import WorkingCalendar


@dataclass(slots=True)
class PlannedLead:
    """One enquiry of the past and everything that became of it; times are instants, money in fen."""

    values: dict[str, Any]
    owner: str
    created_at: datetime
    assigned_at: datetime
    row: str
    response_at: datetime | None = None
    followup_at: datetime | None = None
    claimed: bool = True
    customer: int | None = None  # position among the planned customers
    converted_at: datetime | None = None
    deal: dict[str, Any] | None = None
    returned_at: datetime | None = None
    closed_as: str | None = None  # why it came to nothing


@dataclass(slots=True)
class PlannedCustomer:
    """A customer and the day it became one."""

    values: dict[str, Any]
    owner: str
    created_at: datetime


@dataclass(slots=True)
class PlannedOther:
    """A record of any other object. Values may name people (`person:key`), planned customers by their position
    (`customer:3`), planned leads (`lead:7`) and others by their key (`other:P-100`)."""

    object: str
    values: dict[str, Any]
    owner: str | None
    created_at: datetime
    key: str | None = None


@dataclass(slots=True)
class Plan:
    """Everything to be written as history. `others` follow in their order: products, contacts, deals, tasks, …"""

    customers: list[PlannedCustomer] = field(default_factory=list)
    leads: list[PlannedLead] = field(default_factory=list)
    others: list[PlannedOther] = field(default_factory=list)


class Draw:
    """Seeded draws of names, numbers and instants."""

    def __init__(self, seed: int, calendar: WorkingCalendar, today: date, words: Any = lilan_words) -> None:
        self.rng = random.Random(seed)
        self.words = words
        self.calendar = calendar
        self.zone = ZoneInfo(calendar.zone)
        self.today = today
        self.limit = datetime.combine(today, time(8), tzinfo=self.zone)  # nothing planned happens later
        self.serial = 0

    def company(self, province: str, trade: str) -> str:
        """An invented company; the serial keeps names apart."""
        self.serial += 1
        place = self.rng.choice(self.words.PLACES[province])
        first, second = self.rng.sample(self.words.BRANDS, 2)
        return f"{place}{first}{second[0]}{self.rng.choice(self.words.TRADES[trade])}有限公司(演示)"

    def mobile(self) -> str:
        """A generated number, different each time."""
        self.serial += 1
        return f"139000{self.serial:05d}"

    def credit_code(self, province: str) -> str:
        """A credit code with a right check character (GB 32100-2015)."""
        self.serial += 1
        return with_check_character(f"91{province}MA{self.serial:07d}")

    def moment(self, days_ago: int) -> datetime:
        """An instant on that day, by the hours enquiries come in."""
        hour = self.rng.choices(range(24), self.words.HOURS)[0]
        clock = time(hour, self.rng.randrange(60), self.rng.randrange(60))
        return datetime.combine(self.today - timedelta(days=days_ago), clock, tzinfo=self.zone)


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def with_check_character(body: str) -> str:
    """The eighteen characters of a unified social credit code from its first seventeen (GB 32100-2015, 4.5)."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]
