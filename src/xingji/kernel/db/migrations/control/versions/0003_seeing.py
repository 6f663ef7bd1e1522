"""Sessions that see as another person."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "control_0003"
down_revision = "control_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("control", "0003")
