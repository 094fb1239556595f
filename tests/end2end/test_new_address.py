"""A new address in the middle of a show costs the other platform and the recording nothing."""

from pathlib import Path

import pytest

from studio.commands import Quit, ReplaceAddress, StartShow, StopShow
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.events import HealthSampled, RecordingFinished, ShowEnded
from studio.output_states import OutputChanged, OutputState
from tests.bench.arrival import arrived
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch

pytestmark = pytest.mark.end2end


def test_a_new_address_takes_nothing_from_the_others_nor_from_the_recording(
    own_home: Path, tmp_path: Path, rtmp_server: RtmpServer, second_rtmp_server: RtmpServer
) -> None:
    places = (
        DestinationConfig("moves", Secret(rtmp_server.url("old"))),
        DestinationConfig("stays", Secret(second_rtmp_server.url())),
    )
    show = ShowConfig(
        SourceConfig(SourceKind.PATTERN),
        AudioConfig(AudioKind.SILENCE),
        CanvasConfig(320, 180, 25),
        EncoderConfig(400, "ultrafast"),
        destinations=places,
        record_dir=tmp_path / "films",
    )
    with AttachedClient(own_home, start=True) as client:

        def is_live(name: str, after: int = 0) -> None:
            client.wait_for(OutputChanged, lambda e: e.name == name and e.state is OutputState.LIVE, after=after)

        client.send(StartShow(show))
        for place in places:
            is_live(place.name)
        client.wait_for(HealthSampled, lambda event: event.on_air_s > 2)
        seen = client.count
        client.send(ReplaceAddress("moves", Secret(rtmp_server.url("new"))))
        is_live("moves", after=seen)
        come_s = client.latest(HealthSampled).on_air_s
        client.wait_for(HealthSampled, lambda event: event.on_air_s > come_s + 2)
        changed = [event for event in client.events[seen:] if isinstance(event, OutputChanged)]
        client.send(StopShow())
        report = client.wait_for(ShowEnded).report
        film = client.wait_for(RecordingFinished).path
        client.send(Quit())
        assert client.lost.wait(60)
    assert [(event.name, event.state) for event in changed] == [
        ("moves", OutputState.CONNECTING),
        ("moves", OutputState.LIVE),
    ]
    frames = report.video.encoded_frames
    stays = next(output for output in report.outputs if output.name == "stays")
    assert (stays.reconnects, stays.outage_s, stays.dropped_packets) == (0, 0.0, 0)
    assert frames - arrived(second_rtmp_server.recording()).video <= 2
    assert len(watch(Path(film)).video) == frames
    assert arrived(rtmp_server.recording("new")).video >= 25
