"""A value computed by a CEL expression when it is read. `result` says of which kind it is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.core.errors import Problem
from xingji.kernel.records.field_kinds.kind import NUMERIC_AGGREGATES, FieldKind, Place, Refused, fixed, problem

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

RESULTS: Mapping[str, CelKind] = {
    "text": CelKind.text, "number": CelKind.double, "money": CelKind.money, "percent": CelKind.percent,
    "boolean": CelKind.boolean, "date": CelKind.date, "datetime": CelKind.timestamp, "tags": CelKind.text_list,
}  # fmt: skip


def _parse(spec: "Field", value: Any, place: Place) -> Any:
    raise Refused("computed")


def _check(document: Mapping[str, Any], path: str) -> list[Problem]:
    problems: list[Problem] = []
    if document.get("result") not in RESULTS:
        known = ", ".join(RESULTS)
        problems.append(
            problem("bad_result", f"{path}.result", f"result 须为 {known} 之一", f"result must be one of {known}")
        )
    if not isinstance(document.get("expr"), str):
        problems.append(problem("formula_missing", f"{path}.expr", "公式字段要写 expr", "A formula needs expr"))
    return problems


KIND = FieldKind(
    key="formula",
    cel=CelKind.double,
    column=fixed(None),
    parse=_parse,
    check=_check,
    options=frozenset({"expr", "result", "decimals"}),
    aggregates=NUMERIC_AGGREGATES,
)
