"""The picture as a camera: the device gets whole pictures in its format, and nobody waits for a slow one."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from studio.broadcast import Broadcast
from studio.clock import SystemClock
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.errors import StudioError, explain, fault
from studio.health import watchdogs
from studio.health.outgoing import Outgoing
from studio.media import virtual_camera
from studio.media.frames import Plane, blank, planes
from studio.media.virtual_camera import BUFFERS, I420, CameraDevice, VirtualCamera, open_virtual_camera
from studio.output_states import OutputChanged, OutputState
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.media.camera_device import Shelf, StrictDevice
from tests.media.told import Told

CANVAS = CanvasConfig(320, 180, 25)
COMPANION = DestinationConfig("直播伴侣", Secret("virtualcam:OBS Virtual Camera"), "douyin")
PICTURE = planes(blank(320, 180, (100, 110, 120)))


@contextmanager
def camera(shelf: Shelf) -> Iterator[tuple[VirtualCamera, Told]]:
    told = Told()
    output = VirtualCamera(COMPANION, CANVAS, SystemClock(), told, 0, open_device=shelf)
    output.start()
    try:
        yield output, told
    finally:
        output.stop()
        output.stop()
    assert output.state is OutputState.OFFLINE
    assert all(device.closed for device in shelf.devices)


def states(told: Told) -> list[OutputState]:
    return [event.state for event in told.of(OutputChanged)]


def send_until(output: VirtualCamera, told: Told, device: StrictDevice, pictures: int) -> None:
    """One picture after the other, each once the one before is out."""
    while device.pictures < pictures:
        before = device.pictures
        output.show(PICTURE)
        told.wait_for(lambda before=before: device.pictures > before)  # type: ignore[misc]


def test_a_picture_arrives_whole_with_its_colours() -> None:
    shelf = Shelf()
    with camera(shelf) as (output, told):
        told.wait_for(lambda: output.state is OutputState.LIVE)
        send_until(output, told, shelf.devices[0], 3)
        assert shelf.devices[0].planes() == (100, 110, 120)
    assert shelf.asked == ["OBS Virtual Camera"]
    assert output.report().sent_packets == 3
    assert states(told) == [OutputState.CONNECTING, OutputState.LIVE, OutputState.STOPPING, OutputState.OFFLINE]
    assert {event.address for event in told.of(OutputChanged)} == {"virtualcam:OBS Virtual Camera"}


def test_a_show_that_goes_on_after_a_cut_waits_for_its_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """The companion or its driver may take longer than the studio after a power cut."""
    monkeypatch.setattr(virtual_camera, "RETRY_S", (0.02, 0.05))
    shelf, told, refused = Shelf(), Told(), threading.Event()

    def not_yet(device: str, canvas: CanvasConfig) -> CameraDevice:
        if not refused.is_set():
            refused.set()
            raise fault("virtualcam.no_device", device=device, reason="no such device")
        return shelf(device, canvas)

    output = VirtualCamera(COMPANION, CANVAS, SystemClock(), told, 0, lost=True, open_device=not_yet)
    output.start()
    told.wait_for(lambda: output.state is OutputState.LIVE)
    output.stop()
    assert refused.is_set()
    assert list(dict.fromkeys(states(told)))[:2] == [OutputState.RECONNECTING, OutputState.LIVE]
    assert output.report().reconnects == 1


def test_a_slow_device_loses_pictures_and_holds_nobody_up() -> None:
    shelf = Shelf()
    with camera(shelf) as (output, told):
        told.wait_for(lambda: output.state is OutputState.LIVE)
        device = shelf.devices[0]
        device.slow.clear()
        for _ in range(20):
            output.show(PICTURE)
        device.slow.set()
        told.wait_for(lambda: output.dropped_packets + device.pictures == 20)
        assert output.dropped_packets >= 17


def test_a_camera_that_is_not_there_fails_and_may_be_tried_again() -> None:
    shelf = Shelf(missing=1)
    with camera(shelf) as (output, told):
        told.wait_for(lambda: output.state is OutputState.FAILED)
        assert output.problem is not None
        assert "OBS Studio" in explain(output.problem).fix
        output.show(PICTURE)
        output.retry()
        told.wait_for(lambda: output.state is OutputState.LIVE)
        send_until(output, told, shelf.devices[0], 1)


def test_a_camera_that_goes_away_comes_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_camera, "RETRY_S", (0.01, 0.02))
    shelf = Shelf()
    with camera(shelf) as (output, told):
        told.wait_for(lambda: output.state is OutputState.LIVE)
        send_until(output, told, shelf.devices[0], 1)
        shelf.missing = 2
        shelf.devices[0].broken = True
        output.show(PICTURE)
        told.wait_for(lambda: len(shelf.devices) == 2)
        told.wait_for(lambda: output.state is OutputState.LIVE)
        send_until(output, told, shelf.devices[1], 4)
    lost = next(event for event in told.of(OutputChanged) if event.state is OutputState.RECONNECTING)
    assert lost.problem is not None
    assert dict(lost.problem.values)["reason"] == "the device has gone away"
    assert (output.report().reconnects, output.report().sent_packets) == (1, 5)
    reasons = [event.problem for event in told.of(OutputChanged) if event.state is OutputState.RECONNECTING]
    assert len(reasons) == len(set(reasons)) == 2, "each reason once: it is gone, and there is none"


def test_one_that_failed_can_be_stopped() -> None:
    with camera(Shelf(missing=9)) as (output, told):
        told.wait_for(lambda: output.state is OutputState.FAILED)


def test_a_show_goes_to_a_camera_as_it_goes_to_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, told = Shelf(), Told()
    monkeypatch.setattr(virtual_camera, "open_virtual_camera", shelf)
    show = ShowConfig(SourceConfig(SourceKind.PATTERN), AudioConfig(AudioKind.SILENCE), CANVAS)
    broadcast = Broadcast(show, SystemClock(), told)
    broadcast.open()
    try:
        broadcast.run()
        broadcast.add_output(COMPANION)
        told.wait_for(lambda: bool(shelf.devices) and shelf.devices[0].pictures >= 10)
        assert list(broadcast.seen_on.refusing) == ["直播伴侣"]
        leaving = broadcast.fanout.outputs["直播伴侣"]
        broadcast.remove_output("直播伴侣")
        told.wait_for(lambda: leaving.state is OutputState.OFFLINE)
        report = leaving.report()
        assert list(broadcast.seen_on.refusing) == []
        assert shelf.devices[0].closed
    finally:
        broadcast.stop()
    assert report.state == "live"
    assert 10 <= report.sent_packets == shelf.devices[0].pictures
    assert report.sent_packets + report.dropped_packets <= broadcast.video_report().composed_frames


def test_nothing_is_encoded_while_the_picture_goes_to_a_camera_only(
    monkeypatch: pytest.MonkeyPatch, server: RtmpServer
) -> None:
    """But for a picture now and then, in which the watchdogs look whether viewers see what they should."""
    shelf, told = Shelf(), Told()
    monkeypatch.setattr(virtual_camera, "open_virtual_camera", shelf)
    monkeypatch.setattr(watchdogs, "READ_EVERY_S", 0.1)
    looked: list[tuple[int, ...]] = []
    take = Outgoing.take

    def looking(outgoing: Outgoing) -> tuple[Plane, int] | None:
        taken = take(outgoing)
        looked.append(() if taken is None else taken[0].shape)
        return taken

    monkeypatch.setattr(Outgoing, "take", looking)
    show = ShowConfig(SourceConfig(SourceKind.PATTERN), AudioConfig(AudioKind.SILENCE), CANVAS)
    broadcast = Broadcast(replace(show, destinations=(COMPANION,)), SystemClock(), told)
    broadcast.open()
    try:
        broadcast.call()
        told.wait_for(lambda: bool(shelf.devices))
        broadcast.run()
        told.wait_for(lambda: shelf.devices[0].pictures >= 10 and len(looked) >= 2)
        assert set(looked) == {(180, 320)}
        assert broadcast.video_report().encoded_frames == 0
        broadcast.add_output(DestinationConfig("server", Secret(server.url())))
        told.wait_for(lambda: broadcast.fanout.outputs["server"].sent_bytes > 3_000)
        assert broadcast.fanout.outputs["server"].state is OutputState.LIVE
        broadcast.remove_output("server")
        told.wait_for(lambda: broadcast.fanout.outputs["直播伴侣"].state is OutputState.LIVE)
    finally:
        broadcast.stop()
    video = broadcast.video_report()
    assert 0 < video.encoded_frames < video.composed_frames
    arrived = watch(server.recording())
    assert arrived.video[0].time_s < 1.0
    assert len(arrived.video) >= 5


def test_without_the_package_or_a_device_the_person_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudioError) as caught:
        open_virtual_camera("/dev/video-of-nobody", CANVAS)
    assert caught.value.problem.code == "virtualcam.no_device"
    assert "/dev/video-of-nobody does not exist" in explain(caught.value.problem).what
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(StudioError) as caught:
        open_virtual_camera("", CANVAS)
    assert caught.value.problem.code == "virtualcam.no_package"
    assert f"{sys.executable} -m pip install pyvirtualcam" in explain(caught.value.problem).fix


class Stubborn(StrictDevice):
    """A device that is gone, and cannot even be let go of."""

    def send(self, picture: I420) -> None:
        raise OSError("gone")

    def close(self) -> None:
        super().close()
        raise OSError("gone already")


def test_a_device_that_cannot_be_closed_costs_neither_the_camera_nor_its_buffers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[StrictDevice] = []

    def opened(_name: str, canvas: CanvasConfig) -> StrictDevice:
        made.append(Stubborn(canvas) if len(made) < BUFFERS + 1 else StrictDevice(canvas))
        return made[-1]

    told = Told()
    output = VirtualCamera(COMPANION, CANVAS, SystemClock(), told, 0, open_device=opened)
    monkeypatch.setattr(virtual_camera, "RETRY_S", (0.01, 0.02))
    output.start()
    try:
        for number in range(1, BUFFERS + 2):
            told.wait_for(lambda number=number: len(made) == number and output.state is OutputState.LIVE)  # type: ignore[misc]
            output.show(PICTURE)
        told.wait_for(lambda: len(made) == BUFFERS + 2 and output.state is OutputState.LIVE)
        send_until(output, told, made[-1], 2)
    finally:
        output.stop()
