"""What is done to the sound between the track and the encoder: voice cleaned and evened, music under it, peaks held.

Only live sound is treated as a voice; a clip was mixed by whoever made it. Where there is neither a live voice nor
music, blocks are only looked at, for a peak that is too high.
"""

import threading
from collections.abc import Callable

import numpy as np

from studio.config import SoundConfig
from studio.errors import Problem
from studio.media import limiter, noise
from studio.media.frames import Samples
from studio.media.limiter import Limiter
from studio.media.music import Ducking, MusicPlayer
from studio.media.noise import NoiseSuppressor
from studio.media.voice import AutoGain, BlockLoudness, SpeechGate


class Treatment:
    """`voice` and `finish` are called on the mixer's thread, everything else on the engine's."""

    def __init__(self, notice: Callable[[Problem, bool], None]) -> None:
        self._notice = notice
        self._sound = SoundConfig()
        self._live = False
        self._suppressor: NoiseSuppressor | None = None
        self._limiter = Limiter()
        self._player: MusicPlayer | None = None
        self._left: list[MusicPlayer] = []  # were asked to end and have not yet
        self._changing_music = threading.Lock()
        self._music_fault: Problem | None = None
        self._music_level = 0.0
        self._gain, self._ducking = AutoGain(), Ducking()
        self._loudness, self._gate = BlockLoudness(), SpeechGate()
        self._speech = False

    @property
    def latency_samples(self) -> int:
        """How much later than they came the samples are given."""
        suppressing = noise.LATENCY_SAMPLES if self._suppressor is not None else 0
        return suppressing + limiter.LATENCY_SAMPLES

    def set(self, sound: SoundConfig, live: bool) -> None:
        """Other settings, or sound that is live from now on, or no longer."""
        self._sound, self._live = sound, live
        if not (live and sound.noise_suppression):
            self._suppressor = None
        elif self._suppressor is None:
            self._suppressor = NoiseSuppressor()
        if sound.music != (self._player.path if self._player is not None else ""):
            self._change_music(sound.music)

    def _change_music(self, path: str) -> None:
        """Another file from now on; nobody waits for the end of the old one."""
        with self._changing_music:
            old = self._player
            player = self._player = (
                MusicPlayer(path, lambda problem: self._music_failed(player, problem)) if path else None
            )
            fault, self._music_fault = self._music_fault, None
            if fault is not None:
                self._notice(fault, False)
        self._left = [left for left in self._left if not left.ended]
        if old is not None:
            old.leave()
            self._left.append(old)
        if player is not None:
            player.start()

    def _music_failed(self, player: MusicPlayer | None, problem: Problem) -> None:
        """On the player's thread; what becomes of a file that was left concerns nobody."""
        with self._changing_music:
            if player is self._player:
                self._music_fault = problem
                self._notice(problem, True)

    def voice(self, block: Samples) -> Samples:
        """The voice, cleaned and evened out."""
        suppressor = self._suppressor
        if suppressor is not None:
            block = suppressor.take(block)
        evened = self._live and self._sound.auto_gain
        if not evened and self._player is None:
            return block
        lufs = self._loudness.of(block)
        self._speech = self._gate.is_speech(lufs, block.shape[1])
        return self._gain.take(block, lufs, self._speech) if evened else block

    def finish(self, voice: Samples, muted: bool) -> Samples:
        """The voice as it is to be heard, with the music, and no peak too high; a muted voice lowers no music."""
        block, player = voice, self._player
        if player is not None:
            music = self._music(player, voice.shape[1], self._speech and not muted)
            block = voice if music is None else voice + music
        return self._limiter.take(block)

    def _music(self, player: MusicPlayer, count: int, speech: bool) -> Samples | None:
        """The music as loud as it is to be, without a jump; None where it is not heard."""
        ducked = self._ducking.ramp(speech, count)
        wanted = (self._sound.music_percent / 100) ** 2 if self._sound.music_on else 0.0
        before, self._music_level = self._music_level, wanted
        if not before and not wanted:
            return None
        music = player.take(count)
        if music is None:
            self._music_level = 0.0
            return None
        return np.asarray(music * (ducked * np.linspace(before, wanted, count, dtype=np.float32)), np.float32)

    def stop(self) -> None:
        """Lets the music go; may be called twice."""
        players = [*self._left, *([self._player] if self._player is not None else [])]
        for player in players:
            player.leave()
        for player in players:
            player.stop()
