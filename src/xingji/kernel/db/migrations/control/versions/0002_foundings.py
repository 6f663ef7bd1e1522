"""The queue of workspaces to be made."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "control_0002"
down_revision = "control_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("control", "0002")
