"""A real HTTP server for the integrations to ask."""

from collections.abc import Iterator

import pytest

from tests.integrations.pages import Pages, serving


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serving() as pages:
        yield pages
