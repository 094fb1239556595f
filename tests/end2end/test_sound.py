"""The microphone of a running show: muted, and heard again, in what a server received."""

from pathlib import Path

import numpy as np
import pytest

from studio.commands import Quit, SetMuted, StartShow, StopShow
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Secret,
    ShowConfig,
    SoundConfig,
    SourceConfig,
    SourceKind,
)
from studio.events import AudioLevel, HealthSampled, ShowEnded, SoundChanged
from studio.output_states import OutputChanged, OutputState
from studio.snapshot import Snapshot
from tests.end2end.alsa import NAME, FakeMicrophone
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.pictures import tone_hz
from tests.end2end.player import watch
from tests.end2end.program import ask

pytestmark = pytest.mark.end2end

WINDOW = 4800  # samples, a tenth of a second
MUTED_S = 1.5
MOST_STUMBLE = 4  # windows: a busy computer may have no time for the microphone's driver, which is a part of this test


def go_on_for(client: AttachedClient, seconds: float) -> None:
    """Waits until the show has run so much longer."""
    begun_s = client.wait_for(HealthSampled, after=client.count).on_air_s
    client.wait_for(HealthSampled, lambda sample: sample.on_air_s >= begun_s + seconds)


def test_a_muted_microphone_is_silent_at_the_server_and_comes_back(
    own_home: Path, rtmp_server: RtmpServer, fake_microphone: FakeMicrophone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in fake_microphone.environment().items():
        monkeypatch.setenv(name, value)
    show = ShowConfig(
        source=SourceConfig(SourceKind.PATTERN),
        audio=AudioConfig(AudioKind.MIC, f"alsa@{NAME}"),
        canvas=CanvasConfig(320, 180, 25),
        encoder=EncoderConfig(500, "ultrafast"),
        destinations=(DestinationConfig("here", Secret(rtmp_server.url())),),
        sound=SoundConfig(noise_suppression=False, auto_gain=False),  # a tone that never ends would count as noise
    )
    with AttachedClient(own_home, start=True) as client:
        client.wait_for(Snapshot)
        client.send(StartShow(show))
        client.wait_for(OutputChanged, lambda change: change.state is OutputState.LIVE)
        client.wait_for(AudioLevel, lambda level: level.peak_dbfs > -20)
        client.send(SetMuted(True))
        client.wait_for(SoundChanged, lambda change: change.muted)
        while_muted = client.count
        # A watchdog can notice that somebody speaks while muted; a starved microphone may miss a tenth of a second.
        client.wait_for(
            AudioLevel, lambda level: level.peak_dbfs < -90 < -20 < level.voice_peak_dbfs, after=while_muted
        )
        go_on_for(client, MUTED_S)
        client.send(SetMuted(False))
        spoken = client.count
        client.wait_for(AudioLevel, lambda level: level.peak_dbfs > -20, after=spoken)
        go_on_for(client, 1)
        client.send(StopShow())
        session_id = client.wait_for(ShowEnded).report.session_id
        client.send(Quit())
        assert client.lost.wait(60)
    heard = watch(rtmp_server.recording()).samples()
    heard = heard[: len(heard) // WINDOW * WINDOW]
    loud = np.abs(heard.reshape(-1, WINDOW)).max(axis=1) > 0.1
    silent = np.flatnonzero(~loud)
    silent = silent[silent > np.flatnonzero(loud)[0]]
    *stumbles, muted = sorted(np.split(silent, np.flatnonzero(np.diff(silent) > 1) + 1), key=len)
    assert MUTED_S * 10 <= len(muted) <= (MUTED_S + 4) * 10
    assert all(len(stumble) <= MOST_STUMBLE for stumble in stumbles), "one silence, no more"
    assert tone_hz(heard[(muted[-1] + 2) * WINDOW :]) == pytest.approx(440, abs=3)
    log = ask(own_home, "sessions", "show", str(session_id))
    assert [change["muted"] for change in log["sound"]] == [False, True, False]
