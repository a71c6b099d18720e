"""Intake keys: tokens that belong to an integration."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.add_column("tokens", sa.Column("integration", sa.Text(), nullable=True))
