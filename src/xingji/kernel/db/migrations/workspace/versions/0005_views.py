"""List views of single persons."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0005"
down_revision = "workspace_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0005")
