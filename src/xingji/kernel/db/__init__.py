"""The database floor: units of work, the embedded server, migrations. Knows no object, rule or screen."""

from xingji.kernel.db.database import Database, Mode, UnitOfWork, WorkspaceState

__all__ = ["Database", "Mode", "UnitOfWork", "WorkspaceState"]
