"""Workbooks an import hands out: the refused rows to be mended, and a template per object. Owns their look."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from xingji.kernel.records.exporters import safe_cell, shown_text
from xingji.kernel.records.fields import Field
from xingji.kernel.records.import_mapping import Children, Levels
from xingji.kernel.records.schema import ObjectType
from xingji.kernel.records.tables import Table

REASON = "问题(改好后整份再传一次,这一列可以留着)"
ROWS = 1_000
EXAMPLES: Mapping[str, str] = {
    "text": "示例", "long_text": "示例说明", "company": "示例机械有限公司", "phone": "13900000000", "email": "wang@example.com",
    "number": "30", "money": "15万", "percent": "12%", "date": "2026-03-05", "datetime": "2026-03-05 14:30", "url": "https://example.com",
    "region": "江苏/苏州", "boolean": "是", "tags": "重点、老客户", "uscc": "",
}  # fmt: skip


def error_workbook(table: Table, refused: Sequence[Sequence[Any]]) -> bytes:
    """The refused rows as they came, with the reason; made to be mended and imported again."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("待修改")
    sheet.freeze_panes = "A2"
    head = [_cell(sheet, name) for name in [*table.columns, REASON]]
    for cell in head:
        cell.font = Font(bold=True)
    head[-1].fill = PatternFill("solid", fgColor="FFE8CC")
    sheet.column_dimensions[get_column_letter(len(head))].width = 60
    sheet.append(head)
    for number, reason in refused:
        sheet.append([_cell(sheet, text) for text in [*table.rows[number - 2], reason]])
    return _saved(book)


def _cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=shown_text(safe_cell(text)))
    cell.data_type = "s"  # never a formula, whatever it begins with
    return cell


def template_workbook(kind: ObjectType, levels: Levels, children: Children) -> bytes:
    """An empty table to fill in: choices as drop-downs, one example row, help above each column and a page of help."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(kind.name.get("zh") or kind.key)[:28]
    lists = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    about = book.create_sheet("说明")
    about.append(["列", "怎么填", "例子"])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 80
    for n, (label, spec) in enumerate(_columns(kind, levels, children), start=1):
        letter = get_column_letter(n)
        cell = sheet.cell(1, n, shown_text(safe_cell(label)))
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0FE")
        sheet.column_dimensions[letter].width = max(12, len(label) * 2 + 4)
        options = [str((one.get("name") or {}).get("zh") or one["key"]) for one in spec.document.get("options", ())]
        if spec.kind.key == "boolean":
            options = ["是", "否"]
        if options:
            for row, option in enumerate(options, start=1):
                lists.cell(row, n, shown_text(safe_cell(option)))
            choice = DataValidation("list", formula1=f"选项!${letter}$1:${letter}${len(options)}", allow_blank=True)
            choice.showErrorMessage = False
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{ROWS}")
        example = options[0] if options else str(spec.document.get("example") or EXAMPLES.get(spec.kind.key, ""))
        sheet.cell(2, n, shown_text(safe_cell(example))).font = Font(italic=True, color="8A94A6")
        about.append([shown_text(safe_cell(text)) for text in (label, _help(spec, options), example)])
    for row in about.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    return _saved(book)


def _columns(kind: ObjectType, levels: Levels, children: Children) -> list[tuple[str, Field]]:
    owner = kind.fields.get("owner")
    found = [(_label(spec), spec) for spec in kind.stored if _offered(spec, levels.get("", {}))]
    seen = {label for label, _ in found}
    for key, (other, back) in children.items():
        for spec in other.stored:
            if spec.key == back or spec.kind.key == "relation" or not _offered(spec, levels.get(key, {})):
                continue
            label = _label(spec)
            aliases = [str(alias) for alias in spec.document.get("aliases", ())]
            label = label if label not in seen else next((alias for alias in aliases if alias not in seen), f"{_name(other.name, key)}{label}")
            seen.add(label)
            found.append((label, spec))
    if owner is not None and levels.get("", {}).get("owner") == "write":
        found.append((_label(owner), owner))
    return found


def _offered(spec: Field, levels: Mapping[str, str]) -> bool:
    return not spec.system and not spec.server_owned and levels.get(spec.key) == "write" and spec.kind.key not in ("file",) and not spec.key.startswith("last_")


def _label(spec: Field) -> str:
    return _name(spec.name, spec.key)


def _name(name: Mapping[str, Any], key: str) -> str:
    return str(name.get("zh") or key)


def _help(spec: Field, options: Sequence[str]) -> str:
    said = str((spec.document.get("help") or {}).get("zh") or "")
    how = {
        "phone": "手机或座机,数字格式也可以", "money": "元;15万、1,200.50 都能读", "date": "2026-03-05、2026.3.5、3月5日 都能读",
        "datetime": "2026-03-05 14:30", "percent": "12% 或 0.12", "person": "同事的姓名", "relation": "对方的名称", "tags": "多个用顿号分开",
        "region": "省/市/区", "uscc": "18 位统一社会信用代码",
    }.get(spec.kind.key, "")  # fmt: skip
    parts = ["必填" if spec.required else "可以不填", f"可选:{'、'.join(options)}" if options else how, said]
    return ";".join(part for part in parts if part)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
