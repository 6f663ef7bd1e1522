"""The definition kind `list_view`: saved lists as table, board or calendar. Owns the check of what a view may say."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.checks import SORT, check_condition, expression_fields, problem, schema_of_context
from xingji.kernel.records.compiler import MOST_SORTS
from xingji.kernel.records.schema import ObjectType

LONGEST_NAME = 40
LAYOUTS = ("table", "board", "calendar")
FUNCTIONS = ("sum", "avg", "min", "max", "median", "count")
GROUPED = frozenset({"choice", "person", "relation", "boolean", "date", "text", "unit"})
NUMBERS = frozenset({"number", "money", "percent"})
WIDTHS = (60, 900)
DENSITIES = ("normal", "compact")


class ListViewKind:
    """Saved lists: an object, columns, a filter, an order, and how they are laid out."""

    key = "list_view"

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Unknown object, columns, order, groups and totals, and a filter that does not hold."""
        target = document.get("object")
        schema = schema_of_context(context)
        if target not in schema.objects:
            return [
                problem(
                    "unknown_object", "object", f"没有对象“{target}”", f"There is no object “{target}”", object=target
                )
            ]
        kind = schema.objects[str(target)]
        problems = [
            *_name(document),
            *_columns(document, kind),
            *_order(document, kind),
            *_layout(document, kind),
            *_totals(document, kind),
        ]
        if document.get("filter") is not None:
            problems += check_condition(context, kind.key, document["filter"], "filter")
        return problems

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """The object and every field shown, sorted by, grouped by, added up or filtered on."""
        target = str(document.get("object", ""))
        names = [*column_keys(document), *totals_of(document)]
        names += [str(part).lstrip("-") for part in sorts_of(document)]
        names += [str(document[part]) for part in ("group_by", "date_field", "color_by") if document.get(part)]
        source = document.get("filter")
        read = expression_fields(target, source) if isinstance(source, str) else set()
        return (
            {Ref("object", target)}
            | {Ref("field", f"{target}.{name}") for name in names}
            | {Ref("field", name) for name in read}
        )

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """How many records created in the window the list would show, with the first of them."""
        from xingji.kernel.records.query import Query, query

        window = f'created_at >= timestamp("{_stamp(since)}") && created_at < timestamp("{_stamp(until)}")'
        source = document.get("filter")
        wanted = Query(
            str(document["object"]),
            fields=column_keys(document),
            filter=f"({source}) && {window}" if source else window,
            sort=list(sorts_of(document) or ["-created_at"]),
            limit=20,
            count="exact",
        )
        page = await query(uow, wanted)
        return {"count": page.count, "samples": page.rows}

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing becomes true with a list view but the document itself."""


def column_keys(document: Mapping[str, Any]) -> list[str]:
    """The fields of a view's columns; a column is a field, or {field, width}."""
    columns = document.get("columns")
    found = [c.get("field") if isinstance(c, Mapping) else c for c in (columns if isinstance(columns, list) else ())]
    return [c for c in found if isinstance(c, str)]


def column_widths(document: Mapping[str, Any]) -> dict[str, int]:
    """Widths in pixels of the columns that have one."""
    return {c["field"]: c["width"] for c in document.get("columns") or () if isinstance(c, Mapping) and c.get("width")}


def sorts_of(document: Mapping[str, Any]) -> list[Any]:
    """The order of a view as a list."""
    sort = document.get("sort") or []
    return list(sort) if isinstance(sort, list) else [sort]


def totals_of(document: Mapping[str, Any]) -> dict[str, str]:
    """{field: function} of a view's totals."""
    totals = document.get("totals")
    return dict(totals) if isinstance(totals, Mapping) else {}


def _name(document: Mapping[str, Any]) -> Iterator[Problem]:
    """A view's name stands on a tab."""
    name = document.get("name")
    if isinstance(name, Mapping) and any(len(str(words)) > LONGEST_NAME for words in name.values()):
        yield problem("long_name", "name", f"名称最多 {LONGEST_NAME} 字", f"A name has at most {LONGEST_NAME} characters")


def _columns(document: Mapping[str, Any], kind: ObjectType) -> Iterator[Problem]:
    columns = document.get("columns")
    if not isinstance(columns, list) or not columns:
        yield problem("columns_missing", "columns", "列表至少要有一列", "A list needs at least one column")
        return
    for n, column in enumerate(columns):
        key = column.get("field") if isinstance(column, Mapping) else column
        if not isinstance(key, str) or key not in kind.fields:
            yield _unknown(f"columns.{n}", key)
        width = column.get("width") if isinstance(column, Mapping) else None
        if width is not None and (not isinstance(width, int) or not WIDTHS[0] <= width <= WIDTHS[1]):
            yield problem(
                "bad_width", f"columns.{n}.width", "列宽须在 60 到 900 像素之间", "A width is between 60 and 900 pixels"
            )


def _order(document: Mapping[str, Any], kind: ObjectType) -> Iterator[Problem]:
    sorts = sorts_of(document)
    if len(sorts) > MOST_SORTS:
        yield problem(
            "too_many_sorts", "sort", f"最多按 {MOST_SORTS} 个字段排序", f"At most {MOST_SORTS} fields to sort by"
        )
    for n, part in enumerate(sorts):
        found = SORT.match(part) if isinstance(part, str) else None
        if not found or found[2] not in kind.fields:
            yield _unknown(f"sort.{n}", part)


def _layout(document: Mapping[str, Any], kind: ObjectType) -> Iterator[Problem]:
    layout = document.get("layout", "table")
    if layout not in LAYOUTS:
        yield problem("unknown_layout", "layout", f"没有布局“{layout}”", f"There is no layout “{layout}”")
    if document.get("density", "normal") not in DENSITIES:
        yield problem("unknown_density", "density", "行高只能是 normal 或 compact", "The density is normal or compact")
    group = document.get("group_by")
    if group is not None:
        spec = kind.fields.get(group) if isinstance(group, str) else None
        if spec is None:
            yield _unknown("group_by", group)
        elif spec.kind.key not in GROUPED or spec.column is None:
            yield problem(
                "not_grouped", "group_by", f"不能按“{group}”分组", f"Rows cannot be grouped by “{group}”", field=group
            )
    if layout == "board" and (group is None or (group in kind.fields and kind.fields[group].kind.key != "choice")):
        yield problem(
            "board_needs_choice",
            "group_by",
            "看板要选一个单选字段作为列",
            "A board needs a choice field for its columns",
        )
    day = document.get("date_field")
    if day is not None or layout == "calendar":
        spec = kind.fields.get(day) if isinstance(day, str) else None
        if spec is None or spec.kind.key not in ("date", "datetime"):
            yield problem(
                "calendar_needs_date",
                "date_field",
                "日历要选一个日期或时间字段",
                "A calendar needs a date or time field",
            )
    colour = document.get("color_by")
    if colour is not None and (
        not isinstance(colour, str) or colour not in kind.fields or kind.fields[colour].kind.key != "choice"
    ):
        yield problem("color_needs_choice", "color_by", "颜色只能按单选字段", "Colours follow a choice field")


def _totals(document: Mapping[str, Any], kind: ObjectType) -> Iterator[Problem]:
    totals = document.get("totals")
    if totals is not None and not isinstance(totals, Mapping):
        yield problem("not_a_mapping", "totals", "合计须写成 {字段: 方式}", "Totals are {field: function}")
    for key, function in totals_of(document).items():
        if key not in kind.fields:
            yield _unknown(f"totals.{key}", key)
        elif function not in FUNCTIONS:
            yield problem(
                "unknown_function", f"totals.{key}", f"没有合计方式“{function}”", f"There is no total “{function}”"
            )
        elif function != "count" and kind.fields[key].kind.key not in (*NUMBERS, "formula"):
            yield problem(
                "not_a_number",
                f"totals.{key}",
                f"“{key}”不是数字，不能合计",
                f"“{key}” is no number and cannot be added up",
            )


def _unknown(path: str, name: Any) -> Problem:
    return problem("unknown_field", path, f"没有字段“{name}”", f"There is no field “{name}”", field=str(name))


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
