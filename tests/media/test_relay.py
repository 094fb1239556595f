"""A relay as a process: what it loads, and what it says where its order makes no sense."""

import subprocess
import sys

COMMAND = [sys.executable, "-m", "studio.media.relay"]
HEAVY = ("av", "numpy", "cv2", "ssl", "PySide6", "sqlalchemy", "studio.media.trust", "studio.sentences")


def test_a_relay_loads_nothing_of_what_it_does_not_need() -> None:
    """There is one for each destination, and it starts while the network is waited for."""
    script = f"import sys, studio.media.relay; print([name for name in {HEAVY} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert told.stdout.strip() == "[]"


def test_a_relay_without_an_order_ends() -> None:
    assert subprocess.run(COMMAND, input=b"", check=False, timeout=60).returncode == 2
