"""The judging of a bench: what is on its limit is within, and one figure beyond it fails the whole."""

import pytest

from tests.bench.limits import Limits


def test_a_figure_on_its_limit_is_within(capsys: pytest.CaptureFixture[str]) -> None:
    limits = Limits()
    limits.most("drawing", 30.0, 30.0)
    limits.least("read", 5, 5)
    assert limits.exit_code() == 0
    assert "OVER" not in capsys.readouterr().out


def test_one_figure_beyond_its_limit_is_named_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    limits = Limits()
    limits.most("drawing", 30.1, 30.0)
    limits.least("read", 4, 5)
    limits.most("blending", 0.5, 1.0)
    assert limits.exit_code() == 1
    assert "OVER: drawing; read" in capsys.readouterr().out
