"""Bringing a log's tables to the present revision; Alembic is loaded only where there is something to do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, inspect, select, text

from studio.errors import fault
from studio.i18n import _
from studio.store.tables import HEAD_REVISION

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

_UPGRADE_LOCK = 0x6E6F6E67  # any number that is ours: PostgreSQL's upgrades wait for each other on it

Connecting = Callable[[bool], AbstractContextManager[Connection]]


def bring_to_head(connecting: Connecting, shown: str) -> None:
    """Makes or upgrades the tables where they are not at the head; one transaction, all or nothing.

    `connecting(writes)` opens a transaction. Raises `store.newer` for a revision this program does not
    know and `store.damaged` for a file that holds somebody else's tables.
    """
    with connecting(False) as connection:
        if _revision(connection, shown) == HEAD_REVISION:
            return
    with connecting(True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        found = _revision(connection, shown)  # again: another program may have upgraded meanwhile
        if found != HEAD_REVISION:
            _upgrade(connection, found, shown)


def alembic_config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration for our scripts, run on `connection`."""
    from alembic.config import Config  # noqa: PLC0415 - half a second that a show need not wait for

    config = Config(attributes={} if connection is None else {"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection, shown: str) -> str | None:
    """The revision of the tables that are there; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None:
            return str(found)
    if set(tables) - {"alembic_version"}:
        raise fault("store.damaged", path=shown, reason=_("it holds the tables of another program"))
    return None


def _upgrade(connection: Connection, found: str | None, shown: str) -> None:
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise fault("store.newer", path=shown)
    command.upgrade(config, "head")
