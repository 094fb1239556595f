"""When the encoders are tried: where the person asks, where nothing is known of this computer, and after a check."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.checks import Check, Outcome
from studio.commands import Command, TryEncoders
from studio.config import AUTO, CanvasConfig, ShowConfig, SourceConfig, SourceKind
from studio.events import EncodersTried
from studio.ui.checklist import CheckDesk

FIRST_TRIAL_MS = 15_000  # with nothing on air and nothing known of this computer
CAMERAS = (SourceKind.CAMERA, SourceKind.URL)  # the second is a phone's


class TrialDesk(QObject):
    """Asks the engine for trials; lives on the window's thread. Neither a show nor a check is disturbed by one.

    `known` is what was found for a canvas, `planned` the next show, `off_air` whether the engine has no show to run.
    """

    changed = Signal()  # a trial begins or is over

    def __init__(
        self,
        known: Callable[[CanvasConfig], EncodersTried | None],
        planned: Callable[[], ShowConfig],
        off_air: Callable[[], bool],
        checks: CheckDesk,
        send: Callable[[Command], None],
    ) -> None:
        super().__init__()
        self.known = known
        self.running = False
        self.first = QTimer(self, interval=FIRST_TRIAL_MS, singleShot=True)
        self.first.timeout.connect(self.try_first)
        self._planned = planned
        self._off_air = off_air
        self._checks = checks
        self._send = send

    @property
    def able(self) -> bool:
        """Whether one can begin now."""
        return self._off_air() and not self.running and not self._checks.list.busy

    def try_now(self, show: ShowConfig) -> None:
        """Lets each encoder compress the picture of `show`; the next shows use the best."""
        if self.able:
            self.running = True
            self._send(TryEncoders(replace(show, destinations=(), cards=())))
            self.changed.emit()

    @Slot()
    def try_first(self) -> None:
        """On a sample film: no camera goes on by itself. While a check is made it is put off."""
        show = self._planned()
        if self._checks.list.busy:
            self.first.start()
        elif show.encoder.preset == AUTO and self.known(show.canvas) is None:
            self.try_now(replace(show, source=SourceConfig(SourceKind.PATTERN)))

    def follow_air(self, off_air: bool) -> None:
        """The engine has no show to run from now on, or has one."""
        if off_air:
            self.first.start()
        else:
            self.first.stop()

    def check_ended(self) -> None:
        """What was tried without the camera, or was broken off by the check, is tried again.

        With the camera, if the check has just had it, with the person there; else in a while and without it.
        """
        show = self._planned()
        if self._checks.list.busy or show.encoder.preset != AUTO:
            return
        found = self.known(show.canvas)
        result = self._checks.list.result(Check.CAMERA)
        seen = result is not None and result.outcome is Outcome.GOOD and show.source.kind in CAMERAS
        if seen and (found is None or found.pictures == SourceKind.CLIP):
            self.try_now(show)
        elif found is None and self._off_air():
            self.first.start()

    def ended(self) -> None:
        """A trial is over, or the engine that made it."""
        self.running = False
        self.changed.emit()
