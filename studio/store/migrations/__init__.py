"""Alembic's revisions of the log's tables, run by `studio.store.schema`."""
