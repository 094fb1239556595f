"""The go-live check of the real program: a screen as camera, an ALSA device as microphone, a real server."""

from pathlib import Path

from studio.checks import Check, CheckDone, ChecksEnded, Outcome
from studio.commands import Quit, RunChecks
from studio.config import AudioConfig, AudioKind, DestinationConfig, Secret, ShowConfig, SourceConfig, SourceKind
from tests.end2end.alsa import NAME, FakeMicrophone
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.program import Program
from tests.end2end.sockets import HOST, free_port
from tests.end2end.xvfb import VirtualScreen

KEY = "key-of-a-farmer"


def test_the_doctor_tries_what_the_next_show_needs(
    own_home: Path, screen: VirtualScreen, fake_microphone: FakeMicrophone, rtmp_server: RtmpServer
) -> None:
    """An empty screen is a black camera; the tone is sound; the server answers and hears nothing of the key."""
    words = ("doctor", "--live", "--json", "--duration-min", "60", "--data-left", "3")
    devices = ("--source", f"camera:x11grab@{screen.display}", "--audio", f"mic:{NAME}")
    environment = fake_microphone.environment()
    with Program(own_home, *words, *devices, "--to", rtmp_server.url(KEY), environment=environment) as program:
        ended = program.wait()
    assert ended.code == 3, ended.stderr
    found = {result["check"]: result for result in ended.document}
    assert found["camera"]["problem"]["code"] == "check.camera_black"
    outcomes = {check: result["outcome"] for check, result in found.items() if check not in ("camera", "clock")}
    assert outcomes == {
        "computer": "not_checked",
        "microphone": "good",
        "playback": "not_checked",
        "disk": "good",
        "power": outcomes["power"],
        "data": "good",
        "destination": "good",
        "key": "not_checked",
        "upload": "not_checked",
    }
    assert KEY not in ended.stdout + ended.stderr
    assert f"<name>{KEY}</name>" not in rtmp_server.stats()


def test_the_engine_process_tells_the_window_line_by_line(own_home: Path) -> None:
    """The results cross the line, and the key does not."""
    show = ShowConfig(
        source=SourceConfig(SourceKind.PATTERN),
        audio=AudioConfig(AudioKind.SILENCE),
        destinations=(DestinationConfig("快手", Secret(f"rtmp://{HOST}:{free_port()}/live/{KEY}")),),
    )
    with AttachedClient(own_home, start=True) as client:
        client.send(RunChecks(show, (Check.CAMERA, Check.DISK, Check.DESTINATION, Check.KEY)))
        answered = client.wait_for(CheckDone, lambda event: event.result.check is Check.DESTINATION).result
        client.wait_for(ChecksEnded)
        assert answered.outcome is Outcome.BAD
        assert answered.about == "快手"
        assert KEY not in repr(answered)
        client.send(Quit())
        assert client.lost.wait(60)
