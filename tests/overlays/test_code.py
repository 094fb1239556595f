"""QR codes in whole pixels, as fine as needed and as strong as possible."""

import numpy as np
import pytest

from overlays.base import OverlayError
from overlays.code import fit_code


def test_a_short_link_has_the_size_asked_for_at_the_stronger_level() -> None:
    code = fit_code("https://n.example/p01", 264, 8)
    assert code.module_px == 8
    assert len(code.modules) == 25
    assert code.side_px == 264
    assert code.luma().shape == (200, 200)
    assert set(np.unique(code.luma())) == {0, 255}


def test_level_l_is_taken_only_where_it_gives_larger_modules() -> None:
    link = "https://n.example/p01?from=a1"  # 29 bytes: 25 modules at level L, 29 at level M
    assert len(fit_code(link, 400, 8).modules) == 29
    assert len(fit_code(link, 264, 8).modules) == 25


def test_a_link_that_would_need_too_fine_a_code_is_refused() -> None:
    with pytest.raises(OverlayError, match="Use a short link"):
        fit_code("https://n.example/" + "a" * 53, 100, 8)


def test_letters_of_any_script_are_encoded() -> None:
    assert fit_code("https://n.example/苹果\ud800", 400, 8).module_px == 8
