"""The first tables of the workspace schema."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0001")
