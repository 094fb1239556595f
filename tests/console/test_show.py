"""From words on the command line to the show they mean."""

import pytest

from studio.config import WatchConfig
from studio.console.show import watch_from
from studio.errors import StudioError


def test_warnings_are_chosen_by_their_names() -> None:
    assert watch_from([]) == WatchConfig()
    chosen = watch_from(["silent=30", "blurred=off", "nobody=on", "frozen=on"])
    assert chosen == WatchConfig(silent_s=30, blurred_s=None, nobody_s=30, frozen_s=5)


@pytest.mark.parametrize("text", ["black", "black=", "white=3", "black=soon", "tone=1", "black=0", "dark=nan", "=5"])
def test_what_is_no_warning_or_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(StudioError) as refused:
        watch_from([text])
    assert refused.value.problem.code == "value.bad"
