"""What a destination's flow says of whom it waits for."""

import pytest

from studio.media.flow import Flow


@pytest.mark.parametrize(
    ("held", "pausing", "here"),
    [
        (1.0, False, False),  # its network takes no more
        (0.0, False, True),  # its network would take it
        (0.0, True, False),  # voice alone goes out, which no network is too slow for
    ],
)
def test_only_what_a_network_would_take_waits_for_this_computer(held: float, pausing: bool, here: bool) -> None:
    assert Flow("a", 0, 0.0, 1.1, 60.0, pausing, held).waits_here is here
