"""Event logs of other systems, to be mined."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0008"
down_revision = "workspace_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0008")
