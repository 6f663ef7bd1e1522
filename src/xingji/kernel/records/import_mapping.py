"""Which column of a file goes into which field. Owns the mapping's shape, its check and the proposal by labels; pure."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType
from xingji.kernel.records.validate import HISTORY_FIELDS

#: Words people write above columns, by kind of field or field key.
WORDS: Mapping[str, Sequence[str]] = {
    "phone": ("手机", "手机号", "手机号码", "电话", "联系电话", "mobile", "phone", "tel", "telephone"),
    "email": ("邮箱", "电子邮件", "电子邮箱", "email", "mail"),
    "company": ("公司", "公司名称", "企业", "企业名称", "单位", "客户名称", "company", "account", "organization"),
    "uscc": ("统一社会信用代码", "信用代码", "税号", "纳税人识别号"),
    "url": ("网址", "网站", "官网", "website", "url"),
    "owner": ("负责人", "所属人", "跟进人", "销售", "归属", "owner", "sales agent", "sales rep"),
    "name": ("姓名", "称呼", "名称", "联系人", "name"),
    "created_at": ("创建时间", "创建日期", "录入时间", "created at", "created"),
}
CLOSE_ENOUGH = 0.84


@dataclass(frozen=True, slots=True)
class Target:
    """What one column fills. `values` and `aliases` translate cells; `when` limits it to rows with such other cells.

    empty: what an empty cell stands for. create: a related record that is not there is made.
    """

    field: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    when: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    empty: str | None = None
    create: bool = False


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """Columns to targets, the fields by which a row finds its record, and what happens with one that is there.

    existing: update | skip. Rows that match several records, or another row of the file, are conflicts.
    """

    columns: Mapping[str, tuple[Target, ...]]
    key: tuple[str, ...] = ()
    existing: str = "update"
    constants: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def read_mapping(
    document: Mapping[str, Any], kind: ObjectType, columns: Sequence[str]
) -> tuple[ImportMapping, list[Problem]]:
    """A mapping from JSON or YAML and everything wrong with it.

    document: {columns: {column: field | target | [targets] | null}, key: [field], existing, constants: {field: value}}.
    """
    problems: list[Problem] = []
    targets: dict[str, tuple[Target, ...]] = {}
    given = document.get("columns")
    if not isinstance(given, Mapping):
        return ImportMapping({}), [Problem("import.columns_missing", "columns")]
    for column, wanted in given.items():
        if column not in columns:
            problems.append(Problem("import.unknown_column", f"columns.{column}", {"column": str(column)[:80]}))
            continue
        listed = wanted if isinstance(wanted, list) else [wanted] if wanted else []
        targets[column] = tuple(_target(one, kind, f"columns.{column}", problems) for one in listed)
    key = document.get("key") or []
    if not isinstance(key, list) or not set(map(str, key)) <= {f.key for f in kind.fields.values() if f.column}:
        problems.append(Problem("records.unknown_field", "key", {"field": str(key)[:80]}))
        key = []
    existing = document.get("existing", "update")
    if existing not in ("update", "skip"):
        problems.append(Problem("import.bad_option", "existing", {"options": ["update", "skip"]}))
    constants = document.get("constants") or {}
    return ImportMapping(
        targets, tuple(key), str(existing), dict(constants) if isinstance(constants, Mapping) else {}
    ), problems


def _target(wanted: Any, kind: ObjectType, path: str, problems: list[Problem]) -> Target:
    document: Any = {"field": wanted} if isinstance(wanted, str) else wanted
    if not isinstance(document, Mapping) or not isinstance(document.get("field"), str):
        problems.append(Problem("import.bad_target", path))
        return Target("")
    key = document["field"]
    spec = kind.fields.get(key)
    if spec is None or spec.column is None or (spec.system and spec.server_owned and key not in HISTORY_FIELDS):
        problems.append(Problem("records.unknown_field", path, {"field": key[:80]}))
    when = document.get("when") or {}
    return Target(
        key,
        {str(k): str(v) for k, v in (document.get("values") or {}).items()},
        {str(k): [str(v) for v in (vs if isinstance(vs, list) else [vs])] for k, vs in when.items()},
        document.get("empty"),
        bool(document.get("create")),
    )


def propose_mapping(kind: ObjectType, columns: Sequence[str], writable: Mapping[str, str]) -> dict[str, Any]:
    """A mapping document by the columns' names: keys, labels, aliases, common words, then near misses."""
    known: dict[str, str] = {}
    for spec in kind.fields.values():
        if not _fillable(spec, writable):
            continue
        for word in _words(spec):
            known.setdefault(_plain(word), spec.key)
    proposed: dict[str, str | None] = {}
    taken: set[str] = set()
    for column in columns:
        wanted, bare = _plain(column), _plain(re.sub(r"[(（].*?[)）]", "", column))  # 金额（元）
        found = known.get(wanted) or known.get(bare) or _near(bare, known)
        proposed[column] = found if found not in taken else None
        taken |= {found} if found else set()
    unique = [spec.key for spec in kind.stored if spec.unique and spec.key in taken]
    key = unique[:1] or (["external_id"] if "external_id" in taken else [])
    return {"columns": proposed, "key": key, "existing": "update"}


def _fillable(spec: Field, writable: Mapping[str, str]) -> bool:
    if spec.column is None or writable.get(spec.key) != "write":
        return False
    return not spec.server_owned or spec.key in HISTORY_FIELDS


def _words(spec: Field) -> list[str]:
    labels = [str(label) for label in spec.name.values()]
    return [
        spec.key,
        *labels,
        *spec.document.get("aliases", ()),
        *WORDS.get(spec.key, ()),
        *WORDS.get(spec.kind.key, ()),
    ]


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-()（）:：*/]+", "", unicodedata.normalize("NFKC", text).lower())


def _near(wanted: str, known: Mapping[str, str]) -> str | None:
    best = max(((SequenceMatcher(None, wanted, word).ratio(), key) for word, key in known.items()), default=(0.0, ""))
    return best[1] if best[0] >= CLOSE_ENOUGH and len(wanted) > 3 else None
