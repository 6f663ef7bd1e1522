"""Which required actions were reminded of, and in which stay."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0011"
down_revision = "workspace_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0011")
