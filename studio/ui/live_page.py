"""The page a show is run from: all that is needed while on air, in sight and on one key."""

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from studio.commands import (
    HideOverlay,
    ListDevices,
    RetryDestination,
    SetSound,
    ShowCard,
    ShowOverlay,
    TypeOrder,
    TypeViewers,
    UndoOrder,
    UndoViewers,
)
from studio.config import SoundConfig
from studio.errors import Problem
from studio.events import AudioLevel, HealthSampled
from studio.i18n import _
from studio.output_states import OutputState
from studio.paths import Home
from studio.presets import CUSTOM, recognised
from studio.ui import theme
from studio.ui.added_panel import BUTTON_PX, AddedPanel
from studio.ui.banner import Banner
from studio.ui.cards_panel import CARD_KEYS, ORDER_KEYS, ROOMY_CARDS, CardsPanel
from studio.ui.desk import Desk
from studio.ui.destinations_panel import DestinationsPanel
from studio.ui.first_steps import FirstSteps
from studio.ui.icons import icon, picture
from studio.ui.level_meter import LevelMeter
from studio.ui.look_panel import LookDialog
from studio.ui.mute_button import MUTE_KEY, MusicControls, MuteButton, muted_words
from studio.ui.new_address_dialog import NewAddressDialog
from studio.ui.preview_view import PreviewView
from studio.ui.price_questions import PriceDialog, questions_of
from studio.ui.process_bridge import AccountsBridge
from studio.ui.push_form import GIVES_ADDRESSES, kept_choice
from studio.ui.question import make_large
from studio.ui.run_hands import RunHands
from studio.ui.run_words import in_run_order
from studio.ui.show_state import Phase, ShowState
from studio.ui.source_chooser import SourceChooser
from studio.ui.start_question import StartQuestion, start
from studio.ui.tone import WarningTone
from studio.ui.top_bar import TopBar
from studio.ui.words import Told, health_numbers, health_words, report_lines, silence_words

CLOCK_MS = 250
WARM_UP_S = 4.0  # a computer that has just begun is late once or twice
LOSSES_SEEN_S = 10  # a loss stays in the sentence that long


class HealthLine(QWidget):
    """One sentence on how the show goes, and the numbers behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: deque[HealthSampled] = deque(maxlen=LOSSES_SEEN_S)
        self._mark, self.sentence, self.numbers = QLabel(), QLabel(wordWrap=True), QLabel()
        self.sentence.setFont(theme.text_font(12, bold=True))
        self.numbers.setFont(theme.text_font(10.5))
        self.numbers.setProperty("faint", True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.sentence)
        words.addWidget(self.numbers)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.addWidget(self._mark)
        layout.addLayout(words, 1)

    def show_sample(
        self, sample: HealthSampled | None, fps: float | None, silent_s: float, eased: tuple[Problem, ...] = ()
    ) -> None:
        """None: no show is running. What an engine said that is silent since is not worth repeating."""
        if sample is None:
            self._samples.clear()
        elif sample.on_air_s < WARM_UP_S:
            self._samples.clear()
            self._samples.append(sample)
        elif not self._samples or self._samples[-1] is not sample:
            self._samples.append(sample)
        self.setVisible(sample is not None)
        if sample is not None and silent_s:
            self._tell(Told("warn", theme.AMBER, silence_words(silent_s)), "")
        elif sample is not None:
            self._tell(health_words(sample, self._samples[0], fps, eased), health_numbers(sample))

    def _tell(self, told: Told, numbers: str) -> None:
        self._mark.setPixmap(picture(told.drawing, 26, told.colour))
        self.sentence.setText(told.text)
        self.sentence.setStyleSheet(f"color: {told.colour}")
        self.numbers.setText(numbers)


class LivePage(QWidget):
    """Follows the desk's state; every control becomes one command."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._accounts = AccountsBridge(Home(desk.recordings.parent), self)
        desk.closing.connect(self._accounts.close)
        self._air_since_ns: int | None = None
        self.bar, self.banner = TopBar(), Banner()
        self.preview, self.meter, self.mute = PreviewView(), LevelMeter(), MuteButton()
        self.sources = SourceChooser()
        self.music = MusicControls()
        self.destinations, self.cards, self.health = DestinationsPanel(), CardsPanel(), HealthLine()
        self.added, self.first = AddedPanel(), FirstSteps(desk)
        self.look_button = QPushButton(icon("look"), " " + _("Place"))
        self.look_button.setMinimumHeight(BUTTON_PX)
        self.look_button.setToolTip(_("Where the cards lie"))
        self.look_button.setAccessibleName(_("Where the cards lie"))
        self.look_dialog: LookDialog | None = None
        self.hands = RunHands(desk, self)
        self.price_dialog: PriceDialog | None = None
        self._tone = WarningTone()
        self.stop_dialog: QMessageBox | None = None
        self.address_dialog: NewAddressDialog | None = None
        self.start_question: StartQuestion | None = None
        self._lay_out()
        self._connect()
        self._bind_keys()
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._show_time)
        self._clock.start()
        self.show_state(desk.state)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.banner)
        left.addWidget(self.preview, 1)
        left.addWidget(self.sources)
        voice = QHBoxLayout()
        voice.addWidget(self.meter, 1)
        voice.addWidget(self.music)
        voice.addWidget(self.mute)
        left.addLayout(voice)
        for widget in (self.health, self.destinations):
            left.addWidget(widget)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addLayout(left, 10)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.hands.strip)
        right.addWidget(self.hands.changed_bar)
        right.addWidget(self.first, 1)
        right.addWidget(self.cards, 1)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.added, 1)
        below.addWidget(self.look_button)
        below.addWidget(self.hands.buttons)
        right.addLayout(below)
        middle.addLayout(right, 9)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addLayout(middle, 1)

    def _connect(self) -> None:
        desk = self._desk
        desk.changed.connect(self.show_state)
        desk.plan_changed.connect(lambda _show: self.show_state(desk.state))
        desk.level.connect(self._show_level)
        self.bar.start_asked.connect(self._start)
        self.bar.stop_held.connect(desk.stop)
        self.bar.stop_asked.connect(self.ask_to_stop)
        self.bar.viewers_typed.connect(lambda count, about: desk.send(TypeViewers(count, about)))
        self.bar.viewers_undone.connect(lambda: desk.send(UndoViewers()))
        self.banner.read.connect(desk.dismiss)
        self.preview.watched.connect(desk.watch_preview)
        self.destinations.retry.connect(lambda name: desk.send(RetryDestination(name)))
        self.destinations.new_address.connect(self.ask_for_address)
        self.mute.clicked.connect(desk.turn_voice)
        self.sources.asked.connect(lambda: desk.send(ListDevices()))
        self.sources.source_chosen.connect(desk.take_picture_from)
        self.sources.audio_chosen.connect(desk.take_sound_from)
        self.music.wanted.connect(self._change_sound)
        self.cards.chosen.connect(self._choose)
        self.cards.ordered.connect(self._order)
        self.cards.undone.connect(self._undo)
        self.cards.next_asked.connect(self.hands.next)
        self.look_button.clicked.connect(self.ask_look)
        self.added.shown.connect(lambda added: desk.send(ShowOverlay(added)))
        self.added.hidden.connect(lambda slot: desk.send(HideOverlay(slot)))
        self.cards.hide_asked.connect(self.hands.hide)

    def _bind_keys(self) -> None:
        """Keys act only while this page is shown, and never while a number is typed."""
        self.hands.bind_keys()
        keys = [("V", self.bar.box.setFocus), (MUTE_KEY, self._desk.turn_voice), ("Ctrl+Z", self.hands.undo_change)]
        keys.append(("Shift+V", self.bar.undo.click))  # where the button is not shown there is nothing to take back
        for index, key in enumerate(CARD_KEYS):
            keys.append((key, partial(self._at, index, self._choose)))
        for index, key in enumerate(ORDER_KEYS):
            keys.append((key, partial(self._at, index, self._order)))
            keys.append((f"Shift+{key}", partial(self._at, index, self._undo)))
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    @Slot(object)
    def show_state(self, state: ShowState) -> None:
        self.bar.show_state(state, self._desk.show.rehearsal)
        self.banner.show_problems(state.problems)
        self._tone.follow(state.problems, self._desk.show.watch.tone, self._desk.show.watch.tone_to)
        cards = in_run_order(state.cards, self._desk.run)
        self.cards.roomy_cards = ROOMY_CARDS - 2 * bool(self._desk.run.steps)
        self.cards.show_cards(cards, state.card_sku, dict(state.orders), state.running)
        self.first.show_state(state)
        self.cards.setVisible(not self.first.isVisibleTo(self))
        self.hands.strip.setVisible(bool(self._desk.run.steps))
        shown = next((card for card in state.cards if card.sku == state.card_sku), next(iter(state.cards), None))
        self.added.show_added(state.added, shown, state.running)
        self.destinations.show_outputs(state.outputs, state.running, state.rehearsal)
        self.sources.show_state(state, self._desk.show)
        self.destinations.show_time(self._desk.clock.now_ns())
        self.health.show_sample(state.health, _fps_to_expect(self._desk), state.silent_s, state.eased)
        self.preview.open(None if _preview_hidden(state) else state.preview_path)
        self.preview.tell(*preview_words(state))
        self.music.show_sound(state.sound, running=state.running, elsewhere=state.sound_elsewhere)
        self.mute.show_muted(running=state.running, muted=state.muted, elsewhere=state.sound_elsewhere[0])
        muted = state.running and state.muted
        self.preview.tell_muted(muted_words(state.sound_elsewhere[0]) if muted else "")
        self.meter.show_muted(state.running and state.muted)
        if not state.running:
            self.meter.show_level(None)
            if self.stop_dialog is not None:
                self.stop_dialog.reject()
        self._follow_time(state)

    def _follow_time(self, state: ShowState) -> None:
        """Time on air runs on the monotonic clock; the engine's second sets it right."""
        if not state.running or state.started_at is None:
            self._air_since_ns = None
        elif self._air_since_ns is None or state.health is not None:
            gone_s = (self._desk.clock.utc() - state.started_at).total_seconds()
            seconds = state.health.on_air_s if state.health is not None else gone_s
            since_ns = self._desk.clock.now_ns() - int(seconds * 1e9)
            if self._air_since_ns is None or abs(since_ns - self._air_since_ns) > 1_500_000_000:
                self._air_since_ns = since_ns
        self._show_time()

    @Slot()
    def _show_time(self) -> None:
        since_ns = self._air_since_ns
        self.destinations.show_time(self._desk.clock.now_ns())
        self.hands.show_time()
        self.bar.show_time(None if since_ns is None else (self._desk.clock.now_ns() - since_ns) / 1e9)

    @Slot(object)
    def _show_level(self, level: AudioLevel) -> None:
        state = self._desk.state
        if state.running:
            self.meter.show_level(level.voice_peak_dbfs if state.muted else level.peak_dbfs, level.loudness_lufs)

    @Slot()
    def ask_look(self) -> None:
        """Small pictures of the card in its places; pressing one moves it."""
        desk, state = self._desk, self._desk.state
        card = next((one for one in state.cards if one.sku == state.card_sku), next(iter(state.cards), None))
        dialog = self.look_dialog = LookDialog(card, desk.show.canvas, desk.show.card_look, self)
        dialog.chosen.connect(desk.choose_look)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(bool)
    def _start(self, rehearsal: bool) -> None:
        if rehearsal or self._desk.show.rehearsal or not questions_of(self._desk.state, self._desk):
            self.start_question = start(self._desk, rehearsal, self)
            return
        dialog = self.price_dialog = PriceDialog(self._desk, self)
        dialog.accepted.connect(self._prices_settled)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _prices_settled(self) -> None:
        self.start_question = start(self._desk, rehearsal=False, parent=self)

    @Slot(str)
    def ask_for_address(self, name: str) -> None:
        """A destination is to be sent to at another address; nothing waits for the answer."""
        to = next((one for one in self._desk.show.destinations if one.name == name), None)
        asks = to is not None and to.preset.platform == GIVES_ADDRESSES and kept_choice(self._accounts.home).exists()
        preset = CUSTOM if to is None else recognised(to.url.reveal()) or to.preset
        dialog = self.address_dialog = NewAddressDialog(name, preset, self._accounts if asks else None, self)
        dialog.given.connect(self._desk.send_to)
        self._desk.changed.connect(dialog.follow)
        dialog.follow(self._desk.state)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def ask_to_stop(self) -> None:
        """A short press or a key only asks; what a second stray key answers is "go on"."""
        if self.stop_dialog is not None or self._desk.state.phase is not Phase.ON_AIR:
            return
        box = QMessageBox(self)
        box.setWindowTitle(_("End the show?"))
        practice = self._desk.state.rehearsal
        box.setText(_("Really end the rehearsal?") if practice else _("Really end the show? Viewers will leave."))
        stay = box.addButton(_("Go on with the show"), QMessageBox.ButtonRole.RejectRole)
        words = _("End the rehearsal") if practice else _("End the show")
        end = box.addButton(words, QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        make_large(box)
        self.stop_dialog = box

        def answered() -> None:
            self.stop_dialog = None
            if box.clickedButton() is end:
                self._desk.stop()
            box.deleteLater()

        box.finished.connect(answered)
        box.open()

    def _at(self, index: int, act: Callable[[str], None]) -> None:
        sku = self.cards.sku_at(index)
        if sku is not None:
            act(sku)

    def _choose(self, sku: str | None) -> None:
        if self._desk.state.running:
            self._desk.send(ShowCard(sku))

    def _change_sound(self, sound: SoundConfig) -> None:
        if self._desk.state.running:
            self._desk.send(SetSound(sound))

    def _order(self, sku: str) -> None:
        if self._desk.state.running:
            self._desk.send(TypeOrder(sku))

    def _undo(self, sku: str) -> None:
        if self._desk.state.running and self._desk.state.pieces(sku):
            self._desk.send(UndoOrder(sku))


def _fps_to_expect(desk: Desk) -> float | None:
    """Nothing is said of the pace before it has settled."""
    health = desk.state.health
    return desk.show.canvas.fps if health is not None and health.on_air_s >= WARM_UP_S else None


def _preview_hidden(state: ShowState) -> bool:
    """Whether the engine makes no preview, to have more time for the show."""
    return any(step.code == "slow.preview" for step in state.eased)


def preview_words(state: ShowState) -> tuple[str, str, str, list[str]]:
    """The word in the preview's corner with its colour, and what stands there without a picture."""
    if state.phase is Phase.NO_ENGINE:
        return "", theme.BLUE, _("Starting…"), [_("A moment, please.")]
    if state.phase is Phase.GOING_ON_AIR:
        return _("Preview"), theme.BLUE, _("Going on air…"), []
    if state.running:
        word, colour = _audience_words(state)
        if _preview_hidden(state):
            hidden = _("The preview is hidden so that the show runs smoothly")
            return word, theme.AMBER, hidden, [_("It comes back by itself.")]
        return word, colour, _("Waiting for the picture…"), []
    if state.report is not None:
        pieces = sum(count for _sku, count in state.orders)
        return _("Preview"), theme.FAINT, *report_lines(state.report, pieces, state.rehearsed)
    begin = _("Press the green button to begin.") if state.cards else _("Begin with the steps on the right.")
    return _("Preview: nobody sees it"), theme.FAINT, _("Not on air"), [begin]


def _audience_words(state: ShowState) -> tuple[str, str]:
    """Who sees the running show, and the colour of that."""
    if state.rehearsal:
        return _("Rehearsal: nobody sees it"), theme.VIOLET
    if not state.outputs:
        return _("Only recorded: nobody sees it"), theme.AMBER
    if all(output.state is not OutputState.LIVE for output in state.outputs):
        return _("Nobody sees it now"), theme.AMBER
    if state.sound_elsewhere[1]:  # virtual cameras only: whether anybody looks at that program is not known here
        return _("This goes to the platform's own program"), theme.RED
    return _("Viewers see the show") if _preview_hidden(state) else _("This is what viewers see"), theme.RED
