"""Reads CSV and XLSX files as rows of text. Owns their limits and refusals; knows no object and no field.

A file is never trusted: sizes are checked before anything is unpacked, and what cannot be read is refused with a reason.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from xingji.kernel.core.errors import ErrorKind, XingjiError, invalid

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 4_000_000
LONGEST_CELL = 100_000
MOST_UNPACKED = 250 * 1024 * 1024
MOST_RATIO = 200
MOST_MEMBERS = 2_000
_DELIMITERS = ",;\t|"
_TRUE, _FALSE = "true", "false"


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows below it; every row has as many cells as the header."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def read_table(name: str, content: bytes) -> Table:
    """The first sheet of a file. Raises: `import.unreadable` with a reason, `import.too_large`."""
    if len(content) > MOST_BYTES:
        raise too_large("bytes", len(content), MOST_BYTES)
    if not content.strip():
        raise unreadable("empty")
    if content[:4] == b"PK\x03\x04":
        lines = _read_xlsx(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise unreadable("old_excel")
    else:
        lines = _read_csv(content)
    return _shape(lines)


def unreadable(reason: str, **params: Any) -> XingjiError:
    """The refusal of a file that cannot be read; `reason` is translated by the screen."""
    return invalid("import.unreadable", reason=reason, **params)


def too_large(what: str, found: int, most: int) -> XingjiError:
    """The refusal of a file beyond a limit."""
    return XingjiError("import.too_large", ErrorKind.TOO_LARGE, what=what, found=found, most=most)


def _shape(lines: Iterator[list[str]]) -> Table:
    header: tuple[str, ...] | None = None
    rows: list[tuple[str, ...]] = []
    cells = 0
    for line in lines:
        if header is None:
            if not any(cell.strip() for cell in line):
                continue
            header = _header(line)
            continue
        if not any(cell.strip() for cell in line):
            continue
        cells += len(header)
        if len(rows) >= MOST_ROWS or cells > MOST_CELLS:
            raise too_large("rows", len(rows) + 1, MOST_ROWS)
        if any(len(cell) > LONGEST_CELL for cell in line):
            raise too_large("cell", max(map(len, line)), LONGEST_CELL)
        rows.append(tuple([*line, *[""] * len(header)][: len(header)]))
    if header is None:
        raise unreadable("empty")
    if not rows:
        raise unreadable("no_rows")
    return Table(header, rows)


def _header(line: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip() for cell in line]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise too_large("columns", len(names), MOST_COLUMNS)
    seen: dict[str, int] = {}
    unique = []
    for n, name in enumerate(names):
        plain = name[:200] or f"column {n + 1}"
        seen[plain] = seen.get(plain, 0) + 1
        unique.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return tuple(unique)


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_csv(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    if "\0" in text:
        raise unreadable("not_text")
    sample = text[:20_000].splitlines()[:20]
    counts = {mark: sum(line.count(mark) for line in sample) for mark in _DELIMITERS}
    delimiter = max(counts, key=lambda mark: (counts[mark], -_DELIMITERS.index(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise unreadable("broken_csv", line=reader.line_num, detail=str(error)[:200]) from None


def _decode(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB18030, which Chinese Excel writes."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise unreadable("encoding") from None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("encoding")


# ── XLSX ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_xlsx(content: bytes) -> Iterator[list[str]]:
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            for line in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
                yield [_text_of(cell) for cell in line]
        finally:
            book.close()
    except XingjiError:
        raise
    except Exception as error:
        # The reader raises whatever its parsers raise; for us the file is simply not a workbook.
        raise unreadable("broken_xlsx", detail=type(error).__name__) from None


def _check_archive(content: bytes) -> None:
    """Refuses bombs and documents that declare entities before anything is unpacked in full."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
                raise too_large("unpacked", unpacked, MOST_UNPACKED)
            for member in members:
                packed = max(member.compress_size, 1)
                if member.file_size > 10_000_000 and member.file_size / packed > MOST_RATIO:
                    raise too_large("unpacked", member.file_size, packed * MOST_RATIO)
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        if b"<!DOCTYPE" in part.read(4096) or b"<!ENTITY" in part.read(4096):
                            raise unreadable("entities")
            if "xl/workbook.xml" not in archive.namelist():
                raise unreadable("not_a_workbook")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, XingjiError):
            raise
        raise unreadable("broken_xlsx", detail=type(error).__name__) from None


def _text_of(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _TRUE if cell else _FALSE
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
