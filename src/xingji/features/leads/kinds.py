"""The three kinds of definitions of this feature: source, dispatch, pool. Owns their checks, dry runs and references."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from xingji.features.leads.dispatch.findings import find_in_table
from xingji.features.leads.dispatch.table import CHOICES, TARGETS
from xingji.features.leads.intake.ground import vault
from xingji.features.leads.intake.payload import SPEC_WORDS, BadPath, parse_path
from xingji.features.leads.intake.sources import ALIASES, WAYS, way_of
from xingji.kernel import records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.work.vault import mask_settings, seal_settings

Document = Mapping[str, Any]

MOST = 10_000  # leads a person may hold, days looked back


def refusal(code: str, path: str, zh: str, en: str, severity: str = "error", **params: Any) -> Problem:
    """A problem of a definition, with both texts."""
    return Problem(code, path, params, {"zh": zh, "en": en}, severity)


def _mappings(value: Any) -> list[Document]:
    """The mappings of a list; whatever else stands there is left out (the check names it)."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def _mapping(value: Any) -> Document:
    return value if isinstance(value, Mapping) else {}


def _words(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []


def fields_of(context: CheckContext, object_key: str) -> dict[str, Document]:
    """An object's own field documents by key."""
    document = context.of_kind("object").get(object_key) or {}
    return {field["key"]: field for field in document.get("fields") or () if isinstance(field, Mapping) and "key" in field}


class SourceKind:
    """`source`: one way leads come in, with its mapping, defaults and secrets."""

    key = "source"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        way = way_of(dict(document))
        if way is None:
            known = [*WAYS, *ALIASES]
            text = "、".join(known)
            return [refusal("source.via_unknown", "via", f"没有「{document.get('via')}」这种来源方式，可选：{text}", f"via must be one of {', '.join(known)}")]
        fields = fields_of(context, "lead")
        problems = list(_check_mapping(document.get("mapping") or {}, fields))
        if not isinstance(document.get("defaults") or {}, Mapping):
            problems.append(refusal("source.defaults", "defaults", "defaults 要写成键值", "defaults must be a mapping"))
        for key in _mapping(document.get("defaults")):
            if fields and key not in fields:
                problems.append(refusal("source.unknown_field", f"defaults.{key}", f"线索没有字段「{key}」", f"leads have no field {key}", field=key))
        if not isinstance(document.get("settings") or {}, Mapping):
            return [*problems, refusal("source.settings", "settings", "settings 要写成键值", "settings must be a mapping")]
        for name in way.secrets:
            if way.key in ("douyin", "wechat_oa") and name in ("client_secret", "token") and not (document.get("settings") or {}).get(name):
                problems.append(refusal("source.secret_missing", f"settings.{name}", f"没有填写 {name}，平台的投递无法验签，都会被拒收（原文保留）", f"without {name} every delivery is refused (and kept)", "warning"))
        return problems + way.check(document)

    def references(self, document: Document) -> set[Ref]:
        refs = {Ref("object", "lead")}
        for part in ("mapping", "defaults"):
            refs |= {Ref("field", f"lead.{key}") for key in _mapping(document.get(part))}
        return refs

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """What the draft would make of the deliveries of the window: leads and refusals, with samples."""
        from xingji.features.leads.intake.trial import try_mapping

        return await try_mapping(uow, document, since, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: the ground of intake is kept per revision."""

    def store(self, document: Document, previous: Document | None) -> dict[str, Any]:
        """The document as it may be stored: secrets sealed, a mask replaced by the previous secret."""
        return self._with_settings(document, lambda names, settings: seal_settings(
            vault(), f"source.{document['key']}", names, settings, (previous or {}).get("settings") or {}))  # fmt: skip

    def show(self, document: Document) -> dict[str, Any]:
        """The document as people may read it: secrets masked."""
        return self._with_settings(document, mask_settings)

    @staticmethod
    def _with_settings(document: Document, change: Any) -> dict[str, Any]:
        way = way_of(dict(document))
        settings = document.get("settings")
        if way is None or not isinstance(settings, Mapping) or not any(settings.get(name) for name in way.secrets):
            return dict(document)
        return {**document, "settings": change(way.secrets, settings)}


def _check_mapping(mapping: Any, fields: Mapping[str, Document]) -> Iterator[Problem]:
    if not isinstance(mapping, Mapping):
        yield refusal("source.mapping", "mapping", "映射要写成 字段: 路径", "the mapping must be field: path")
        return
    for key, spec in mapping.items():
        path = f"mapping.{key}"
        if fields and key not in fields:
            yield refusal("source.unknown_field", path, f"线索没有字段「{key}」", f"leads have no field {key}", field=key)
        spec = spec if isinstance(spec, Mapping) else {"path": spec}
        if unknown := set(spec) - SPEC_WORDS:
            word = sorted(unknown)[0]
            yield refusal("source.unknown_word", path, f"看不懂「{word}」，可用：{'、'.join(sorted(SPEC_WORDS))}", f"{word} is not understood", word=word)
        for word, shape in (("split", Mapping), ("map", Mapping), ("join", list)):
            if word in spec and not isinstance(spec[word], shape):
                yield refusal("source.bad_transform", f"{path}.{word}", f"{word} 的写法不对", f"{word} has the wrong shape", word=word)
        joined = spec.get("join") or []
        for one in [spec.get("path", "$"), *(joined if isinstance(joined, list) else [joined])]:
            try:
                parse_path(one)
            except BadPath:
                yield refusal("source.bad_path", path, f"路径「{one}」写法不对，应如 $.a.b[0]", f"{one} is no path such as $.a.b[0]", value=str(one))


class DispatchKind:
    """`dispatch`: a table of conditions, targets and ways to choose."""

    key = "dispatch"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        rows = document.get("rows")
        if not isinstance(rows, list) or not rows:
            return [refusal("dispatch.no_rows", "rows", "派单表至少要有一行", "a table needs at least one row")]
        object_key = str(document.get("object", "lead"))
        keys = [row.get("key") for row in rows if isinstance(row, Mapping)]
        problems: list[Problem] = []
        for number, row in enumerate(rows):
            problems += self._check_row(number, row, keys, object_key, context)
        problems += [*_check_columns(document), *check_numbers(document)]
        return problems if any(problem.severity == "error" for problem in problems) else [*problems, *find_in_table(document, context)]

    def _check_row(self, number: int, row: Any, keys: Sequence[Any], object_key: str, context: CheckContext) -> list[Problem]:
        path = f"rows.{number}"
        if not isinstance(row, Mapping):
            return [refusal("dispatch.row", path, "每一行要写成键值", "a row is a mapping")]
        problems = records.check_condition(context, object_key, str(row.get("when", "true")), f"{path}.when")
        to = row.get("to")
        if not isinstance(to, Mapping) or not any(kind in to for kind in TARGETS):
            problems.append(refusal("dispatch.no_target", f"{path}.to", f"要写派给谁：{'、'.join(TARGETS)}", f"to must name one of {', '.join(TARGETS)}"))
        else:
            problems += _check_target(f"{path}.to", to, object_key, context)
        if row.get("choose") is not None and row["choose"] not in CHOICES:
            problems.append(refusal("dispatch.choose_unknown", f"{path}.choose", f"选法可用：{'、'.join(CHOICES)}", f"choose must be one of {', '.join(CHOICES)}"))
        if row.get("else") is not None and row["else"] not in keys:
            problems.append(refusal("dispatch.else_unknown", f"{path}.else", f"没有行「{row['else']}」", f"there is no row {row['else']}"))
        if row.get("key") is None or keys.count(row.get("key")) > 1:
            problems.append(refusal("dispatch.row_key", f"{path}.key", "每一行要有自己的 key", "every row needs a key of its own"))
        if row.get("calendar") and context.of_kind("calendar") and str(row["calendar"]) not in context.of_kind("calendar"):
            problems.append(refusal("dispatch.calendar_unknown", f"{path}.calendar", f"没有日历「{row['calendar']}」", f"there is no calendar {row['calendar']}"))
        return problems

    def references(self, document: Document) -> set[Ref]:
        object_key = str(document.get("object", "lead"))
        refs = {Ref("object", object_key)}
        for row in _mappings(document.get("rows")):
            refs |= {Ref("field", name) for name in records.expression_fields(object_key, str(row.get("when", "true")))}
            to = _mapping(row.get("to"))
            if isinstance(to.get("pool"), str):
                refs.add(Ref("pool", to["pool"]))
            if isinstance(row.get("calendar"), str):
                refs.add(Ref("calendar", row["calendar"]))
            if isinstance(to.get("person"), str) and "." in to["person"]:
                refs |= {Ref("field", name) for name in records.expression_fields(object_key, to["person"])}
        return refs

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """Who would have got the leads of the window, row by row; changes nothing."""
        from xingji.features.leads.dispatch.trial import try_table

        return await try_table(uow, document, since, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: tables are compiled per revision."""


def _check_target(path: str, to: Document, object_key: str, context: CheckContext) -> Iterator[Problem]:
    people, units = context.extra.get("people"), context.extra.get("units")
    for kind, known, zh in (("people", people, "人员"), ("person", people, "人员"), ("team", units, "团队"), ("head", units, "团队")):
        for name in _listed(to.get(kind)):
            if kind == "person" and "." in name:
                yield from records.check_expression(context, object_key, name, f"{path}.person")
            elif known and name not in known and name not in (context.extra.get("people_left") or {}):
                # A warning: packs may be installed before their people.
                yield refusal("dispatch.target_unknown", f"{path}.{kind}", f"没有{zh}「{name}」", f"there is no {kind} {name}", "warning", name=name)
    pools = context.of_kind("pool")
    for name in _listed(to.get("pool")):
        if name not in pools:
            yield refusal("dispatch.pool_unknown", f"{path}.pool", f"没有公海「{name}」", f"there is no pool {name}", name=name)


def _check_columns(document: Document) -> Iterator[Problem]:
    """The columns a person chose, and cells whose text could not be read: kept as typed, and refused here."""
    columns = document.get("columns") or []
    if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
        yield refusal("dispatch.columns", "columns", "columns 是字段的列表", "columns is a list of fields")
    for number, row in enumerate(_mappings(document.get("rows"))):
        for column, text in _mapping(row.get("unread")).items():
            yield refusal("dispatch.cell_unread", f"rows.{number}.unread.{column}", f"看不懂「{text}」，写法如：抖音、官网；非 抖音；>50万；50万-100万；空", f"“{text}” is not understood; write such as: a, b; not a; >500000; 1-5; empty", column=column, text=str(text))


def check_numbers(document: Document) -> Iterator[Problem]:
    """Limits, weights and days of a table that are no numbers, or not whole where one counts."""
    for part in ("capacity", "weights"):
        if not isinstance(document.get(part) or {}, Mapping):
            yield refusal(f"dispatch.{part}", part, f"{part} 要写成键值", f"{part} must be a mapping")
        for name, value in _mapping(document.get(part)).items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
                yield refusal("dispatch.not_a_number", f"{part}.{name}", f"「{value}」不是数字：写 0 或更大的数", f"“{value}” is no number: write a number of 0 or more", value=str(value)[:40])
            elif value is not None and (part == "capacity" or name == "window_days") and (value > MOST or value != int(value)):
                yield refusal("dispatch.not_whole", f"{part}.{name}", f"写 0 到 {MOST} 之间的整数", f"Write a whole number from 0 to {MOST}")


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _check_picking(document: Document) -> Iterator[Problem]:
    """Limits of a pool are whole numbers: a pick counts against them."""
    pick = _mapping(document.get("pick"))
    holding = pick.get("holding")
    held = {f"pick.holding.{role}": most for role, most in holding.items()} if isinstance(holding, Mapping) else {"pick.holding": holding}
    for path, value in {"pick.per_day": pick.get("per_day"), **held, "cool_down_days": document.get("cool_down_days")}.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            yield refusal("pool.not_whole", path, f"「{value}」不是数字：写 0 或更大的整数，不填就是不限", f"“{value}” is no number: write a whole number of 0 or more, or nothing for no limit", value=str(value)[:40])


def _check_warnings(days: Any, path: str) -> Iterator[Problem]:
    """Each day of a warning is a whole number: one that is none would never come."""
    for day in _listed(days) if not isinstance(days, list) else days:
        if isinstance(day, bool) or not isinstance(day, int) or day < 1:
            yield refusal("pool.warn_days", path, f"「{str(day)[:40]}」不是天数：写 1 或更大的整数，用顿号隔开", f"“{str(day)[:40]}” is no number of days: write whole numbers of 1 or more", value=str(day)[:40])


class PoolKind:
    """`pool`: where leads without an owner wait, when they return, and who may pick them."""

    key = "pool"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        object_key = str(document.get("object", "lead"))
        fields = fields_of(context, object_key)
        problems: list[Problem] = []
        for name in _words(document.get("hide_until_pick")):
            if fields and name not in fields:
                problems.append(refusal("pool.unknown_field", "hide_until_pick", f"没有字段「{name}」", f"there is no field {name}", field=name))
        returns = document.get("return") or []
        if not isinstance(returns, list) or len(_mappings(returns)) < len(returns) or not isinstance(document.get("pick") or {}, Mapping):
            problems.append(refusal("pool.shape", "return", "return 是键值的列表，pick 是键值", "return is a list of mappings, pick a mapping"))
        problems += _check_picking(document)
        for number, rule in enumerate(_mappings(document.get("return"))):
            path = f"return.{number}"
            for word in ("when", "unless"):
                if rule.get(word) is not None:
                    problems += records.check_condition(context, object_key, str(rule[word]), f"{path}.{word}")
            problems += _check_warnings(rule.get("warn_days"), f"{path}.warn_days")
            if not _above_zero(rule.get("idle_days")):
                problems.append(refusal("pool.idle_days", f"{path}.idle_days", "要写多少天没有有效跟进就收回", "idle_days must be above 0"))
        for number, source in enumerate(_words(document.get("never_return"))):
            problems += records.check_condition(context, object_key, str(source), f"never_return.{number}")
        return problems

    def references(self, document: Document) -> set[Ref]:
        object_key = str(document.get("object", "lead"))
        refs = {Ref("object", object_key)} | {Ref("field", f"{object_key}.{name}") for name in _words(document.get("hide_until_pick"))}
        sources = [rule.get(word) for rule in _mappings(document.get("return")) for word in ("when", "unless")]
        for source in [*sources, *_words(document.get("never_return"))]:
            if source:
                refs |= {Ref("field", name) for name in records.expression_fields(object_key, str(source))}
        return refs

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """Which records the draft's return rules would take back now, with samples; changes nothing."""
        from xingji.features.leads.pools_idle import try_pool

        return await try_pool(uow, document, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: the sweep reads what is published."""


def _above_zero(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
