"""The microphone: three seconds of what it gives, judged for whether a voice is in it, and played back."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from studio.checks import Check, CheckPlan, CheckResult, Line, Outcome
from studio.config import AudioKind, ShowConfig, SourceConfig, SourceKind
from studio.errors import Problem, StudioError, fault, reason_of
from studio.health.loudness import FULL_DBFS, SILENT_DBFS
from studio.i18n import N_
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.packets import decoded, demuxed, gathered
from studio.media.readers import SoundResampler, resampled
from studio.media.sound_desk import is_live
from studio.media.sources import Opening, audio_openings, open_input, shown_name, source_openings, unopened
from studio.media.voice import AutoGain, BlockLoudness, SpeechGate

RECORD_S = 3.0
SETTLE_S = 0.8  # a device clicks when it is opened, and a person needs a moment to begin
GIVE_UP_S = 8.0
BLOCK_SAMPLES = SAMPLE_RATE // 20
LOWEST_DBFS = -99.0
QUIET_DBFS = -38.0  # of the loudest twentieth of the blocks: a voice at arm's length has about -25
VOICE_ABOVE_DB = 9.0  # between the loudest and the quietest blocks: even noise has one or two, speech twenty and more
CLIPPED_SHARE = 0.002  # of the samples
GAIN_SAMPLES = 4096  # a block of the mixer
GAIN_ROUNDS = 6  # of three seconds: the gain rises by 3 dB in each second of speech
PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
LONGEST_PLAY_S = 10.0

STOPPED = Line.of(N_("It was stopped."))
LEFT_OUT = Line.of(N_("Echo, and how it sounds after the platform has compressed it."))


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a recording is, in dBFS: its peak, its loud parts and its pauses."""

    peak_dbfs: float
    voice_dbfs: float
    pause_dbfs: float
    clipped_share: float


Play = Callable[[Path, threading.Event], str]


def wants_voice(show: ShowConfig, plan: CheckPlan) -> bool:
    """Whether somebody is to say the sentence while it is listened."""
    return plan.person_there and is_live(show.audio, show.source) and not _comes_once(show)


def check_microphone(
    show: ShowConfig,
    plan: CheckPlan,
    stopping: threading.Event,
    play: Play | None = None,
    seconds: float = RECORD_S,
    playing: Callable[[], None] = lambda: None,
) -> Iterator[CheckResult]:
    """Records, judges, plays back: one result for the microphone and one for what the person hears.

    `playing` is called before something is played.
    """
    live, asked = is_live(show.audio, show.source), wants_voice(show, plan)
    why, samples = _why_unheard(show), None
    try:
        if why is None and (samples := _recorded(show, stopping, seconds)) is None:
            why = STOPPED
    except StudioError as error:
        if stopping.is_set():  # that was us: what gives the sound is let go, and gives none
            yield _told(Outcome.NOT_CHECKED, STOPPED)
            yield _unheard(STOPPED)
            return
        opened = N_("The microphone was to be opened.") if _has_microphone(show) else N_("The sound was to be opened.")
        yield _told(Outcome.BAD, Line.of(opened), error.problem)
        yield _unheard(Line.of(N_("There is nothing to play.")))
        return
    if samples is None:
        assert why is not None
        yield _told(Outcome.NOT_CHECKED, why)
        yield _unheard(why)
        return
    gain_db = settled_gain_db(samples) if asked and show.sound.auto_gain else 0.0
    yield judged(level(samples), asked, gain_db) if live else _judged_film(level(samples))
    if not live:
        yield _unheard(Line.of(N_("The sound comes from a file: nobody has to speak.")))
    elif not asked:
        yield _unheard(Line.of(N_("Nobody could be asked to speak and to listen.")))
    else:
        playing()
        yield _played(samples * np.float32(10 ** (gain_db / 20)), stopping, play or played_back)


def _why_unheard(show: ShowConfig) -> Line | None:
    """Why there is nothing to record; None where there is."""
    drawn = _is_picture_s(show) and show.source.kind is SourceKind.PATTERN
    if drawn or show.audio.kind is AudioKind.SILENCE:
        return Line.of(N_("The show is planned without sound."))
    if _comes_once(show):
        return Line.of(N_("What comes through a pipe comes only once: it is left for the show."))
    return None


def _has_microphone(show: ShowConfig) -> bool:
    return show.audio.kind is AudioKind.MIC


def _is_picture_s(show: ShowConfig) -> bool:
    """Whether the sound comes with the picture."""
    return show.audio.kind is AudioKind.CLIP and not show.audio.target


def _comes_once(show: ShowConfig) -> bool:
    target = show.source.target if _is_picture_s(show) else show.audio.target
    return not _has_microphone(show) and target != "" and Path(target).is_fifo()


def _told(outcome: Outcome, found: Line, problem: Problem | None = None) -> CheckResult:
    return CheckResult(Check.MICROPHONE, outcome, found, LEFT_OUT, problem)


def _unheard(why: Line) -> CheckResult:
    return CheckResult(Check.PLAYBACK, Outcome.NOT_CHECKED, why, LEFT_OUT)


def judged(heard: Level, asked: bool, gain_db: float = 0.0) -> CheckResult:
    """What a recording says of the microphone. Where nobody was asked to speak, only dead silence is a fault.

    `gain_db` is what the show adds to a voice before viewers hear it.
    """
    found = Line.of(N_("The loudest was {peak} dB (0 is the limit)."), peak=round(heard.peak_dbfs))
    problem = _fault(heard, asked, gain_db)
    if problem is not None:
        return _told(Outcome.BAD, found, problem)
    if asked:
        good = Line(N_("Sound like speech was heard, {peak} dB at its loudest (0 is the limit)."), found.values)
        return _told(Outcome.GOOD, good)
    if heard.peak_dbfs <= SILENT_DBFS:
        return _told(Outcome.NOT_CHECKED, Line.of(N_("Next to nothing was heard, and nobody was asked to speak.")))
    only = Line(N_("Sound comes in, {peak} dB at its loudest. Nobody was asked to speak."), found.values)
    return CheckResult(Check.MICROPHONE, Outcome.GOOD, only, Line.of(N_("Whether it is a voice.")))


def _judged_film(heard: Level) -> CheckResult:
    """A film's sound needs no voice, and no microphone is to blame for it."""
    found = Line.of(N_("The loudest was {peak} dB (0 is the limit)."), peak=round(heard.peak_dbfs))
    rest = Line.of(N_("What comes later in the film."))
    if heard.peak_dbfs <= SILENT_DBFS:
        return CheckResult(Check.MICROPHONE, Outcome.BAD, found, rest, Problem.of("check.clip_silent"))
    if heard.clipped_share >= CLIPPED_SHARE:
        return CheckResult(Check.MICROPHONE, Outcome.BAD, found, rest, Problem.of("check.clip_distorted"))
    good = Line(N_("The film has sound, {peak} dB at its loudest (0 is the limit)."), found.values)
    return CheckResult(Check.MICROPHONE, Outcome.GOOD, good, rest)


def _fault(heard: Level, asked: bool, gain_db: float) -> Problem | None:
    if heard.peak_dbfs <= (SILENT_DBFS if asked else LOWEST_DBFS):
        return Problem.of("check.mic_silent")
    if heard.clipped_share >= CLIPPED_SHARE:
        return Problem.of("check.mic_clips")
    if asked and heard.voice_dbfs - heard.pause_dbfs < VOICE_ABOVE_DB:
        return Problem.of("check.mic_no_voice")
    if asked and heard.voice_dbfs + gain_db < QUIET_DBFS:
        return Problem.of("check.mic_quiet")
    return None


def settled_gain_db(samples: Samples) -> float:
    """What the automatic gain would come to if this went on and on: its own parts are fed with it until it holds."""
    loudness, gate, gain = BlockLoudness(), SpeechGate(), AutoGain()
    for _round in range(GAIN_ROUNDS):
        for begin in range(0, samples.shape[1] - GAIN_SAMPLES + 1, GAIN_SAMPLES):
            block = samples[:, begin : begin + GAIN_SAMPLES]
            lufs = loudness.of(block)
            gain.take(block, lufs, gate.is_speech(lufs, GAIN_SAMPLES))
    return gain.gain_db


def level(samples: Samples) -> Level:
    """Measures 2 × n samples, in blocks of a twentieth of a second."""
    mono = samples.mean(axis=0)
    whole = mono[: len(mono) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
    blocks = np.sqrt((whole**2).mean(axis=1)) if len(whole) else np.zeros(1)
    full = 10 ** (FULL_DBFS / 20)
    return Level(
        peak_dbfs=_dbfs(float(np.abs(samples).max(initial=0.0))),
        voice_dbfs=_dbfs(float(np.percentile(blocks, 95))),
        pause_dbfs=_dbfs(float(np.percentile(blocks, 10))),
        clipped_share=float((np.abs(samples) >= full).any(axis=0).mean()) if samples.size else 0.0,
    )


def _dbfs(amplitude: float) -> float:
    return max(LOWEST_DBFS, 20 * float(np.log10(amplitude))) if amplitude > 0 else LOWEST_DBFS


def _openings(show: ShowConfig) -> list[Opening]:
    return audio_openings(show.audio) or source_openings(show.source, show.canvas)


def _unreadable(show: ShowConfig, reason: str) -> StudioError:
    """Named as what it is: no microphone is to blame for the sound of a picture, or of a file."""
    if _is_picture_s(show):
        return unopened(show.source, reason)
    if _has_microphone(show):
        return fault("audio.unreadable", name=show.audio.target or show.audio.kind.value, reason=reason)
    return unopened(SourceConfig(SourceKind.CLIP, show.audio.target), reason)


def _no_sound(show: ShowConfig) -> StudioError:
    """It opens, and has a picture only."""
    if _has_microphone(show):
        return _unreadable(show, N_("there is no sound in it"))
    streamed = _is_picture_s(show) and show.source.kind is not SourceKind.CLIP
    return fault("check.stream_no_sound" if streamed else "check.clip_no_sound")


def _recorded(show: ShowConfig, stopping: threading.Event, seconds: float) -> Samples | None:
    """What the chosen sound gives, 2 × n at 48 kHz; None where it was stopped. Raises why it gives none."""
    name = shown_name(show.source) if _is_picture_s(show) else show.audio.target or show.audio.kind.value
    busy = fault("source.busy" if _is_picture_s(show) else "audio.busy", name=name)
    container, _opening = open_input(_openings(show), _unreadable(show, ""), busy, stopping)
    until_s = time.monotonic() + GIVE_UP_S
    skipped = round(SETTLE_S * SAMPLE_RATE) if is_live(show.audio, show.source) else 0
    wanted = round(seconds * SAMPLE_RATE)
    pieces: list[Samples] = []
    count = 0
    with closing(container):
        if not container.streams.audio:
            raise _no_sound(show)
        resampler = SoundResampler()
        try:
            for frame in decoded(gathered(demuxed(container, *container.streams.audio[:1]))):
                if stopping.is_set():
                    return None
                for piece in resampled(resampler, frame) if isinstance(frame, av.AudioFrame) else ():
                    pieces.append(piece)
                    count += piece.shape[1]
                if count >= skipped + wanted or time.monotonic() > until_s:
                    break
        except (FFmpegError, OSError) as error:
            if count <= skipped:
                raise _unreadable(show, reason_of(error)) from error
    if count <= skipped:
        raise _unreadable(show, N_("no sound comes from it"))
    return np.concatenate(pieces, axis=1)[:, skipped : skipped + wanted]


def _played(samples: Samples, stopping: threading.Event, play: Play) -> CheckResult:
    handle, path = tempfile.mkstemp(".wav")
    os.close(handle)
    try:
        _write(Path(path), samples)
        reason = play(Path(path), stopping)
    finally:
        with suppress(OSError):
            Path(path).unlink()
    if reason:
        return _unheard(Line.of(N_("It could not be played back: {reason}."), reason=reason))
    found = Line.of(N_("It was played back. Did you hear yourself?"))
    return CheckResult(Check.PLAYBACK, Outcome.NOT_CHECKED, found, LEFT_OUT, asks=True)


def answered(heard: bool) -> CheckResult:
    """What the person says of it."""
    if heard:
        return CheckResult(Check.PLAYBACK, Outcome.GOOD, Line.of(N_("You heard yourself.")), LEFT_OUT)
    found = Line.of(N_("You did not hear yourself."))
    return CheckResult(Check.PLAYBACK, Outcome.BAD, found, LEFT_OUT, Problem.of("check.not_heard"))


def _write(path: Path, samples: Samples) -> None:
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm.T.tobytes())


def played_back(path: Path, stopping: threading.Event) -> str:
    """Plays a file through what the system has; gives back why that did not work, or nothing."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - exists on Windows only

        try:
            winsound.PlaySound(str(path), winsound.SND_FILENAME)
        except RuntimeError:
            return N_("the loudspeaker does not open")
        return ""
    player = next((player for player in PLAYERS if shutil.which(player[0])), None)
    if player is None:
        return N_("this system has no player for sounds")
    with subprocess.Popen([*player, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until_s = time.monotonic() + LONGEST_PLAY_S
        while process.poll() is None:
            if stopping.wait(0.05) or time.monotonic() > until_s:
                process.kill()
    return "" if process.returncode == 0 else N_("the loudspeaker does not open")
