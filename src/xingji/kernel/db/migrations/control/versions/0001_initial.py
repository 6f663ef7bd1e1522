"""The first tables of the control schema."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "control_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("control", "0001")
