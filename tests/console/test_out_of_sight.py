"""A program that begins anew without the addresses it was given, and has them all the same."""

import subprocess
import sys

import pytest

from tests.end2end.program import ROOT

KEY = "planted-key-93ab10ff"
SHOWN = """
import os, sys
from studio.console.out_of_sight import words_given
words = words_given(sys.argv[1:])
seen = open("/proc/self/cmdline").read() + open("/proc/self/environ").read()
print([words, os.environ.get("NONGBO_STREAM_URL"), os.environ.get("NONGBO_HANDED"), "plant" "ed" in seen, os.getpid()])
"""


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["live", "--to", f"rtmp://a.example/live/{KEY}", "--ticker", "今天包邮"], {}),
        (["live", f"--to=RTMPS://a.example/live/{KEY}"], {"NONGBO_STREAM_URL": f"rtmp://b.example/live/{KEY}"}),
        (["live"], {"NONGBO_STREAM_URL": f"rtmp://b.example/live/{KEY}"}),
        (["rehearse"], {"NONGBO_STREAM_URL": f"rtmp://b.example/live/{KEY}"}),
        (["demo"], {"NONGBO_STREAM_URL": f"rtmp://b.example/live/{KEY}"}),
    ],
)
def test_words_and_variables_are_there_and_not_seen(words: list[str], variables: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SHOWN, *words],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"} | variables,
        stdout=subprocess.PIPE,
        text=True,
    )
    said, _nothing = process.communicate(timeout=60)
    address = None if "demo" in words else variables.get("NONGBO_STREAM_URL")
    assert said.strip() == repr([words, address, None, False, process.pid])
