"""What has been done of a playbook: states of required actions, exceptions."""

from xingji.kernel.db.migrate import run_sql_folder

revision = "workspace_0002"
down_revision = "workspace_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql_folder("workspace", "0002")
