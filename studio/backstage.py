"""What the engine does besides the show: the go-live check, the encoders' trials, recordings becoming films.

All of it makes way for a show: what may have the camera ends, and what takes computing time waits.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio import commands as ask
from studio.clock import Clock
from studio.config import ShowConfig
from studio.encoder_memory import chosen_encoder, remember
from studio.errors import Problem
from studio.events import EncodersTried, Event, RecordingFinished
from studio.media.encoder_choice import EncoderTrials
from studio.media.finishing import Finisher
from studio.media.prover import CodeProver
from studio.paths import Home
from studio.recovery import recordings_left
from studio.reports import ShowReport
from studio.safe_areas import read_safe_areas
from studio.seen_on import SeenOn
from studio.shown_codes import ShownCodes
from studio.store.store import Store
from studio.templates import in_template

if TYPE_CHECKING:
    from studio.health.preflight.examiner import Examiner

BackstageCommand = ask.TryEncoders | ask.RunChecks | ask.AnswerHeard


class Backstage:
    """Called on the engine's thread. `emit` tells and logs, `tell` only tells; both are called on several threads."""

    def __init__(
        self,
        home: Home,
        store: Store,
        clock: Clock,
        emit: Callable[[Event], None],
        tell: Callable[[Event], None],
        prover: CodeProver,
    ) -> None:
        self._home = home
        self._store = store
        self._clock = clock
        self._emit = emit
        self._tell = tell
        self._prover = prover
        self._finisher = Finisher(self._finished)
        self.unfinished: tuple[Problem, ...] = ()  # why recordings are no films, for a window that comes later
        self._trials: EncoderTrials | None = None
        self._examiner: Examiner | None = None

    def start(self) -> None:
        """Goes on with the recordings that are no films yet."""
        self._finisher.start()
        for left in recordings_left(self._store):
            self._finisher.add(left.session_id, Path(left.path))

    def _finished(self, finished: RecordingFinished) -> None:
        if finished.problem is not None and finished.problem not in self.unfinished:
            self.unfinished = (*self.unfinished, finished.problem)
        self._emit(finished)

    def obey(self, command: BackstageCommand, on_air: bool) -> None:
        match command:
            case ask.TryEncoders(show):
                self._try_encoders(show, on_air)
            case ask.RunChecks() | ask.AnswerHeard():
                self._examine(command, on_air)

    def _try_encoders(self, show: ShowConfig, on_air: bool) -> None:
        """Begins the trials anew; beside a running show they would disturb it, and are broken off before they begin."""
        if on_air:
            self._tell(EncoderTrials(show, self._tried).broken_off())
            return
        self.leave_camera()
        self._trials = EncoderTrials(show, self._tried)
        self._trials.start()

    def _tried(self, found: EncodersTried) -> None:
        remember(self._home, found)
        self._tell(found)

    def _examine(self, command: ask.RunChecks | ask.AnswerHeard, on_air: bool) -> None:
        if self._examiner is None:
            from studio.health.preflight.examiner import Examiner  # noqa: PLC0415 - most shows are started without

            self._examiner = Examiner(self._emit, self._clock, self._home.root)
        if isinstance(command, ask.RunChecks):
            self._stop_trials()  # they may have the camera, which would then be called taken
            self._examiner.examine(command, on_air)
            if not on_air:
                self._try_codes(command.show)
        else:
            self._examiner.answer(command.heard)

    def _try_codes(self, show: ShowConfig) -> None:
        """Has the cards' codes tried for the show that is being checked: it will not have to wait for them."""
        show = replace(show, encoder=chosen_encoder(self._home, show))
        dressed = in_template(show, self._home, lambda _error: None)  # a broken template is told when the show begins
        seen_on = SeenOn(show.destinations, read_safe_areas(self._home, lambda _error: None))
        codes = ShownCodes(dressed, seen_on, self._clock, self._emit, self._prover)
        codes.try_ahead(dressed.cards)

    def make_way(self) -> None:
        """For a show, until `go_on`."""
        self.leave_camera()
        self._finisher.hold()

    def go_on(self, ended: ShowReport | None = None) -> None:
        """No show runs any more; what was recorded of the one that ended becomes a film."""
        if ended is not None:
            for part in ended.parts:
                self._finisher.add(ended.session_id, Path(part))
        self._finisher.go_on()

    def leave_camera(self) -> None:
        """Ends what may have the camera."""
        if self._examiner is not None:
            self._examiner.stop()
        self._stop_trials()

    def _stop_trials(self) -> None:
        if self._trials is not None:
            self._trials.stop()

    @property
    def finishing(self) -> bool:
        """Whether a recording is being made into an MP4."""
        return self._finisher.busy

    def stop(self) -> None:
        """May be called twice."""
        self.leave_camera()
        self._finisher.stop()
