"""Rows on their way into a table, as one bound JSON value that SQL reads as a typed row set. Owns no decision."""

from collections.abc import Iterable, Sequence, Set
from typing import Any

import msgspec

from xingji.kernel.records.changes import Row
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, quoted
from xingji.kernel.records.sink import RecordSink

encode = msgspec.json.Encoder(enc_hook=str).encode


def stage_sql(sink: RecordSink, kind: ObjectType, rows: Sequence[Row], only: Set[str] | None = None) -> str:
    """The rows as they would be after the write: a FROM item with `n` and the object's stored columns (`only` these)."""
    fields = stored_of(kind, only)
    data = [{"n": row.n, **as_columns(fields, row)} for row in rows]
    return f"(select * from {recordset(sink, fields, data, extra='n int')})"


def stored_of(kind: ObjectType, only: Set[str] | None = None) -> list[Field]:
    """The object's stored fields, or `only` these of them."""
    return [spec for spec in kind.fields.values() if spec.column is not None and (only is None or spec.key in only)]


def stage_value(fields: Sequence[Field], rows: Sequence[Row]) -> str:
    """The value that `stage_sql` binds for rows, to run a statement once made again over others."""
    return encode([{"n": row.n, **as_columns(fields, row)} for row in rows]).decode()


def as_columns(fields: Iterable[Field], row: Row) -> dict[str, Any]:
    """Merged wire values by physical column."""
    values = {str(spec.column): row.value(spec.key) for spec in fields}
    values["id"] = str(row.id)
    return values


def recordset(sink: Any, fields: Sequence[Field], data: Sequence[dict[str, Any]], extra: str = "") -> str:
    """`json_to_recordset` over the data with the fields' types; the one form in which many rows reach a statement."""
    placeholder = sink.bind(_Once(encode(data).decode()), "text")
    columns = [f"{quoted(str(spec.column))} {spec.pg_type}" for spec in fields]
    return f"json_to_recordset({placeholder}::json) as s({', '.join([*columns, *filter(None, [extra])])})"


class _Once(str):
    """Text that is bound without being compared with others: it may be megabytes long."""

    __hash__ = None  # type: ignore[assignment]
