"""The end of a web process: first it says that it leaves, and answers on; then it stops listening."""

import time

import uvicorn

from xingji.kernel.core.settings import leave_seconds
from xingji.kernel.http.readiness import Stopping


class LeavingServer(uvicorn.Server):
    """uvicorn's server, not ready from the signal on and ended `XINGJI_LEAVE_SECONDS` later."""

    leaves_at: float | None = None

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop listening; asked ten times a second."""
        ending = await super().on_tick(counter)
        if not ending or self.force_exit:
            return ending
        if self.leaves_at is None:
            Stopping.said = True
            self.leaves_at = time.monotonic() + leave_seconds()
        return time.monotonic() >= self.leaves_at
