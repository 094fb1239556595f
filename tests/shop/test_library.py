"""The library folder keeps copies of its own."""

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.shop.library import LARGEST_PROOF_BYTES, keep_proof


def test_a_proof_is_copied_once_and_another_one_never_takes_its_place(tmp_path: Path) -> None:
    source, folder = tmp_path / "报告.PDF", tmp_path / "proofs"
    source.write_bytes(b"%PDF-1.4 first")
    first = keep_proof(source, folder, "P/01")
    assert keep_proof(source, folder, "P/01") == first
    source.write_bytes(b"%PDF-1.4 second")
    second = keep_proof(source, folder, "P/01")
    source.unlink()
    assert (first.read_bytes(), second.read_bytes()) == (b"%PDF-1.4 first", b"%PDF-1.4 second")
    assert {path.name for path in folder.iterdir()} == {first.name, second.name}
    assert first.name.startswith("P_01-")


@pytest.mark.parametrize("data", [b"", b"MZ\x90", b"%PDF-" + b"x" * LARGEST_PROOF_BYTES])
def test_what_is_no_proof_is_refused(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "report.pdf"
    source.write_bytes(data)
    with pytest.raises(StudioError) as refused:
        keep_proof(source, tmp_path / "proofs", "P01")
    assert refused.value.problem.code == "library.unusable"


def test_a_proof_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as refused:
        keep_proof(tmp_path / "none.pdf", tmp_path / "proofs", "P01")
    assert refused.value.problem.code == "library.missing"
    with pytest.raises(StudioError) as refused:
        keep_proof(tmp_path, tmp_path / "proofs", "P01")
    assert refused.value.problem.code == "library.unusable"
