"""When walks began, for telling floods and flapping groups."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_index(op.f("ix_escalations_started_at"), "escalations", ["started_at"], unique=False)
    op.create_index(
        op.f("ix_escalations_group_key_started_at"), "escalations", ["group_key", "started_at"], unique=False
    )
