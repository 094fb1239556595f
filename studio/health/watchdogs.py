"""The watchdogs: look at the camera's picture twice a second, listen ten times, decode what is sent now and then.

All on one thread, away from those that make the show: they only leave their newest things where this one finds
them. It has no lower priority than they have, for it holds Python's lock like every other thread, and a thread that
is put to sleep with the lock would make them wait.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av

from studio.clock import Clock
from studio.config import AudioKind, WatchConfig
from studio.errors import Problem
from studio.health.alarm import Alarm
from studio.health.black import Blackness
from studio.health.blur import Blur
from studio.health.code import CodeReader, ExpectedCode
from studio.health.covered import Covered
from studio.health.darkness import Darkness
from studio.health.loudness import Clipping, MutedVoice, Silence
from studio.health.outgoing import Hidden, Outgoing
from studio.health.presence import FaceFinder, face_finder, has_face, moves
from studio.health.stillness import Stillness
from studio.media.frames import NS, Plane, Planes, planes
from studio.worker import Mishaps, Worker

LISTEN_EVERY_S = 0.1
LOOK_EVERY = 5  # times of listening
LOOK_HARDER_EVERY = 40  # for what takes a millisecond
EVERY_PIXEL = 8  # one of so many in each direction is looked at
READ_EVERY_S = 6.0
FACE_EVERY_S = 5.0
LOOKS_KEPT = 16  # of eight seconds: a keyframe is older than that when it is decoded only where nobody gets anything
PROBLEMS = {
    "black": Problem.of("watch.black"),
    "frozen": Problem.of("watch.frozen"),
    "dark": Problem.of("watch.dark"),
    "blurred": Problem.of("watch.blurred"),
    "silent": Problem.of("watch.silent"),
    "clipped": Problem.of("watch.clipped"),
    "muted": Problem.of("watch.muted"),
    "code": Problem.of("watch.code"),
    "nobody": Problem.of("watch.nobody"),
    "hidden": Problem.of("watch.hidden"),
    "still_muted": Problem.of("watch.still_muted"),
    "covered": Problem.of("watch.covered"),
}
# What is taken back as soon as it is right, as sound with the first word; the others when that has lasted a while.
AT_ONCE = ("silent", "still_muted", "muted", "clipped", "code", "nobody", "hidden")
USUAL_CLEAR_S = 1.0
SHARED = {"still_muted": "silent", "covered": "black"}  # whose patience is that of another warning


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest block of sound: what is sent, what the microphone gives, and what becomes of that for viewers."""

    sent_peak_dbfs: float
    voice_peak_dbfs: float
    muted: bool
    treated_peak_dbfs: float  # the voice as loud as it is sent, without music; while muted as it would be sent


@dataclass(frozen=True, slots=True)
class Senses:
    """Where the watchdogs look and listen; asked on their thread, answered at once."""

    picture: Callable[[], av.VideoFrame | None]  # the camera's newest, without overlays; None where it gives none
    sound: Callable[[], Heard | None]
    # A microphone, also that of a phone which gives the picture; it may change during the show.
    listens_to: Callable[[], AudioKind] = lambda: AudioKind.MIC
    told_still: Callable[[], bool] = lambda: False  # it is told elsewhere already that the camera stands still
    encodes: Callable[[], bool] = lambda: True  # False where the platform's own program does
    held: Callable[[], bool] = lambda: False  # the picture is made to stand still, which is told elsewhere


class Watchdogs:
    """Tells `notice` of each warning with the moment (ns) since when it is so: raised, and taken back."""

    def __init__(
        self,
        config: WatchConfig,
        senses: Senses,
        outgoing: Outgoing,
        clock: Clock,
        notice: Callable[[Problem, bool, int], None],
    ) -> None:
        self._config = config
        self._senses = senses
        self._outgoing = outgoing
        self._clock = clock
        self._notice = notice
        self._alarms = _alarms(config)
        self._black, self._dark, self._still, self._blur = Blackness(), Darkness(), Stillness(), Blur()
        self._silence, self._clipping, self._muted = Silence(), Clipping(), MutedVoice()
        self._reader, self._hidden = CodeReader(), Hidden()
        self._find: FaceFinder | None = None
        self._frame: av.VideoFrame | None = None
        self._points: Plane | None = None
        self._seen: deque[tuple[int, Plane]] = deque(maxlen=LOOKS_KEPT)  # when the camera showed what
        self._cover = Covered()
        self._blurred = self._covered = self._nobody = False
        self._searched_ns = 0
        self._codes: dict[str, ExpectedCode] = {}  # never changed, only exchanged whole
        self._unread: set[tuple[str, str]] = set()  # slot and link of what could not be read when last looked at
        self._next_code = 0
        self._read_ns = self._decoded_ns = 0
        self._mishaps = Mishaps("the watchdogs")
        self._worker: Worker | None = None

    def start(self, failed: Callable[[Exception], None]) -> None:
        if "nobody" in self._alarms:
            self._find = face_finder()
            if self._find is None:
                del self._alarms["nobody"]
                self._notice(Problem.of("watch.nobody_off"), True, self._clock.now_ns())
        self._mishaps = Mishaps("the watchdogs", failed)
        self._worker = Worker("watchdogs", self._run, failed)
        self._worker.start()

    def expect_code(self, slot: str, code: ExpectedCode | None) -> None:
        """An overlay with a code comes on the picture in that slot; None: no code is there."""
        before = self._codes.get(slot)
        if before == code:
            return
        others = {name: one for name, one in self._codes.items() if name != slot}
        self._codes = others if code is None else {**others, slot: code}
        if code is not None:
            self._outgoing.forget()
        if code is not None and (before is None or before.link != code.link):
            self._read_ns = self._clock.now_ns()  # the overlay has yet to slide in

    def _run(self, stopping: threading.Event) -> None:
        turn = 0
        while not stopping.wait(LISTEN_EVERY_S):
            with self._mishaps:
                self.listen()
            if turn % LOOK_EVERY == 0:
                with self._mishaps:
                    self.look(harder=turn % LOOK_HARDER_EVERY == 0)
                with self._mishaps:
                    self.read()
            turn += 1

    def listen(self) -> None:
        """The sound, ten times a second."""
        heard = self._senses.sound()
        if heard is None:
            return
        kind = self._senses.listens_to()
        loudest_dbfs = heard.sent_peak_dbfs
        if kind is AudioKind.MIC and not heard.muted:  # music is no sign that the microphone is switched on
            loudest_dbfs = min(loudest_dbfs, heard.treated_peak_dbfs)
        silent = self._silence.take(loudest_dbfs) and kind is not AudioKind.SILENCE  # one that was asked for may be
        spoken = self._muted.take(heard.treated_peak_dbfs, heard.muted and kind is AudioKind.MIC)
        self._tell("silent", silent and not heard.muted)  # no plug is the reason where somebody has muted
        self._tell("still_muted", silent and heard.muted and not spoken)
        self._tell("muted", spoken)
        if kind is AudioKind.MIC:  # a finished recording may be as loud as it likes
            self._tell("clipped", self._clipping.take(heard.voice_peak_dbfs))

    def look(self, harder: bool) -> None:
        """The picture, twice a second; one warning at a time, for a black picture is dark and still as well."""
        frame = self._senses.picture()
        if frame is not None and frame is self._frame:
            return  # no picture has come since: that is not one that is given again and again
        self._frame = frame
        if frame is None:  # it is told elsewhere that the camera has gone, is covered or stands still
            self._points = None
            self._seen.clear()
            self._still.forget()
            self._hidden.forget()
            for name in ("black", "covered", "frozen", "dark", "blurred", "nobody", "hidden"):
                self._tell(name, False)
            return
        picture = planes(frame)
        points = picture[0][EVERY_PIXEL // 2 :: EVERY_PIXEL, EVERY_PIXEL // 2 :: EVERY_PIXEL].copy()
        before, self._points = self._points, points
        self._seen.append((self._clock.now_ns(), points))
        black, still = self._black.take(points), self._still.take(points)
        dark = self._dark.take(points)
        if harder:
            self._blurred = self._blur.take(picture[0])
        if harder or self._covered:  # goods that are held close for a moment are no cover
            self._covered = self._cover.take(picture[0])
        self._tell("black", black)
        self._tell("covered", self._covered and not dark)
        self._tell("frozen", still and not black and not self._senses.told_still())
        self._tell("dark", dark and not black)
        self._tell("blurred", self._blurred and not dark and not self._covered)
        self._look_for_somebody(picture, points, before)

    def _look_for_somebody(self, picture: Planes, points: Plane, before: Plane | None) -> None:
        if self._find is None:
            return
        now_ns = self._clock.now_ns()
        if moves(points, before):
            self._nobody = False
        elif now_ns - self._searched_ns >= FACE_EVERY_S * NS:
            self._searched_ns = now_ns
            self._nobody = not has_face(picture, self._find)
        self._tell("nobody", self._nobody)

    def read(self) -> None:
        """What is sent, every few seconds: whether it is the camera's picture, and one of the codes, each in its turn.

        Takes some 30 ms however many codes there are, nearly all for the decoding, and that without Python's lock.
        """
        codes, now_ns = self._codes, self._clock.now_ns()
        self._unread &= {(slot, code.link) for slot, code in codes.items()}
        if not codes:
            self._tell("code", bool(self._unread))
        wants_codes, wants_all = bool(codes) and "code" in self._alarms, "hidden" in self._alarms
        reads_codes = wants_codes and now_ns - self._read_ns >= READ_EVERY_S * NS
        # Where codes are read all is decoded for them; where they change too often for that, it is all the same.
        looks = wants_all and now_ns - self._decoded_ns >= READ_EVERY_S * (2 if wants_codes else 1) * NS
        if not ((reads_codes or looks) and self._outgoing.is_there(self._senses.encodes())):
            return
        taken = self._outgoing.take()
        self._decoded_ns = now_ns
        if taken is None:
            return
        luma, composed_ns = taken
        self._compare(luma, composed_ns)
        if reads_codes:
            self._read_ns = now_ns
            self._read(codes, luma)
            self._tell("code", bool(self._unread))

    def _compare(self, outgoing: Plane, composed_ns: int) -> None:
        """Told with each picture that is decoded, so that two of them speak for a warning."""
        camera = [points for at_ns, points in self._seen if at_ns <= composed_ns][-1:]
        camera += [points for at_ns, points in self._seen if at_ns > composed_ns][:1]
        if not camera or self._senses.held():
            self._hidden.forget()
            self._tell("hidden", False)
        else:
            self._tell("hidden", self._hidden.take(camera, outgoing))

    def _read(self, codes: dict[str, ExpectedCode], luma: Plane) -> None:
        self._next_code += 1
        slot = tuple(codes)[self._next_code % len(codes)]
        slot = next((unread for unread, _link in self._unread), slot)  # first whether it was only for a moment
        code = codes[slot]
        if self._codes.get(slot) is not code:  # another has come meanwhile
            return
        if self._reader.readable(luma, code):
            self._unread.discard((slot, code.link))
        else:
            self._unread.add((slot, code.link))

    def _tell(self, name: str, bad: bool) -> None:
        alarm = self._alarms.get(name)
        turn = alarm.take(bad, self._clock.now_ns()) if alarm is not None else None
        if turn is not None:
            self._notice(PROBLEMS[name], turn.raised, turn.since_ns)

    def stop(self) -> None:
        """May be called twice. Warnings that are raised stay so: they end with the show, not because all is right."""
        if self._worker is not None:
            self._worker.stop()


def _alarms(config: WatchConfig) -> dict[str, Alarm]:
    """An alarm for each warning that is wanted."""
    alarms = {}
    for name in PROBLEMS:
        seconds: float | None = getattr(config, f"{SHARED.get(name, name)}_s")
        if seconds is not None:
            alarms[name] = Alarm(seconds, 0.0 if name in AT_ONCE else USUAL_CLEAR_S)
    return alarms
