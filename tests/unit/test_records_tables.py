"""Files of rows: what is read, and what is refused before it does harm."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from figures import figure
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.records.exporters import safe_cell
from xingji.kernel.records.tables import MOST_COLUMNS, read_table


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_sheets_are_read_whatever_their_encoding_and_delimiter(encoding: str, delimiter: str):
    text = f'公司{delimiter}电话\n"演示{delimiter}一"{delimiter}138\n\n二{delimiter}\n'
    table = read_table("a.csv", text.encode(encoding))
    assert table.columns == ("公司", "电话")
    assert table.rows == [(f"演示{delimiter}一", "138"), ("二", "")]


def test_doubled_and_missing_headers_get_names_of_their_own():
    assert read_table("a.csv", b"a,a,,b\n1,2,3,4\n").columns == ("a", "a (2)", "column 3", "b")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"), (b"   \n", "empty"), (b"a,b\n", "no_rows"), (b"PK\x03\x04" + b"x" * 100, "broken_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old_excel"), (b"a,b\n\"x\n", "broken_csv"), (b"a\x00b,c\n1,2\n", "not_text"),
        (archive(hello=b"x"), "not_a_workbook"), (archive(xl__workbook_xml=b"<not xml"), "broken_xlsx"),
        (archive(xl__workbook_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), "entities"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_reason(content: bytes, reason: str):
    with pytest.raises(XingjiError) as refusal:
        read_table("a.xlsx", content)
    assert (refusal.value.code, refusal.value.data["reason"]) == ("import.unreadable", reason)


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = archive(xl__workbook_xml=b"<a/>", xl__sheet_xml=b"\0" * 300_000_000)
    assert len(bomb) < 1_000_000
    began = time.process_time()
    with pytest.raises(XingjiError, match="too_large"):
        read_table("a.xlsx", bomb)
    took = time.process_time() - began
    figure(16, f"a workbook of {len(bomb):,} bytes that unpacks to 300 MB: refused after {took * 1000:.0f} ms of processor")
    assert took < 2


def test_too_many_columns_and_rows_are_refused():
    with pytest.raises(XingjiError, match="too_large"):
        read_table("a.csv", ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1)).encode() + b"\n1\n")
    with pytest.raises(XingjiError, match="too_large"):
        read_table("a.csv", b"a\n" + b"1\n" * 200_001)


def test_a_workbook_gives_plain_texts():
    book = Workbook()
    book.active.append(["a", "b", "c", "d"])
    book.active.append([1.0, True, None, "=1+1"])
    out = io.BytesIO()
    book.save(out)
    assert read_table("a.xlsx", out.getvalue()).rows == [("1", "true", "", "")]


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_exports_run_nothing(text: str):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-12.50", "+3", "演示", "a=b", ""])
def test_exports_leave_plain_values_alone(text: str):
    assert safe_cell(text) == text
