"""The definition kind `rule`: its check, what it uses, its dry run, what becomes true when it is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.rules.check import check_rule
from xingji.kernel.rules.cron_runs import arm_cron, disarm_cron
from xingji.kernel.rules.dry_run import dry_run_rule
from xingji.kernel.rules.references import rule_references

Document = Mapping[str, Any]


class RuleKind:
    """Rules as documents."""

    key = "rule"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Every problem of a rule, with path, position and remedy; loops with other rules as warnings."""
        return check_rule(document, context)

    def references(self, document: Document) -> set[Ref]:
        """The object, fields, calendars, channels, tables and people a rule uses."""
        return rule_references(document)

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """What the rule would have done in a past window."""
        return await dry_run_rule(uow, document, since, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Arms the next time of a cron rule, or ends it."""
        cron = (document.get("on") or {}).get("cron")
        if cron and document.get("enabled") is not False:
            await arm_cron(uow, str(document["key"]), str(cron), after=uow.now)
        else:
            await disarm_cron(uow, str(document["key"]))

    async def retire(self, uow: UnitOfWork, document: Document) -> None:
        """Ends the times of a cron rule; timers of the others go when they come up."""
        await disarm_cron(uow, str(document["key"]))
