"""HTTP routes of dispatch tables: a lead tried against a draft, a table drafted from own data, who a row may name."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post

from xingji.features.leads.dispatch.draft import draft_table
from xingji.features.leads.dispatch.sample import try_lead
from xingji.kernel.http import Here, needs, reads

TAGS = ["dispatch"]


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """A table as it stands on the screen, and a stored lead or the values of one that is not."""

    document: dict[str, Any]
    lead: UUID | None = None
    values: dict[str, Any] | None = None


class TableDraftBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose key the drafted table gets."""

    key: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")] = "main"


@post("/api/v1/dispatch/try", opt=reads("definitions.read"), tags=TAGS, status_code=200)
async def try_sample_lead(here: Here, data: TryBody) -> dict[str, Any]:
    """Which row of the table wins the lead, why the others did not, who would get it and why; changes nothing."""
    return await here.read(lambda uow: try_lead(uow, data.document, data.lead, data.values))


@post("/api/v1/dispatch/draft", opt=needs("definitions.write"), tags=TAGS, status_code=200)
async def draft_from_own_data(here: Here, data: TableDraftBody) -> dict[str, Any]:
    """A table by who closes where in the organisation's own records, with its reasons; saves nothing."""
    return await here.read(lambda uow: draft_table(uow, data.key))


ROUTES = [try_sample_lead, draft_from_own_data]
