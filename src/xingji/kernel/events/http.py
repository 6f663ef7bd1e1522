"""HTTP route of the live stream. `POST /api/v1/events` is the ASGI application in `asgi.py`."""

import contextlib
from collections.abc import AsyncIterator

from litestar import get
from litestar.response import Stream

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.events.live import live_stream
from xingji.kernel.http import SIGNED_IN, Here, needs

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/api/v1/live", opt=needs(SIGNED_IN), tags=["live"], media_type="text/event-stream")
async def live(here: Here, last: str = "") -> Stream:
    """Server-sent events: {topic, id?, version?, gone?} of everything the reader may read, as it changes.

    `last` (or the header Last-Event-ID) is the id of the last message heard; `event: reset` says that it is too old.
    """
    heard = last or here.request.headers.get("last-event-id", "")
    stream = live_stream(here.database, here.workspace, here.actor_again, heard or None)
    return Stream(until_refused(stream), media_type="text/event-stream", headers=HEADERS)


async def until_refused(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream up to where its reader may no longer: an end, not a fault."""
    with contextlib.suppress(XingjiError):
        async for said in stream:
            yield said


ROUTES = [live]
