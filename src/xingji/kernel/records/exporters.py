"""Exports: what a reader may export, as CSV or XLSX that no spreadsheet program runs. Logged in the audit."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from xingji.kernel.access import audit
from xingji.kernel.core.errors import invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.records.fields import Field
from xingji.kernel.records.query import MOST_ROWS, Query, query
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.records.visibility import reach, visible_fields

MOST_EXPORTED = 200_000
PART = 2_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: str) -> str:
    """Text that a spreadsheet program shows instead of running: formulas get an apostrophe in front."""
    return f"'{value}" if value.startswith(_DANGEROUS) and not _is_number(value) else value


def shown_text(text: str) -> str:
    """Text as a workbook can hold it: no control characters, not longer than a cell."""
    return "".join(c for c in text if c >= " " or c in "\n\t")[:32_000]


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
    lang = "zh"
    yield [safe_cell(str(spec.name.get(lang) or spec.key)) for spec in specs]
    asked = replace(wanted, fields=keys, limit=min(PART, MOST_ROWS), names=True, verb="export", count=None)
    count = 0
    while True:
        page = await query(uow, asked)
        for row in page.rows:
            yield [safe_cell(_text(schema, spec, row.get(spec.key), page.people, page.related)) for spec in specs]
        count += len(page.rows)
        if page.next is None:
            break
        if count >= MOST_EXPORTED:
            raise invalid("export.too_many", most=MOST_EXPORTED)
        asked = replace(asked, after=page.next)
    await audit(uow, "export", object_key=kind.key, rows=count, filter=wanted.filter, search=wanted.search, fields=keys)


def _text(schema: Schema, spec: Field, value: Any, people: dict[str, str], related: dict[str, str | None]) -> str:
    if value is None:
        return ""
    if spec.kind.key == "person":
        return people.get(value, "")
    if spec.kind.key == "relation":
        return related.get(value) or ""
    if spec.kind.key in ("choice", "multi_choice"):
        labels = {o["key"]: str((o.get("name") or {}).get("zh") or o["key"]) for o in spec.document.get("options", ())}
        return "、".join(labels.get(v, str(v)) for v in (value if isinstance(value, list) else [value]))
    if spec.cel.value == "money" and isinstance(value, int):
        return _money(value, schema.place.currency_decimals)
    if spec.cel.value == "timestamp" and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(schema.place.zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ("/" if spec.kind.key == "region" else "、").join(map(str, value))
    return str(value)


def _money(minor: int, decimals: int) -> str:
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


async def export_file(uow: UnitOfWork, wanted: Query, form: str) -> tuple[bytes, int]:
    """The file's content in "csv" or "xlsx", and the number of rows."""
    rows = [row async for row in export_rows(uow, wanted)]
    return (_as_xlsx(rows) if form == "xlsx" else _as_csv(rows)), len(rows) - 1


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=shown_text(text))
            cell.data_type = "s"  # never a formula, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def export_csv(database: Database, workspace: str, object_key: str, path: Path, filter: str | None = None) -> int:
    """Writes the records of an object to a CSV file as the system; the number of rows."""
    content, count = await database.run(
        workspace, SYSTEM, lambda uow: export_file(uow, Query(object_key, filter=filter), "csv")
    )
    await asyncio.to_thread(path.write_bytes, content)
    return count
