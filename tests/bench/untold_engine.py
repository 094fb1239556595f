"""An engine on a system that tells its relays nothing of their lines, as Windows and macOS.

python -m tests.bench.untold_engine --home HOME
"""

import logging
import os

from studio import engine_process
from studio.media import carrier
from tests.media.untold_relay import COMMAND

if __name__ == "__main__":
    carrier.COMMAND = COMMAND
    code = engine_process.main()
    logging.shutdown()
    os._exit(code)
