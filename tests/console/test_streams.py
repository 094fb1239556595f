"""What is written to where letters are lacking, or where nobody reads any more."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cli import INTERRUPTED
from studio.console.streams import say, write_what_fits
from tests.end2end.program import ROOT, Program, run


@pytest.mark.parametrize(("encoding", "written"), [("gbk", "￥39.90 · 苹果 ?"), ("utf-8", "¥39.90 • 苹果 🍎")])
def test_letters_that_lack_are_written_as_their_nearest(
    encoding: str, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(file, encoding=encoding))
    write_what_fits()
    print("¥39.90 • 苹果 🍎", flush=True)
    assert file.getvalue().decode(encoding) == written + os.linesep


def test_a_list_goes_into_a_file_on_a_chinese_windows(own_home: Path) -> None:
    """Its files are written in GBK, which has no yen sign."""
    in_gbk = {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    added = run(own_home, "products", "add", "--sku", "P01", "--name", "apples", "--price", "39.90")
    assert added.code == 0, added.stderr
    command = [sys.executable, "-m", "studio", "--lang", "zh", "products", "list"]  # NONGBO_HOME names the folder
    listed = subprocess.run(command, cwd=ROOT, env=os.environ | in_gbk, capture_output=True, timeout=60, check=False)
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert "￥39.90" in listed.stdout.decode("gbk")


def test_nobody_reads_any_more_and_nothing_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        os.close(reading)
        for _time in range(3):
            say("on air")
        stream.flush()
    monkeypatch.setattr(sys, "stderr", None)
    say("on air")


def test_ctrl_c_where_no_show_runs_prints_nothing(own_home: Path) -> None:
    with Program(own_home, "encoders", "--source", "pattern", "--size", "320x180") as program:
        program.wait_for("Each encoder is tried")
        program.process.send_signal(signal.SIGINT)
        ended = program.wait()
    assert ended.code == INTERRUPTED
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_an_answer_that_does_not_fit_on_the_disk_is_told(own_home: Path) -> None:
    command = [sys.executable, "-m", "studio", "--lang", "en", "products", "list"]
    with Path("/dev/full").open("wb") as disk:
        ended = subprocess.run(command, cwd=ROOT, stdout=disk, stderr=subprocess.PIPE, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr.decode() == "What there is to say cannot be written: the disk is full.\n"
