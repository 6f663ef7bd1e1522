"""The statements of the radar: which risks hold for which records, now or at instants of the past. Runs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.radar.document import Risk
from xingji.features.radar.limits import Learned, limit_names
from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.records import Schema, Statement
from xingji.kernel.records.over_time import OverTimeSink, over_time_env
from xingji.kernel.records.schema import quoted


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL answering one row per record: id, owner, brand, stage and d1…dn, the facts where the n-th risk holds, else null.

    Over instants: ord instead of owner and brand.
    """

    sql: str
    values: list[Any]
    risks: tuple[Risk, ...]
    broken: dict[str, Problem]


def compile_now(schema: Schema, object_key: str, risks: Sequence[Risk], learned: Learned, now: datetime, ids: Sequence[UUID] | None) -> Compiled:
    """Over the records as they stand; all of the object without ids. What was brought in from elsewhere has no risk before its next move."""
    statement = Statement()
    of = f" and r.id = any ({statement.bind(list(ids), 'uuid[]')})" if ids is not None else ""
    sink = OverTimeSink(schema, object_key, now=now, statement=statement)
    kept, columns, concerned, broken = _columns(schema, sink, risks, learned)
    kind = schema.object(object_key)
    stage = f"r.{quoted(str(kind.fields['stage'].column))}" if "stage" in kind.fields and kind.fields["stage"].column else "null::text"
    moved = f" and r.{quoted(str(kind.fields['unverified'].column))} is not true" if "unverified" in kind.fields else ""
    join = sink.events_join(few=ids is not None)
    sql = (
        f"select r.id, r.owner, r.brand, {stage} as stage{columns} from {kind.table} r{sink.from_joins}{join}"
        f" where r.deleted_at is null{of}{moved} and ({' or '.join(sorted(concerned)) or 'false'})"
    )
    return Compiled(sql, list(sink.values), tuple(kept), broken)


def compile_past(schema: Schema, object_key: str, risks: Sequence[Risk], learned: Learned, ids: Sequence[UUID], instants: Sequence[datetime], now: datetime) -> Compiled:
    """Over pairs of a record and an instant, each as it was then."""
    statement = Statement()
    pairs = f"unnest({statement.bind(list(ids), 'uuid[]')}, {statement.bind(list(instants), 'timestamptz[]')}) with ordinality b(record, now, ord)"
    sink = OverTimeSink(schema, object_key, now=now, past=True, statement=statement)
    kept, columns, _, broken = _columns(schema, sink, risks, learned)
    kind = schema.object(object_key)
    sql = f"select b.ord, r.id{columns} from {pairs} join {kind.table} r on r.id = b.record{sink.from_joins}{sink.events_join(few=True)} where r.deleted_at is null"
    return Compiled(sql, list(sink.values), tuple(kept), broken)


def _columns(schema: Schema, sink: OverTimeSink, risks: Sequence[Risk], learned: Learned) -> tuple[list[Risk], str, set[str], dict[str, Problem]]:
    kept, columns, concerned, broken = [], [], set(), {}
    plain = over_time_env(schema, sink.kind.key if sink.kind else "")
    for risk in risks:
        try:
            env = over_time_env(schema, risk.object, risk.limit_var())
            resolve = limit_names(risk, learned, lambda by: sink.compile_over_time(by, plain, Kind.text))
            sink.names = {"limit": lambda path, _var, resolve=resolve: resolve(sink, path)}
            sink.calendar = risk.calendar
            of = sink.compile_over_time(risk.of, env, Kind.boolean, only_true=True) if risk.of else "true"
            holds = sink.compile_over_time(risk.when, env, Kind.boolean, only_true=True)
            facts = [f"{sink.bind(key, 'text')}, {_fact(sink, source, env)}" for key, source in risk.facts.items()]
            facts += [f"{sink.bind(f'limit.{one.key}', 'text')}, {_rounded(resolve(sink, (one.key,)))}" for one in risk.limits]
        except (XingjiError, KeyError) as error:
            problems = getattr(error, "problems", None)
            broken[risk.key] = problems[0] if problems else Problem("radar.broken", "when", {"detail": str(error)[:200]})
            continue
        finally:
            sink.names = {}
        kept.append(risk)
        concerned.add(of)
        columns.append(f", case when ({of}) and ({holds}) then jsonb_build_object({', '.join(facts)}) end as d{len(kept)}")
    return kept, "".join(columns), concerned, broken


def _fact(sink: OverTimeSink, source: str, env: Any) -> str:
    from xingji.kernel.cel import check, to_sql

    checked = check(source, env)
    sql = to_sql(checked, sink)
    return _rounded(sql) if checked.result in (Kind.double, Kind.percent) else f"({sql})::text" if checked.result is Kind.text else f"({sql})"


def _rounded(sql: str) -> str:
    return f"(case when abs({sql}) < 1e12 then round(({sql})::numeric, 1) end)"
