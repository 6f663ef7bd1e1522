"""HTTP routes of the process reports: stage losses, leaks with their rows, coverage and effective entries."""

from datetime import timedelta
from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter

from xingji.features.process.reports.approvals import approval_baseline
from xingji.features.process.reports.coverage import read_coverages
from xingji.features.process.reports.leaks import leak_rows, process_leaks
from xingji.features.process.reports.loss import stage_losses
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import Here, needs

READ = needs("metrics.read")
TAGS = ["process"]
Days = Annotated[int, Parameter(ge=7, le=730)]


def window(uow: UnitOfWork, days: int) -> tuple[Any, Any]:
    return uow.now - timedelta(days=days), uow.now


@get("/api/v1/process-reports/losses", opt=READ, tags=TAGS)
async def read_losses(here: Here, days: Days = 180, playbook: str | None = None) -> dict[str, Any]:
    """Losses per stage and contact, with the actions the lost ones skipped and the words of their reasons."""
    return await here.read(lambda uow: stage_losses(uow, "deal", *window(uow, days), playbook))


@get("/api/v1/process-reports/leaks", opt=READ, tags=TAGS)
async def read_leaks(here: Here, days: Days = 90) -> dict[str, Any]:
    """Seven spans from dispatch to payment per person, and talks nobody followed up."""
    return await here.read(lambda uow: process_leaks(uow, *window(uow, days)))


@get("/api/v1/process-reports/leaks/rows", opt=READ, tags=TAGS)
async def read_leak_rows(here: Here, what: str, days: Days = 90, owner: str | None = None) -> dict[str, Any]:
    """The records behind one figure of the leaks."""
    return await here.read(lambda uow: leak_rows(uow, *window(uow, days), what, owner))


@get("/api/v1/process-reports/coverage", opt=READ, tags=TAGS)
async def read_coverage_report(here: Here) -> dict[str, Any]:
    """Standard actions done per month, their lead over results, and effective entries."""
    return await here.read(read_coverages)


@get("/api/v1/process-reports/approvals", opt=READ, tags=TAGS)
async def read_approval_baseline(here: Here, days: Days = 180) -> dict[str, Any]:
    """How long each step of an approval takes against its limit and the other steps."""
    return await here.read(lambda uow: approval_baseline(uow, *window(uow, days)))


ROUTES = [read_approval_baseline, read_losses, read_leaks, read_leak_rows, read_coverage_report]
