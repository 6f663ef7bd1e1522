"""What arrives in a demo's morning: leads by the minutes before it opens, and when each is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead of the morning: minutes before the demo starts, its values, and after how many minutes it is answered."""

    before: int
    values: Mapping[str, Any]
    answered_after: int | None = None
