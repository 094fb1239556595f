"""One opening of a sound source of its own: a microphone, or a sound file that plays round and round."""

import threading
from collections.abc import Callable

import av
from av.container import InputContainer

from studio.clock import Clock
from studio.config import AudioConfig, AudioKind
from studio.errors import fault
from studio.i18n import N_
from studio.media.frames import NS
from studio.media.packets import decoded, demuxed, gathered
from studio.media.readers import ClipReader, LiveReader
from studio.media.sources import Opening, open_input
from studio.media.taps import Tap, TrackInput
from studio.priority import step_ahead


class AudioTap(Tap):
    """A sound source of its own: a microphone, or a sound file."""

    def __init__(
        self,
        audio: AudioConfig,
        name: str,
        openings: Callable[[], list[Opening]],
        clock: Clock,
        track_input: TrackInput,
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__("microphone", clock, track_input, failed)
        self._audio = audio
        self._name = name
        self._openings = openings

    def _open(self, stopping: threading.Event) -> InputContainer:
        container, opening = open_input(
            self._openings(),
            fault("audio.unreadable", name=self._name),
            fault("audio.busy", name=self._name),
            stopping,
        )
        self._remember(opening)
        if not container.streams.audio:
            container.close()
            raise fault("audio.unreadable", name=self._name, reason=N_("there is no sound in it"))
        return container

    def _read(self, stopping: threading.Event) -> None:
        step_ahead()
        container = self._container
        assert container is not None
        if self._audio.kind is AudioKind.CLIP:
            self._play(container, stopping)
            return
        reader = LiveReader(self._clock, self.port)
        for frame in decoded(gathered(demuxed(container, *container.streams.audio[:1]))):
            if stopping.is_set():
                return
            if isinstance(frame, av.AudioFrame):
                reader.hear(frame)
                self._delivered()

    def _play(self, container: InputContainer, stopping: threading.Event) -> None:
        """A sound file in real time, over and over, never more than a second ahead."""
        reader = ClipReader((self._clock.now_ns(), 0), self.port, (container.start_time or 0) * 1000)
        stream = container.streams.audio[0]
        heard = True
        while heard and not stopping.is_set():
            heard = False
            for frame in decoded(demuxed(container, stream)):
                if not isinstance(frame, av.AudioFrame):
                    continue
                heard = True
                self._delivered()
                if stopping.wait(max(0.0, (reader.sound_ns(frame) - self._clock.now_ns()) / NS - 1.0)):
                    return
                reader.hear(frame)
            reader.loop()
            container.seek(0)
            stream.codec_context.flush_buffers()
