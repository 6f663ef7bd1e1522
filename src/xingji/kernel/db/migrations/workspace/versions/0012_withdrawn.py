"""What was taken back, as a table of its own: looked up once instead of in every partition of the log."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0012"
down_revision = "workspace_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0012")
