"""Drawing needs the one Qt application of the test run."""

import pytest
from PySide6.QtCore import QCoreApplication


@pytest.fixture(autouse=True, scope="session")
def _qt(qapp: QCoreApplication) -> None:
    """The application that the window's tests use too: a process has only one."""
