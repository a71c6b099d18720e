"""Rooms, links, messages and the outbox of chat."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant, Json

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "chat_codes",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_chat_codes")),
        sa.UniqueConstraint("hash", name=op.f("uq_chat_codes_hash")),
    )
    op.create_table(
        "chat_cursors",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_chat_cursors")),
    )
    op.create_table(
        "chat_heard",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event", name=op.f("pk_chat_heard")),
    )
    op.create_index(op.f("ix_chat_heard_at"), "chat_heard", ["at"], unique=False)
    op.create_table(
        "chat_lines",
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_chat_lines")),
    )
    op.create_table(
        "chat_links",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "user", name=op.f("pk_chat_links")),
    )
    op.create_index(op.f("ix_chat_links_person"), "chat_links", ["person"], unique=False)
    op.create_table(
        "chat_marks",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("thread", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "room", "message", name=op.f("pk_chat_marks")),
    )
    op.create_table(
        "chat_messages",
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("escalation", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_chat_messages")),
    )
    op.create_index(op.f("ix_chat_messages_escalation"), "chat_messages", ["escalation"], unique=False)
    op.create_index(
        op.f("ix_chat_messages_provider_room_message"), "chat_messages", ["provider", "room", "message"], unique=False
    )
    op.create_table(
        "chat_posts",
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line", "sequence", name=op.f("pk_chat_posts")),
    )
    op.create_table(
        "chat_rooms",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("incident", "provider", name=op.f("pk_chat_rooms")),
        sa.UniqueConstraint("provider", "name", name=op.f("uq_chat_rooms_provider_name")),
    )
    op.create_index(op.f("ix_chat_rooms_provider_room"), "chat_rooms", ["provider", "room"], unique=False)
    # ### end Alembic commands ###
