"""SQL of roll-up fields: over related records or over a record's events, computed when read.

Rows outside the reader's scope do not count: an exact sum would otherwise tell of records the reader may not see.
"""

from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, quoted
from xingji.kernel.records.sink import RecordSink, scope_sql

FUNCTIONS = {"sum": "sum", "min": "min", "max": "max", "avg": "avg"}


def rollup_sql(sink: RecordSink, kind: ObjectType, alias: str, spec: Field) -> str:
    """A correlated subquery that gives the roll-up's value for the row at `alias`."""
    if spec.document.get("events") is not None:
        return _over_events(sink, alias, spec)
    other_key, _, relation = str(spec.document["of"]).partition(".")
    other = sink.schema.object(other_key)
    inner_alias = sink.statement.alias()
    inner = sink.sibling(other_key, inner_alias)
    inner._open = sink._open
    condition, joins = scope_sql(inner, "read")
    where = [
        f"{inner_alias}.{quoted(str(other.field(relation).column))} = {alias}.id",
        f"{inner_alias}.deleted_at is null",
    ]
    if condition != "true":
        where.append(condition)
    if source := spec.document.get("filter"):
        where.append(inner.compile(str(source), only_true=True))
    value, order = _aggregate(inner, spec)
    tables = f"{other.table} {inner_alias}{joins}{inner.from_joins}"
    return f"(select {value} from {tables} where {' and '.join(where)}{order})"


def _aggregate(inner: RecordSink, spec: Field) -> tuple[str, str]:
    aggregate = spec.document.get("aggregate", "count")
    if aggregate == "count":
        return "count(*)", ""
    assert inner.kind is not None
    wanted = inner.kind.field(str(spec.document.get("field")))
    value = inner.field_sql(wanted.key)
    if aggregate == "last":
        return value, f" and {value} is not null order by {inner.alias}.created_at desc, {inner.alias}.id desc limit 1"
    sql = f"{FUNCTIONS[aggregate]}({value})"
    if aggregate in ("sum", "avg"):
        # sum(bigint) is numeric; bring it back to the field's own type.
        cast = (
            "bigint" if wanted.pg_type == "bigint" and (aggregate == "sum" or spec.cel.value == "money") else "float8"
        )
        sql = f"coalesce(round({sql}), 0)::{cast}" if cast == "bigint" and aggregate == "sum" else f"({sql})::{cast}"
    return sql, ""


def _over_events(sink: RecordSink, alias: str, spec: Field) -> str:
    wanted = spec.document["events"]
    types = sink.bind(tuple([wanted] if isinstance(wanted, str) else wanted), "text[]")
    value = "max(e.occurred_at)" if spec.document.get("aggregate") == "last" else "count(*)"
    return f"(select {value} from event e where e.record = {alias}.id and e.type = any ({types}) and {standing('e')})"
