"""Metrics over facts of the log instead of records: what can be counted there is handed in by the floor that knows it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.facts import DIMENSIONS

Text = Mapping[str, str]
Read = Callable[
    [UnitOfWork, Sequence[str], datetime | None, datetime | None, Sequence[str], Sequence[UUID] | None], Awaitable[list[dict[str, Any]]]
]


@dataclass(frozen=True, slots=True)
class LogFacts:
    """Facts of one kind. `share`: what may hold of a fact; `counts`: what a document may say makes it hold.

    `read` answers [{*by, n, held}] for the people given (None: everybody), `held` by these counts.
    """

    key: str
    name: Text
    share: str
    share_name: Text
    counts: Mapping[str, Text]
    read: Read


LOGS: dict[str, LogFacts] = {}


def configure_log(facts: LogFacts) -> None:
    """Lets metrics count these facts."""
    LOGS[facts.key] = facts


def people_in_reach(uow: UnitOfWork) -> Sequence[UUID] | None:
    """Whose facts the reader may count; None: everybody's."""
    policy = uow.actor.policy
    return None if policy is None or policy.rows("lead", "read").everything else uow.actor.people


async def count_log(
    uow: UnitOfWork, log: str, counts: Sequence[str], since: datetime | None, until: datetime | None, by: Sequence[str], people: Sequence[UUID] | None = None
) -> list[dict[str, Any]]:
    """[{*by, n, held}] within the reader's reach, or of these people."""
    facts = LOGS[log]
    return await facts.read(uow, tuple(counts) or tuple(facts.counts), since, until, by, people if people is not None else people_in_reach(uow))


def check_log(document: Mapping[str, Any]) -> list[Problem]:
    """Problems of a metric that counts facts of the log."""
    facts = LOGS.get(str(document["of"].get("log")))
    if facts is None:
        return [_problem("metric.unknown_log", "of.log", f"能统计的有：{'、'.join(LOGS)}", f"There are: {', '.join(LOGS)}")]
    measure, found = document.get("measure"), []
    if not isinstance(measure, Mapping) or len(measure) != 1 or (measure.get("count") is not True and measure.get("share") != facts.share):
        found.append(_problem("metric.log_measure", "measure", f"只能计数，或求「{facts.share}」的占比", f"Either a count or the share of {facts.share}"))
    counts = document.get("counts") or []
    for n, name in enumerate(counts if isinstance(counts, list) else ["?"]):
        if name not in facts.counts:
            found.append(_problem("metric.log_counts", f"counts.{n}", f"可用：{'、'.join(facts.counts)}", f"There are: {', '.join(facts.counts)}"))
    for n, name in enumerate(document.get("dimensions") or ()):
        if name not in DIMENSIONS:
            found.append(_problem("metric.log_dimension", f"dimensions.{n}", f"只能按{'、'.join(DIMENSIONS)}拆分", f"It splits by {', '.join(DIMENSIONS)}"))
    if document.get("filter"):
        found.append(_problem("metric.log_filter", "filter", "日志指标不能再加筛选", "A figure of the log takes no filter"))
    return found


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(code=code, path=path, params={}, message={"zh": zh, "en": en}, who="supervisor")
