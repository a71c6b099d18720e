"""The index of merged incidents holds only them, so that it is used with a million incidents that are not merged."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward."""
    op.drop_index(op.f("ix_incidents_merged_into"), table_name="incidents")
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        op.f("ix_incidents_merged_into"),
        "incidents",
        ["merged_into"],
        unique=False,
        sqlite_where=merged,
        postgresql_where=merged,
    )
