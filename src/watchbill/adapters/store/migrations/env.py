"""Alembic's entry: runs revisions over the connection that `schema.py` hands in, in one transaction on either database."""

from alembic import context

from watchbill.adapters.store.metadata import schema

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=schema(),
    # SQLite rolls back DDL as well, once the driver is kept from committing by itself: an interrupted upgrade leaves nothing.
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
