"""Reads CSV and XLSX files as sheets of text. Owns their limits and refusals; knows no object and no field.

A file is never trusted: sizes are checked before anything is unpacked, and what cannot be read is refused with a reason.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Set
from datetime import date, datetime, time
from typing import Any

from xingji.kernel.core.errors import ErrorKind, XingjiError, invalid
from xingji.kernel.records.sheets import MOST_COLUMNS, Sheet, Table, Unreadable, join_sheets

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_CELLS = 4_000_000
LONGEST_CELL = 100_000
MOST_SHEETS = 300
MOST_UNPACKED = 250 * 1024 * 1024
MOST_RATIO = 200
MOST_MEMBERS = 2_000
MOST_AREA = 10_000_000
_DELIMITERS = ",;\t|"
_TRUE, _FALSE = "true", "false"

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Table", "read_table", "too_large", "unreadable"]


def read_table(name: str, content: bytes, words: Set[str] = frozenset()) -> Table:
    """The sheets of a file joined to one table; `words` are plain spellings of columns that may be expected.

    Raises: `import.unreadable` with a reason, `import.too_large`.
    """
    if len(content) > MOST_BYTES:
        raise too_large("bytes", len(content), MOST_BYTES)
    if not content.strip():
        raise unreadable("empty")
    if content[:4] == b"PK\x03\x04":
        sheets = _read_xlsx(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise unreadable("old_excel")
    else:
        sheets = [Sheet("", list(_measured(_read_csv(content), _Sum())))]
    try:
        return join_sheets(sheets, words)
    except Unreadable as refusal:
        if refusal.reason == "columns":
            raise too_large("columns", refusal.found, MOST_COLUMNS) from None
        raise unreadable(refusal.reason) from None


def unreadable(reason: str, **params: Any) -> XingjiError:
    """The refusal of a file that cannot be read; `reason` is translated by the screen."""
    return invalid("import.unreadable", reason=reason, **params)


def too_large(what: str, found: int, most: int) -> XingjiError:
    """The refusal of a file beyond a limit."""
    return XingjiError("import.too_large", ErrorKind.TOO_LARGE, what=what, found=found, most=most)


class _Sum:
    """What was read of a file so far."""

    rows = 0
    cells = 0


def _measured(lines: Iterator[list[str]], total: _Sum) -> Iterator[list[str]]:
    """The lines, refused as soon as they are beyond a limit."""
    for line in lines:
        total.rows += any(line)
        total.cells += len(line)
        if total.rows > MOST_ROWS + 1 or total.cells > MOST_CELLS:
            raise too_large("rows", total.rows, MOST_ROWS)
        longest = max(map(len, line), default=0)
        if longest > LONGEST_CELL:
            raise too_large("cell", longest, LONGEST_CELL)
        yield line


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


def _read_xlsx(content: bytes) -> list[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _check_archive(content)
    sheets: list[Sheet] = []
    total = _Sum()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for about in book.sheets_metadata[:MOST_SHEETS]:
            if about.typ is not SheetTypeEnum.WorkSheet or about.visible is not SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(about.name)
            # Lines begin at the sheet's first row, but at its first used column.
            left = (sheet.start or (0, 0))[1]
            lines = list(_measured(([_text_of(cell) for cell in line] for line in sheet.iter_rows()), total))
            merges = [((a[0], a[1] - left), (b[0], b[1] - left)) for a, b in sheet.merged_cell_ranges or ()]
            sheets.append(Sheet(about.name, lines, merges))
    except XingjiError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        # The reader raises whatever its parsers raise; for us the file is simply not a workbook.
        raise unreadable("broken_xlsx", detail=type(error).__name__) from None
    return sheets


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
                        if b"<!DOCTYPE" in (head := part.read(8192)) or b"<!ENTITY" in head:
                            raise unreadable("entities")
                _check_size(content, member)
            if "xl/workbook.xml" not in archive.namelist():
                raise unreadable("not_a_workbook")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        if isinstance(error, XingjiError):
            raise
        raise unreadable("broken_xlsx", detail=type(error).__name__) from None


def _check_size(content: bytes, member: zipfile.ZipInfo) -> None:
    """Unpacks a member without keeping it: its declared size may be a lie, and the reader does not look at it.

    The reader lays a sheet out from corner to corner, so one cell far away would cost as much as a full sheet.
    """
    if member.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        raise unreadable("broken_xlsx", detail="compression")
    at = member.header_offset
    start = at + 30 + int.from_bytes(content[at + 26 : at + 28], "little") + int.from_bytes(content[at + 28 : at + 30], "little")
    size, rest, rows, columns = 0, b"", 0, 0
    unpack = zlib.decompressobj(-15).decompress if member.compress_type == zipfile.ZIP_DEFLATED else bytes
    end = start + member.compress_size
    is_sheet = member.filename.lower().startswith("xl/worksheets/")
    for first in range(start, end, 65_536):
        part = unpack(content[first : min(first + 65_536, end)])
        size += len(part)
        if size > member.file_size:
            raise too_large("unpacked", size, member.file_size)
        if is_sheet:
            found = _CELL.findall(rest + part)
            rest = part[-40:]
            if found:
                rows = max(rows, max(int(row) for _, row in found))
                columns = max(columns, max(map(_column, {letters for letters, _ in found})))
            if rows * columns > MOST_AREA:
                raise too_large("cells", rows * columns, MOST_AREA)


_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text_of(cell: Any) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return _TRUE if cell else _FALSE
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
