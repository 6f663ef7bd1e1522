"""The definition kind `risk`: its check, what it uses, its dry run over past records."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xingji.features.radar.document import LEVELS, read_risk
from xingji.kernel import records
from xingji.kernel.cel import CelError, Kind, check
from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.over_time import OverTimeSink, over_time_env

Document = Mapping[str, Any]
WORDS = {"kind", "key", "name", "help", "object", "of", "when", "limits", "facts", "level", "sentence", "advice", "who", "calendar", "enabled", "patch"}
LONGEST_UNIT = 12
LIMIT_WORDS = {"key", "name", "default", "unit", "low", "high", "fixed", "learn", "least"}
LEARN_WORDS = {"stays", "value", "at", "by"}
MOST_LIMITS, MOST_FACTS = 6, 8


def fault(code: str, path: str, zh: str, en: str, severity: str = "error", **params: Any) -> Problem:
    return Problem(f"radar.{code}", path, params, {"zh": zh, "en": en}, severity)


class RiskKind:
    """Risks as documents."""

    key = "risk"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Unknown words, object, level, bad expressions and limits, a sentence that names no figure there is."""
        target = str(document.get("object") or "")
        found = [fault("unknown_word", word, f"看不懂「{word}」", f"{word} is not understood", word=word) for word in sorted(set(map(str, document)) - WORDS)]
        if context.of_kind("object").get(target) is None:
            return [*found, fault("unknown_object", "object", f"没有对象「{target}」", f"There is no object {target}")]
        found += _plain(document, context)
        found += _limits(document)
        if any(one.path.startswith("limits") or one.code == "radar.when_missing" for one in found):
            return found
        found += _expressions(document, context, target)
        return found

    def references(self, document: Document) -> set[Ref]:
        """The object, the fields its expressions name, the calendar, the role that acts."""
        target = str(document.get("object", ""))
        found = {Ref("object", target), Ref("calendar", str(document.get("calendar") or "office"))}
        sources = [document.get("of"), document.get("when"), *(document.get("facts") or {}).values()]
        found |= {Ref("field", name) for source in sources for name in records.expression_fields(target, str(source or "")) if ".limit" not in name}
        if document.get("who") not in (None, "owner", "supervisor"):
            found.add(Ref("role", str(document["who"])))
        return found

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """On which records closed in the window it would have been raised, and how these ended against the others."""
        from xingji.features.radar.backtest import backtest

        return await backtest(uow, read_risk(str(document.get("key") or "draft"), 0, document), since, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: the next sweep sees the new revision and looks at everything."""


def _plain(document: Document, context: CheckContext) -> Iterator[Problem]:
    if not isinstance(document.get("name"), Mapping) or not document["name"].get("zh"):
        yield fault("name_missing", "name", "缺少名称", "a name is needed")
    if str(document.get("level") or "yellow") not in LEVELS:
        yield fault("level", "level", "级别只能是 red 或 yellow", "the level is red or yellow")
    who = document.get("who")
    if who is not None and who not in ("owner", "supervisor") and who not in context.of_kind("role"):
        yield fault("unknown_role", "who", f"没有角色「{who}」", f"There is no role {who}", role=str(who))
    if document.get("calendar") is not None and document["calendar"] not in context.of_kind("calendar"):
        yield fault("unknown_calendar", "calendar", "没有这个日历", "There is no such calendar")
    if not isinstance(document.get("when"), str) or not document["when"].strip():
        yield fault("when_missing", "when", "写明什么时候亮起", "Say when it is raised")
    for key in ("sentence", "advice"):
        if not isinstance(document.get(key), Mapping) or not document[key].get("zh"):
            yield fault("words_missing", key, "要写给人看的一句话", "Words for people are needed")


def _limits(document: Document) -> Iterator[Problem]:
    limits = document.get("limits") or []
    if not isinstance(limits, list) or len(limits) > MOST_LIMITS:
        yield fault("limits", "limits", f"阈值写成列表，最多 {MOST_LIMITS} 个", f"Limits are a list of at most {MOST_LIMITS}")
        return
    for n, one in enumerate(limits):
        path = f"limits.{n}"
        if not isinstance(one, Mapping) or not str(one.get("key") or "").isidentifier():
            yield fault("limit_key", path, "阈值要有 key", "A limit needs a key")
            continue
        for word in sorted(set(map(str, one)) - LIMIT_WORDS):
            yield fault("unknown_word", f"{path}.{word}", f"看不懂「{word}」", f"{word} is not understood", word=word)
        for word in ("default", "low", "high", "fixed"):
            value = one.get(word, 0 if word != "default" else None)
            if not (value is None and word == "fixed") and (isinstance(value, bool) or not isinstance(value, int | float)):
                yield fault("limit_number", f"{path}.{word}", "应为数字", "a number is expected")
        if len(str(one.get("unit") or "")) > LONGEST_UNIT:
            yield fault("limit_unit", f"{path}.unit", f"单位最多 {LONGEST_UNIT} 字", f"A unit has at most {LONGEST_UNIT} characters")
        learn = one.get("learn")
        if learn is None:
            continue
        if not isinstance(learn, Mapping) or set(learn) - LEARN_WORDS or bool(learn.get("stays")) == bool(learn.get("value")):
            yield fault("limit_learn", f"{path}.learn", "学习写成 {stays: true, at} 或 {value, at, by}", "learn is {stays: true, at} or {value, at, by}")
        elif isinstance(learn.get("at", 0.8), bool) or not isinstance(learn.get("at", 0.8), int | float) or not 0 < learn.get("at", 0.8) < 1:
            yield fault("limit_learn", f"{path}.learn.at", "分位在 0 与 1 之间", "the quantile lies between 0 and 1")


def _expressions(document: Document, context: CheckContext, target: str) -> Iterator[Problem]:
    try:
        risk = read_risk(str(document.get("key")), 0, document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield fault("broken", "when", f"写法不对：{error}", f"The risk cannot be read: {error}")
        return
    schema = records.schema_of_context(context)
    env, plain = over_time_env(schema, target, risk.limit_var()), over_time_env(schema, target)
    wanted: list[tuple[str, str, Kind | None, Any]] = [("when", risk.when, Kind.boolean, env)]
    wanted += [("of", risk.of, Kind.boolean, env)] if risk.of else []
    wanted += [(f"facts.{key}", source, None, env) for key, source in risk.facts.items()]
    for n, limit in enumerate(risk.limits):
        if limit.learn and limit.learn.get("value"):
            wanted.append((f"limits.{n}.learn.value", str(limit.learn["value"]), Kind.double, plain))
        if limit.learn and limit.learn.get("by"):
            wanted.append((f"limits.{n}.learn.by", str(limit.learn["by"]), Kind.text, plain))
    for path, source, want, there in wanted:
        yield from _checked(schema, target, path, source, want, there)
    for tongue, words in risk.sentence.items():
        for name in _blanks(words):
            if name not in risk.facts and name not in {f"limit.{one.key}" for one in risk.limits}:
                yield fault("blank", f"sentence.{tongue}", f"句子里的 {{{name}}} 不在 facts 里", f"{{{name}}} of the sentence is not among the facts", name=name)


def _checked(schema: Any, target: str, path: str, source: str, want: Kind | None, env: Any) -> Iterator[Problem]:
    try:
        check(source, env, want)
        sink = OverTimeSink(schema, target, now=datetime.fromisoformat("2026-01-01T00:00:00+00:00"), names={"limit": lambda rest, var: "1::float8"})
        sink.compile_over_time(source, env, want)
    except CelError as error:
        for one in error.problems:
            yield Problem(one.code, path, one.params, one.message, one.severity, one.rule, one.who, one.line, one.column)
    except (XingjiError, KeyError) as error:
        yield fault("expression", path, f"表达式用不了：{error}", f"The expression cannot be used: {error}")


def _blanks(words: str) -> list[str]:
    return [part.partition("}")[0] for part in words.split("{")[1:] if "}" in part]
