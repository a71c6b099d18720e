"""The full-text index over postmortems: FTS5 on SQLite, kept by triggers; an index of the words' tsvector on PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table

__all__ = ["STATEMENTS", "index_texts"]

# Both stem English words, so that "queries" finds "query".
STATEMENTS: Mapping[str, tuple[str, ...]] = {
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


def index_texts(_table: Table, connection: Connection, **_given: object) -> None:
    """Called when the table of texts was made."""
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
