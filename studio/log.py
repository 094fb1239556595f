"""The program's own log file: what happened and when, for whoever is asked for help. Never holds a key."""

import logging
import logging.handlers
from pathlib import Path

from studio.errors import without_keys

LARGEST_BYTES = 2_000_000
KEPT_FILES = 3


class Lines(logging.Formatter):
    """One line each, with what went wrong below it; whatever a library complained of, no key is in them."""

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))


def write_log(path: Path) -> None:
    """From now on everything worth knowing goes into the file at `path`, which is begun anew when it is large."""
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(Lines("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    logging.raiseExceptions = False  # a disk that is full is told once, not with every line
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
