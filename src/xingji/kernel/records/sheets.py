"""Finds the table in sheets as people keep them: title rows, merged cells, one sheet per person, rows of totals. Pure.

Owns where the header stands and how sheets with the same columns become one table; knows no object and no field.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

MOST_COLUMNS = 200
LOOKED_AT = 40
SHEET_COLUMN = "工作表"
TOTALS = frozenset({"合计", "总计", "小计", "共计", "汇总", "total", "totals", "subtotal"})

Corner = tuple[int, int]


class Unreadable(Exception):
    """Sheets without a table, or with too many columns."""

    def __init__(self, reason: str, found: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.found = reason, found


@dataclass(slots=True)
class Sheet:
    """Lines of text with merged ranges as ((row, column), (row, column)), both included."""

    name: str
    lines: list[list[str]]
    merges: Sequence[tuple[Corner, Corner]] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows below it; every row has as many cells as the header.

    places: sheet and row number of each row as the file's owner counts them. left_out: sheets and rows that are no data.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    places: Sequence[tuple[str, int]] = ()
    left_out: Sequence[Mapping[str, object]] = field(default_factory=tuple)


def plain(text: str) -> str:
    """A column's name without case, spaces, brackets and marks."""
    return re.sub(r"[\s_\-()（）:：*/]+", "", unicodedata.normalize("NFKC", text).lower())


def join_sheets(sheets: Sequence[Sheet], words: Set[str] = frozenset()) -> Table:
    """One table of all sheets that share their columns. Raises: Unreadable (empty, no_rows, columns)."""
    parts: list[_Part] = []
    left_out: list[Mapping[str, object]] = []
    for sheet in sheets:
        found = _find_part(sheet, words)
        if found is not None and found.rows:
            parts.append(found)
        else:
            left_out.append({"sheet": sheet.name, "why": "no_table"})
    if not parts:
        has_header = any(any(cell.strip() for cell in line) for sheet in sheets for line in sheet.lines)
        raise Unreadable("no_rows" if has_header else "empty")
    main = max(parts, key=lambda part: (part.known, len(part.rows) if len(sheets) > 1 else 0))
    alike = [part for part in parts if part is main or _share(main, part) >= 0.5]
    left_out += [{"sheet": part.sheet, "why": "other_columns"} for part in parts if part not in alike]
    return _joined(main, alike, left_out)


@dataclass(slots=True)
class _Part:
    sheet: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    known: int
    dropped: list[Mapping[str, object]]


def _share(main: _Part, other: _Part) -> float:
    mine, theirs = {plain(name) for name in main.columns}, {plain(name) for name in other.columns}
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _joined(main: _Part, parts: Sequence[_Part], left_out: list[Mapping[str, object]]) -> Table:
    columns = list(main.columns)
    place = {plain(name): n for n, name in enumerate(columns)}
    for part in parts:
        for name in part.columns:
            if plain(name) not in place:
                place[plain(name)] = len(columns)
                columns.append(name)
    several = len(parts) > 1
    width = len(columns) + several
    if width > MOST_COLUMNS:
        raise Unreadable("columns", width)
    rows: list[tuple[str, ...]] = []
    places: list[tuple[str, int]] = []
    for part in parts:
        left_out += part.dropped
        where = [place[plain(name)] for name in part.columns]
        straight = where == list(range(len(columns)))
        for number, line in part.rows:
            cells = line if straight else [""] * len(columns)
            if not straight:
                for at, cell in zip(where, line, strict=True):
                    cells[at] = cell
            rows.append((*cells, part.sheet) if several else tuple(cells))
            places.append((part.sheet, number))
    names = [*columns, *([_free_name(columns)] if several else [])]
    return Table(tuple(names), rows, places, tuple(left_out))


def _free_name(columns: Sequence[str]) -> str:
    name = SHEET_COLUMN
    while name in columns:
        name += "*"
    return name


def _find_part(sheet: Sheet, words: Set[str]) -> _Part | None:
    at = find_header(sheet.lines, words)
    if at is None:
        return None
    header, below = list(sheet.lines[at]), at + 1
    below += _take_second_line(sheet, at, header, words)
    columns = _names(header)
    _fill_merged(sheet, below, len(columns))
    names = [name.strip() for name in header[: len(columns)]]
    part = _Part(sheet.name, columns, [], _known(header, words), [])
    for n, line in enumerate(sheet.lines[below:], start=below):
        cells = [*line, *[""] * len(columns)][: len(columns)]
        first = next((cell.strip() for cell in cells if cell.strip()), "")
        if not first:
            continue
        number = n + 1
        if first.strip(":： ").lower() in TOTALS:
            part.dropped.append({"sheet": sheet.name, "row": number, "why": "total"})
        elif [cell.strip() for cell in cells] == names:
            part.dropped.append({"sheet": sheet.name, "row": number, "why": "header_again"})
        else:
            part.rows.append((number, cells))
    return part


def find_header(lines: Sequence[Sequence[str]], words: Set[str]) -> int | None:
    """The line that names the columns: below titles, the first that is at least half filled, rather one of known words."""
    first = lines[:LOOKED_AT]
    filled = [sum(1 for cell in line if cell.strip()) for line in first]
    width = max(filled, default=0)
    if width == 0:
        return None
    known = [_known(line, words) for line in first]
    usual = next(n for n, count in enumerate(filled) if count * 2 >= width)
    best = max(range(len(first)), key=lambda n: (known[n], -n))
    return best if known[best] >= known[usual] + 2 or (known[best] >= 2 and known[usual] == 0) else usual


def _known(line: Sequence[str], words: Set[str]) -> int:
    return sum(1 for cell in line if len(cell) <= 30 and plain(cell) in words)


def _take_second_line(sheet: Sheet, at: int, header: list[str], words: Set[str]) -> int:
    """Names below a merged heading (联系方式 over 手机 | 微信) take its place; how many lines that took."""
    wide = [(a, b) for a, b in sheet.merges if a[0] == at and b[0] == at and b[1] > a[1]]
    if not wide or at + 1 >= len(sheet.lines):
        return 0
    below = [*sheet.lines[at + 1], *[""] * len(header)]
    places = [column for a, b in wide for column in range(a[1], b[1] + 1)]
    if any(not below[column].strip() for column in places) or not _known(below, words):
        return 0
    for column in places:
        header.extend([""] * (column + 1 - len(header)))
        header[column] = below[column]
    return 1


def _fill_merged(sheet: Sheet, first: int, width: int) -> None:
    """A merged block of data stands for the same value in each of its rows."""
    for (top, left), (bottom, right) in sheet.merges:
        if bottom <= top or top < first or left >= width:
            continue
        for row in range(top, min(bottom + 1, len(sheet.lines))):
            line = sheet.lines[row]
            line.extend([""] * (right + 1 - len(line)))
            for column in range(left, right + 1):
                line[column] = line[column] or sheet.lines[top][left]


def _names(line: Sequence[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in line]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Unreadable("columns", len(names))
    seen: dict[str, int] = {}
    unique = []
    for n, name in enumerate(names):
        short = name[:200] or f"column {n + 1}"
        seen[short] = seen.get(short, 0) + 1
        unique.append(short if seen[short] == 1 else f"{short} ({seen[short]})")
    return tuple(unique)
