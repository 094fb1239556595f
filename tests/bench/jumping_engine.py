"""An engine whose calendar somebody sets, while its monotonic clock goes on: the clock of a laptop that is put right.

    python -m tests.bench.jumping_engine AHEAD_FILE --home HOME

The file holds by how many seconds the calendar is ahead; it may change at any time.
"""

import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studio import engine_process
from studio.clock import SystemClock


def set_by(ahead: Path) -> None:
    """Every calendar in this process follows the file."""

    def utc(_clock: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text() or 0))

    SystemClock.utc = utc  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    set_by(Path(sys.argv.pop(1)))
    code = engine_process.main()
    logging.shutdown()
    os._exit(code)
