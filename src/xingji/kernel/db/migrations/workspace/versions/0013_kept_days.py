"""Days of records kept as columns for figures, and which of them were touched since."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0013"
down_revision = "workspace_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0013")
