"""Exports: what a reader may export, as CSV or XLSX that no spreadsheet program runs. Logged in the audit."""

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from xingji.kernel.access import audit
from xingji.kernel.core.errors import invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.records.fields import Field
from xingji.kernel.records.query import MOST_ROWS, Page, Query, query
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.records.visibility import reach, visible_fields

MOST_EXPORTED = 200_000
PART = 2_000
SHEET = "xl/worksheets/sheet1.xml"
LONGEST = 32_000
_BROKEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: str) -> str:
    """Text that a spreadsheet program shows instead of running: formulas get an apostrophe in front."""
    return f"'{value}" if value.startswith(_DANGEROUS) and not _is_number(value) else value


def shown_text(text: str) -> str:
    """Text as a workbook can hold it: no control characters, not longer than a cell."""
    return _BROKEN.sub("", text)[:LONGEST]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text[0] in "+-" and text[1:2].isdigit()


async def export_rows(uow: UnitOfWork, wanted: Query) -> AsyncIterator[list[str]]:
    """The header and every row the reader may export, as texts. Raises: `export.too_many` above 200,000 rows."""
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, wanted.object, "export")
    levels = visible_fields(schema, uow.actor, kind.key)
    keys = (
        list(wanted.fields)
        if wanted.fields
        else [f.key for f in kind.fields.values() if f.key in levels and not f.system]
    )
    keys += [key for key in ("owner", "created_at") if key in levels and key not in keys]
    specs = [kind.field(key) for key in keys]
    texts = [(spec.key, _text_of(schema, spec)) for spec in specs]
    lang = "zh"
    yield [safe_cell(str(spec.name.get(lang) or spec.key)) for spec in specs]
    asked = replace(wanted, fields=keys, limit=min(PART, MOST_ROWS), names=True, verb="export", count=None)
    count = 0
    while True:
        page = await query(uow, asked)
        for row in page.rows:
            yield [safe_cell(text(value, page)) if (value := row.get(key)) is not None else "" for key, text in texts]
        count += len(page.rows)
        if page.next is None:
            break
        if count >= MOST_EXPORTED:
            raise invalid("export.too_many", most=MOST_EXPORTED)
        asked = replace(asked, after=page.next)
    await audit(uow, "export", object_key=kind.key, rows=count, filter=wanted.filter, search=wanted.search, fields=keys)


def _text_of(schema: Schema, spec: Field) -> Callable[[Any, Page], str]:
    """How a value of the field is written out; the kind is looked at once, not once a cell."""
    if spec.kind.key == "person":
        return lambda value, page: page.people.get(value, "")
    if spec.kind.key == "relation":
        return lambda value, page: page.related.get(value) or ""
    if spec.kind.key in ("choice", "multi_choice"):
        labels = {o["key"]: str((o.get("name") or {}).get("zh") or o["key"]) for o in spec.document.get("options", ())}
        return lambda value, _page: "、".join(labels.get(v, str(v)) for v in (value if isinstance(value, list) else [value]))
    glue = "/" if spec.kind.key == "region" else "、"
    place = schema.place

    def plain(value: Any, _page: Page) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if spec.cel.value == "money" and isinstance(value, int):
            return _money(value, place.currency_decimals)
        if spec.cel.value == "timestamp" and isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(place.zone).strftime("%Y-%m-%d %H:%M:%S")
        return glue.join(map(str, value)) if isinstance(value, list) else str(value)

    return plain


def _money(minor: int, decimals: int) -> str:
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


async def export_file(uow: UnitOfWork, wanted: Query, form: str) -> tuple[bytes, int]:
    """The file's content in "csv" or "xlsx", and the number of rows."""
    rows = [row async for row in export_rows(uow, wanted)]
    # Other requests go on meanwhile.
    return await asyncio.to_thread(_as_xlsx if form == "xlsx" else _as_csv, rows), len(rows) - 1


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet of texts, never a formula, whatever they begin with.

    The library makes the workbook, and the sheet is written straight into it: an object a cell takes ten times as long.
    """
    empty, out = io.BytesIO(), io.BytesIO()
    book = Workbook(write_only=True)
    book.create_sheet("export")
    book.save(empty)
    with zipfile.ZipFile(empty) as frame, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        for part in frame.namelist():
            if part != SHEET:
                file.writestr(part, frame.read(part))
        with file.open(SHEET, "w") as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            letters = [get_column_letter(n + 1) for n in range(len(rows[0]))]
            for n, row in enumerate(rows, 1):
                sheet.write(f'<row r="{n}">{"".join(_cell(f"{letter}{n}", text) for letter, text in zip(letters, row, strict=True) if text)}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(shown_text(text))}</t></is></c>'


async def export_csv(database: Database, workspace: str, object_key: str, path: Path, filter: str | None = None) -> int:
    """Writes the records of an object to a CSV file as the system; the number of rows."""
    content, count = await database.run(
        workspace, SYSTEM, lambda uow: export_file(uow, Query(object_key, filter=filter), "csv")
    )
    await asyncio.to_thread(path.write_bytes, content)
    return count
