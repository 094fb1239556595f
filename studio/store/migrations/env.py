"""Alembic runs this file: the revisions go through the connection, and the transaction, it is handed."""

from alembic import context
from sqlalchemy import Connection

from studio.store.tables import Table

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite changes a table by copying it
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
