"""Rulings on collisions: who goes on with a customer two people follow, and how credit is split."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0006"
down_revision = "workspace_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0006")
