"""The embedded server's way back: another cluster in the place of the present one, read up to a moment of its log.

Owns the exchange and the recovery; never where the other cluster comes from.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.db.embedded import EmbeddedServer

PATIENCE = 6 * 3600.0  # a day's log of a busy server is read in an hour
NOT_REACHED = "recovery ended before configured recovery target was reached"


class RecoveringServer(EmbeddedServer):
    """Started once, it lays a cluster made by `fill` in the place of the present one and recovers it up to `to`.

    `before` is then where the former one lies. When the recovery fails the former one is in its place again.
    """

    attempts = (0.0,)
    start_patience = PATIENCE

    def __init__(self, data_dir: Path, fill: Callable[[EmbeddedServer, Path], None], to: datetime | None) -> None:
        super().__init__(data_dir)
        self.before: Path | None = None
        self._fill = fill
        self._to = to

    def is_filled(self) -> bool:
        """Whether a cluster is there now."""
        return (self.cluster / "PG_VERSION").exists()

    def start(self) -> None:
        """Exchange and recover. Raises: `backup.in_use`, `backup.beyond`, `embedded.start_failed`, and what `fill` raises."""
        super().start()
        if not self.owned:
            raise XingjiError("backup.in_use", ErrorKind.UNAVAILABLE, remedy="end `xingji serve` first")

    def _first_start(self) -> None:
        """Nothing to make: the cluster comes from `fill`."""

    def _bring_up(self) -> None:
        if self._child is not None:  # the watcher's: a recovery is not begun again
            raise self._failure("the server ended")
        fresh = self.data_dir / "postgres.new"
        aside = next(path for n in count(1) if not (path := self.data_dir / f"postgres.before-{n}").exists())
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            self._fill(self, fresh)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        (fresh / "recovery.signal").touch()
        self.account.own(fresh / "recovery.signal")
        if self.is_filled():
            self.cluster.rename(aside)
            self.before = aside
        fresh.rename(self.cluster)
        try:
            super()._bring_up()
        except BaseException as error:
            shutil.rmtree(self.cluster)
            if self.before is not None:
                self.before.rename(self.cluster)
                self.before = None
            raise self._failure(str(error)) from error

    def _failure(self, reason: str) -> XingjiError:
        end = self._end_of_log()
        if NOT_REACHED in end:
            remedy = "nothing was kept from so late: leave --to away to restore all there is"
            return XingjiError("backup.beyond", ErrorKind.UNAVAILABLE, remedy=remedy)
        remedy = f"see {self.data_dir / 'postgres.log'}"
        return XingjiError("backup.recovery_failed", ErrorKind.UNAVAILABLE, remedy=remedy, reason=f"{reason}\n{end}")

    def _settings(self) -> dict[str, str]:
        """The usual ones, and how far to read; the pieces of the log lie in the cluster already."""
        target = {"recovery_target_time": self._to.isoformat(), "recovery_target_action": "promote"} if self._to else {}
        # Nobody is let in before the end: only then does the server say that it is ready.
        return super()._settings() | target | {"restore_command": "false", "hot_standby": "off"}
