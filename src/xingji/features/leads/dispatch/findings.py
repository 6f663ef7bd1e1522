"""What is questionable about a dispatch table: rows that never win, overlaps, gaps, unknown values, people who are away.

Exact for plain conditions; of the rest it says that it cannot tell. Everything found is a warning or a hint: a table
with warnings may still be what its author wants.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xingji.features.leads.dispatch.box_words import Names, box_words
from xingji.features.leads.dispatch.boxes import Box, Domains, Mixed, TooMany, join, remainder
from xingji.features.leads.dispatch.coverage import Reach, leaves, reach_of
from xingji.kernel import records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext

Document = Mapping[str, Any]
REFERENCES = {"source": "source", "channel": "source", "pool": "pool"}
KEYS = {"region": "regions", "brand": "brands"}
MOST_ROWS = 300
MOST_GAPS = 3


def find_in_table(document: Document, context: CheckContext) -> list[Problem]:
    """Warnings and hints of a table whose rows hold up by themselves."""
    object_key = str(document.get("object", "lead"))
    schema = records.schema_of_context(context)
    rows = document.get("rows")
    if object_key not in schema.objects or not isinstance(rows, list) or len(rows) > MOST_ROWS:
        return []
    names, domains = names_of(context, object_key)
    env = records.cel_env(schema, object_key)
    reaches = [reach_of(str(row.get("when", "true")), env, domains) if isinstance(row, Mapping) else Reach(None, False, None) for row in rows]
    return [
        *_never(rows, reaches, domains),
        *_overlaps(rows, reaches, domains),
        *_gaps(document, reaches, domains, names),
        *_unknown_values(reaches, names, context, object_key),
        *_absent(rows, context),
    ]


def names_of(context: CheckContext, object_key: str) -> tuple[Names, Domains]:
    """Labels of an object's fields and values, and the values that closed fields can have at all."""
    document = context.of_kind("object").get(object_key) or {}
    fields: dict[str, tuple[str, str]] = {}
    values: dict[str, dict[Any, tuple[str, str]]] = {}
    domains: dict[str, frozenset[Any]] = {}
    for spec in document.get("fields") or ():
        key = str(spec.get("key"))
        fields[key] = _both(spec.get("name"), key)
        if spec.get("options"):
            values[key] = {option["key"]: _both(option.get("name"), option["key"]) for option in spec["options"]}
        if spec.get("kind") == "choice" and spec.get("options"):
            domains[key] = frozenset(values[key])
        if spec.get("kind") == "boolean":
            domains[key] = frozenset((True, False))
    for key, kind in REFERENCES.items():
        if key in fields and key not in values:
            values[key] = {name: _both(found.get("name"), name) for name, found in context.of_kind(kind).items()}
    for key, known in KEYS.items():
        if key in fields and key not in values:
            labels = context.extra.get(f"{known}_names") or {}
            values[key] = {name: (str(labels.get(name, name)),) * 2 for name in sorted(context.extra.get(known) or ())}
    return Names(fields, values), domains


def _both(name: Any, otherwise: str) -> tuple[str, str]:
    if not isinstance(name, Mapping):
        return (str(name or otherwise),) * 2
    zh, en = name.get("zh") or name.get("en") or otherwise, name.get("en") or name.get("zh") or otherwise
    return str(zh), str(en)


def _problem(code: str, path: str, zh: str, en: str, severity: str = "warning", **params: Any) -> Problem:
    return Problem(f"dispatch.{code}", path, params, {"zh": zh, "en": en}, severity)


def _never(rows: Sequence[Any], reaches: Sequence[Reach], domains: Domains) -> Iterator[Problem]:
    """Rows that rows above them cover, and rows that take nothing at all."""
    named = {row.get("else") for row in rows if isinstance(row, Mapping)}
    for n, reach in enumerate(reaches):
        if reach.boxes is None:
            continue
        if not reach.boxes:
            yield _problem("row_takes_nothing", f"rows.{n}.when", "这一行的条件自相矛盾，没有线索能符合", "no lead can meet this row's conditions")
            continue
        above = [m for m in range(n) if reaches[m].boxes and reaches[m].unknown <= reach.unknown]
        covering = next(([m] for m in above if _covered(reach, [reaches[m]], domains)), None)
        if covering is None and len(above) > 1 and _covered(reach, [reaches[m] for m in above], domains):
            covering = [m for m in above if _meet(reach, reaches[m], domains)]
        if covering and rows[n].get("key") not in named:
            where = "、".join(str(m + 1) for m in covering)
            certain = all("pool" in (rows[m].get("to") or {}) for m in covering)
            zh = f"第 {where} 行已包含这一行：{'永远轮不到它' if certain else '只有那里无人可派时才轮到它'}"
            en = f"row {where.replace('、', ', ')} covers this one: it {'never wins' if certain else 'wins only when nobody there is available'}"
            yield _problem("row_covered", f"rows.{n}.when", zh, en, rows=covering)


def _covered(reach: Reach, by: Sequence[Reach], domains: Domains) -> bool:
    try:
        return not remainder(reach.boxes or [], [other.boxes or [] for other in by], domains)
    except (TooMany, Mixed):
        return False


def _meet(one: Reach, other: Reach, domains: Domains) -> list[Box]:
    try:
        met = [join(a, b, domains) for a in one.boxes or () for b in other.boxes or ()]
    except Mixed:
        return []
    return [box for box in met if box is not None]


def _overlaps(rows: Sequence[Any], reaches: Sequence[Reach], domains: Domains) -> Iterator[Problem]:
    """Rows that share leads with a row above without either holding the other: who comes first decides."""
    for n, reach in enumerate(reaches):
        shared = [
            m for m in range(n)
            if reach.exact and reaches[m].exact and reach.boxes and reaches[m].boxes
            and rows[m].get("to") != rows[n].get("to") and _meet(reach, reaches[m], domains)
            and not _covered(reach, [reaches[m]], domains) and not _covered(reaches[m], [reach], domains)
        ]  # fmt: skip
        if shared:
            where = "、".join(str(m + 1) for m in shared[:8]) + ("…" if len(shared) > 8 else "")
            zh = f"与第 {where} 行部分重叠：两边都符合的线索归上面的行"
            en = f"partly overlaps with row {where.replace('、', ', ')}: a lead that meets both goes to the upper one"
            yield _problem("rows_overlap", f"rows.{n}.when", zh, en, "info", rows=shared)


def _gaps(document: Document, reaches: Sequence[Reach], domains: Domains, names: Names) -> Iterator[Problem]:
    """Leads that no row takes."""
    free = sum(1 for reach in reaches if not reach.exact)
    try:
        left = remainder([{}], [reach.boxes or [] for reach in reaches if reach.exact], domains)
    except (TooMany, Mixed):
        yield _problem("gap_unknown", "rows", "条件太复杂，说不准有没有线索落空；建议加一行兜底", "too involved to tell whether leads fall through; a last row that takes everything settles it", "info")
        return
    if not left:
        return
    words = [box_words(box, names) for box in left[:MOST_GAPS]]
    more = len(left) - len(words)
    pool = (document.get("fallback") or {}).get("pool") if isinstance(document.get("fallback"), Mapping) else None
    zh = "；".join(zh for zh, _ in words) + (f"；另有 {more} 种" if more > 0 else "")
    en = "; ".join(en for _, en in words) + (f"; and {more} more" if more > 0 else "")
    zh_end, en_end = ("会进兜底公海", "go to the fallback pool") if pool else ("会留在未分配", "stay unassigned")
    if free:
        zh_end += f"（另有 {free} 行高级条件，可能接住其中一部分，说不准）"
        en_end += f" ({free} rows with free conditions may take some of them: that cannot be told)"
    yield _problem("gap", "rows", f"没有一行接住：{zh}，{zh_end}", f"no row takes: {en}; they {en_end}", "info" if pool else "warning", boxes=len(left), free=free)


def _unknown_values(reaches: Sequence[Reach], names: Names, context: CheckContext, object_key: str) -> Iterator[Problem]:
    """Values that a field with known values does not have."""
    for n, reach in enumerate(reaches):
        for leaf in leaves(reach.tree):
            known = names.values.get(str(leaf.get("field")))
            if not known or leaf.get("op") not in ("eq", "ne", "in", "has", "has_any"):
                continue
            value = leaf.get("value")
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str) and one not in known:
                    zh, en = names.field_name(str(leaf["field"]))
                    yield _problem("value_unknown", f"rows.{n}.when", f"{zh}里没有「{one}」", f"{en} has no value {one}", field=leaf["field"], value=one)


def _absent(rows: Sequence[Any], context: CheckContext) -> Iterator[Problem]:
    """Persons a row names who have left or are away."""
    left, away = context.extra.get("people_left") or {}, context.extra.get("people_away") or {}
    for n, row in enumerate(rows):
        to = row.get("to") if isinstance(row, Mapping) else None
        if not isinstance(to, Mapping):
            continue
        for kind in ("person", "people"):
            named = to.get(kind)
            for key in named if isinstance(named, list) else [named]:
                if key in left:
                    yield _problem("person_left", f"rows.{n}.to", f"{left[key]}已离职，这一行不会派给他", f"{left[key]} has left and gets nothing from this row", person=key)
                elif key in away:
                    yield _problem("person_away", f"rows.{n}.to", f"{away[key]}正在休假，回来前不会派到", f"{away[key]} is on leave and gets nothing until back", "info", person=key)
