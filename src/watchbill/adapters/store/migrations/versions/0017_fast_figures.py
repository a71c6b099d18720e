"""An index that finds the pages of a period."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Forward."""
    op.create_index(op.f("ix_pages_created_at"), "pages", ["created_at"], unique=False)
