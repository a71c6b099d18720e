"""Comments, meetings and search of postmortems; issues elsewhere that mirror action items."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant, Json, from_json

revision = "0013"
down_revision = "0012"

_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE postmortem_words USING fts5(title, body, content='postmortem_texts', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2')",
        "CREATE TRIGGER postmortem_texts_inserted AFTER INSERT ON postmortem_texts BEGIN INSERT INTO postmortem_words (rowid, title, body) VALUES (new.number, new.title, new.body); END",
        "CREATE TRIGGER postmortem_texts_deleted AFTER DELETE ON postmortem_texts BEGIN INSERT INTO postmortem_words (postmortem_words, rowid, title, body) VALUES ('delete', old.number, old.title, old.body); END",
        "CREATE TRIGGER postmortem_texts_updated AFTER UPDATE ON postmortem_texts BEGIN INSERT INTO postmortem_words (postmortem_words, rowid, title, body) VALUES ('delete', old.number, old.title, old.body); INSERT INTO postmortem_words (rowid, title, body) VALUES (new.number, new.title, new.body); END",
    ),
    "postgresql": (
        "CREATE INDEX postmortem_words ON postmortem_texts USING gin ((setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)))",
    ),
}


def upgrade() -> None:
    """Forward: the tables, the index of words, and the words of what is there."""
    op.create_table(
        "postmortem_comments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("postmortem", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["postmortem"], ["postmortems.id"], name=op.f("fk_postmortem_comments_postmortem")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postmortem_comments")),
    )
    op.create_index(op.f("ix_postmortem_comments_postmortem"), "postmortem_comments", ["postmortem"], unique=False)
    op.create_table(
        "postmortem_meetings",
        sa.Column("postmortem", sa.Text(), nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("attendees", Json, nullable=False),
        sa.Column("minutes", Json, nullable=False),
        sa.Column("decisions", Json, nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["postmortem"], ["postmortems.id"], name=op.f("fk_postmortem_meetings_postmortem")),
        sa.PrimaryKeyConstraint("postmortem", name=op.f("pk_postmortem_meetings")),
    )
    op.create_table(
        "postmortem_texts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("postmortem", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["postmortem"], ["postmortems.id"], name=op.f("fk_postmortem_texts_postmortem")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_postmortem_texts")),
        sa.UniqueConstraint("postmortem", name=op.f("uq_postmortem_texts_postmortem")),
    )
    op.create_table(
        "action_links",
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("base", Json, nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.Column("synced_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["action"], ["action_items.id"], name=op.f("fk_action_links_action")),
        sa.PrimaryKeyConstraint("action", name=op.f("pk_action_links")),
    )
    connection = op.get_bind()
    for statement in _INDEX[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    _fill(connection)


def _fill(connection: sa.Connection) -> None:
    """Words of postmortems that exist: everything that was computed and said. Their next change writes them in full."""
    texts = sa.table("postmortem_texts", sa.column("postmortem"), sa.column("title"), sa.column("body"))
    said: Any  # JSON
    rows = connection.exec_driver_sql("SELECT id, figures, judged FROM postmortems ORDER BY id").all()
    for identifier, figures, judged in rows:
        said = from_json(judged) if isinstance(judged, str) else judged
        computed = from_json(figures) if isinstance(figures, str) else figures
        body = "\n".join([*_words(said), *_words(computed)])
        connection.execute(sa.insert(texts).values(postmortem=identifier, title=said["title"], body=body))


def _words(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _words(one)
        case list():
            for one in value:
                yield from _words(one)
