"""What all parts of one statement share: its bound values, its aliases, what stands before it. Knows no object."""

import re
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.records.working_sql import SPANS

PLACEHOLDER = re.compile(r"\$(\d+)")


@dataclass
class Statement:
    """Bound values of one statement, shared by every sink in it. `many`: it looks at many rows, `before` stands before it."""

    values: list[Any] = field(default_factory=list)
    aliases: int = 0
    many: bool = False
    _spans: dict[str, tuple[str, str]] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def bind(self, value: Any, pg_type: str) -> str:
        """A placeholder with its cast; the same value is bound once."""
        try:
            known = (type(value), value, pg_type)
            if known in self._known:
                return self._known[known]
        except TypeError:
            known = None
        self.values.append(value)
        placeholder = f"${len(self.values)}::{pg_type}"
        if known is not None:
            self._known[known] = placeholder
        return placeholder

    def used(self, sql: str) -> tuple[str, list[Any]]:
        """The statement with placeholders for those values alone that it names; a value nobody names has no type."""
        names = dict.fromkeys(int(number) for number in PLACEHOLDER.findall(sql))
        numbers = {name: n for n, name in enumerate(names, 1)}
        return PLACEHOLDER.sub(lambda found: f"${numbers[int(found[1])]}", sql), [self.values[name - 1] for name in names]

    def alias(self) -> str:
        """A new table alias."""
        self.aliases += 1
        return f"j{self.aliases}"

    def spans(self, calendar: str, now: str) -> str:
        """The name of a calendar's spans around now, read once before the statement."""
        name, _ = self._spans.setdefault(calendar, (f"spans{len(self._spans)}", now))
        return name

    @property
    def before(self) -> str:
        """What stands before SELECT."""
        parts = [SPANS.format(name=name, calendar=calendar, now=now) for calendar, (name, now) in self._spans.items()]
        return f"with {', '.join(parts)} " if parts else ""
