"""How each person wants to be told, and messages held back."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0010"
down_revision = "workspace_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0010")
