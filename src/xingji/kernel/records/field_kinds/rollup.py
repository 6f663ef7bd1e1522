"""A value computed at read over related records (`of: deal.customer`) or over a record's events (`events: [type]`)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.core.errors import Problem
from xingji.kernel.records.field_kinds.kind import NUMERIC_AGGREGATES, FieldKind, Place, Refused, fixed, problem

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

AGGREGATES = ("count", "sum", "min", "max", "avg", "last")


def _parse(spec: "Field", value: Any, place: Place) -> Any:
    raise Refused("computed")


def _check(document: Mapping[str, Any], path: str) -> list[Problem]:
    problems: list[Problem] = []
    of, events = document.get("of"), document.get("events")
    if (of is None) == (events is None):
        problems.append(
            problem("rollup_source", path, "汇总字段须在 of 与 events 中选一个", "A roll-up needs either of or events")
        )
    if of is not None and (not isinstance(of, str) or of.count(".") != 1):
        problems.append(
            problem("rollup_source", f"{path}.of", "of 写作 对象.关联字段", "of is written object.relation")
        )
    aggregate = document.get("aggregate", "count")
    if aggregate not in AGGREGATES or (events is not None and aggregate not in ("count", "last")):
        problems.append(
            problem("bad_aggregate", f"{path}.aggregate", "汇总方式不可用", "This aggregate cannot be used here")
        )
    elif of is not None and aggregate != "count" and not isinstance(document.get("field"), str):
        problems.append(problem("rollup_field", f"{path}.field", "请写明汇总哪个字段", "Name the field to aggregate"))
    return problems


KIND = FieldKind(
    key="rollup",
    cel=CelKind.double,
    column=fixed(None),
    parse=_parse,
    check=_check,
    options=frozenset({"of", "events", "aggregate", "field", "filter"}),
    aggregates=NUMERIC_AGGREGATES,
)
