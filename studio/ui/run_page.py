"""The page of the run: what comes when is put in order before the show, and followed and changed during it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QPixmap, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.commands import ShowStep
from studio.errors import Problem, StudioError, explain
from studio.i18n import _, ngettext
from studio.run import MOST_STEPS, RunOfShow, changed, moved, with_product, with_step, without
from studio.run_file import read_run, write_run
from studio.ui import theme
from studio.ui.cards_panel import thumbnail
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.price_questions import PriceQuestions
from studio.ui.product_picker import ProductPicker
from studio.ui.prompter import CLOCK_MS
from studio.ui.run_hands import RunHands
from studio.ui.run_words import run_words, step_words
from studio.ui.show_state import ShowState
from studio.ui.step_editor import StepEditor
from studio.ui.step_list import PICTURE_PX, Row, StepList
from studio.ui.words import yuan

UNDO_STEPS = 50


class RunPage(QWidget):
    """Edits the run of the next show, or that of the running one; every change is kept at once and can be undone."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._before: list[RunOfShow] = []
        self._pictures: dict[str, QPixmap] = {}
        self.picker: ProductPicker | None = None
        self.hands = RunHands(desk, self)
        self.strip = self.hands.strip
        self.total, self.told = QLabel(), QLabel(wordWrap=True)
        self.list, self.editor = StepList(), StepEditor()
        self.questions = PriceQuestions(desk)
        self.empty = QLabel(_("Put the products in their order here; on the air one key goes from each to the next."))
        self.all_button = QPushButton(icon("add"), "")
        self.buttons = {
            name: QPushButton(icon(drawing), f" {text}")
            for name, drawing, text in (
                ("add", "add", _("Add products")),
                ("double", "again", _("Once more")),
                ("remove", "remove", _("Take out")),
                ("undo", "undo", _("Undo")),
                ("open", "import", _("Import…")),
                ("save", "export", _("Export…")),
                ("previous", "previous", _("Previous  B")),
                ("next", "next", _("Next  N")),
            )
        }
        self.moves_on, self.repeats = QComboBox(), QComboBox()
        self._lay_out()
        self._connect()
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._show_time)
        self.show_state(desk.state)

    def _lay_out(self) -> None:
        self.total.setFont(theme.text_font(16, bold=True))
        self.empty.setWordWrap(True)
        self.empty.setFont(theme.text_font(15))
        self.all_button.setObjectName("primary")
        self.all_button.setMinimumHeight(theme.LIVE_TARGET_PX)
        self.all_button.setFont(theme.text_font(14, bold=True))
        for box, texts in (
            (self.moves_on, (_("Only shows when the time is over"), _("Goes on by itself"))),
            (self.repeats, (_("Ends with the last"), _("Begins again after the last"))),
        ):
            box.addItems(list(texts))
        head, files, changes, ways = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.total, 1)
        for row, names in ((head, ("open", "save")), (changes, ("add", "double", "remove", "undo"))):
            for name in names:
                row.addWidget(self.buttons[name], 0 if row is head else 1)
        ways.addWidget(self.moves_on, 1)
        ways.addWidget(self.repeats, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        for part in (head, self.empty, self.all_button, self.list, self.told, changes, ways, files):
            if isinstance(part, QWidget):
                left.addWidget(part, 1 if part is self.list else 0)
            else:
                left.addLayout(part)
        go = QHBoxLayout()
        for name in ("previous", "next"):
            self.buttons[name].setProperty("live", True)
            self.buttons[name].setFont(theme.text_font(14, bold=True))
            go.addWidget(self.buttons[name], 1)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.strip)
        right.addWidget(self.hands.changed_bar)
        right.addLayout(go)
        right.addWidget(self.hands.buttons)
        right.addWidget(self.questions)
        right.addWidget(self.editor, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(20)
        layout.addLayout(left, 11)
        layout.addLayout(right, 10)

    def _connect(self) -> None:
        desk = self._desk
        desk.changed.connect(self._follow)
        desk.plan_changed.connect(self._follow)
        desk.products_listed.connect(self._follow)
        acts: dict[str, Callable[[], object]] = {
            "add": self.pick,
            "double": self.double,
            "remove": lambda: self.remove(self.list.chosen),
            "undo": self.undo,
            "open": self._ask_file,
            "save": self._ask_name,
            "previous": self.hands.back,
            "next": self.hands.next,
        }
        for name, act in acts.items():
            self.buttons[name].clicked.connect(lambda _checked=False, act=act: act())
        self.all_button.clicked.connect(self.take_all)
        self.list.dropped.connect(lambda step_id, place: self._become(moved(self.run, step_id, place)))
        self.list.removed.connect(self.remove)
        self.list.asked.connect(lambda step_id: self.hands.send(ShowStep(step_id)))
        self.list.picked.connect(lambda _step_id: self._show_chosen())
        self.editor.changed.connect(lambda step: self._become(changed(self.run, step), undoable=False))
        self.moves_on.activated.connect(lambda place: self._become(replace(self.run, moves_on=place == 1)))
        self.repeats.activated.connect(lambda place: self._become(replace(self.run, repeats=place == 1)))
        self.hands.bind_keys()
        undo = QShortcut(QKeySequence("Ctrl+Z"), self)
        undo.activated.connect(self.undo)

    @property
    def run(self) -> RunOfShow:
        return self._desk.run

    @Slot(object)
    def _follow(self, _event: object) -> None:
        if self.isVisible():
            self.show_state(self._desk.state)

    def show_state(self, state: ShowState) -> None:
        run, cards = self.run, {card.sku: card for card in state.cards}
        names = {product.sku: product.name for product in self._desk.products}
        doubtful = {one.sku for one in state.differences}
        rows = []
        for step in run.steps:
            card = cards.get(step.sku)
            name = names.get(step.sku) or (card.name if card is not None else "")
            gone = card is None and not name
            money = yuan(card.price_fen) if card is not None else ""
            rows.append(
                Row(
                    step,
                    name or step.sku,
                    _("not in the shop any more") if gone else step_words(step),
                    money,
                    step.sku in doubtful,
                    gone,
                )
            )
            if card is not None and step.sku not in self._pictures:
                self._pictures[step.sku] = thumbnail(card, PICTURE_PX)
        on = state.step.step.id if state.step is not None and state.step.step is not None else None
        self.list.show_rows(rows, self._pictures, on if state.running else None)
        self.total.setText(run_words(run) if run.steps else _("The run of the show"))
        self._show_empty(not run.steps)
        self.moves_on.setCurrentIndex(int(run.moves_on))
        self.repeats.setCurrentIndex(int(run.repeats))
        for name, usable in (
            ("double", bool(run.steps)),
            ("remove", bool(run.steps)),
            ("save", bool(run.steps)),
            ("undo", bool(self._before)),
        ):
            self.buttons[name].setEnabled(usable)
        for part in (self.strip, self.buttons["previous"], self.buttons["next"], self.hands.buttons):
            part.setVisible(state.running)
        self._show_chosen()
        self._show_time()

    def _show_empty(self, empty: bool) -> None:
        count = len(self._desk.products)
        text = ngettext("Put all {count} product in", "Put all {count} products in", count).format(count=count)
        self.all_button.setText(" " + (text if count else _("First add products to your shop")))
        self.empty.setVisible(empty)
        self.all_button.setVisible(empty and count <= MOST_STEPS)
        self.editor.setVisible(not empty)

    def _show_chosen(self) -> None:
        step = self.run.step(self.list.chosen)
        card = next((card for card in self._desk.state.cards if step is not None and card.sku == step.sku), None)
        said = self._desk.selling_points.get(step.sku, "") if step is not None else ""
        self.editor.show_step(step, card, said)

    @Slot()
    def _show_time(self) -> None:
        if self._desk.state.running and self.isVisible():
            self.hands.show_time()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_state(self._desk.state)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self.editor.take_words()

    def _become(self, run: RunOfShow, undoable: bool = True) -> None:
        """Another run; what it was is kept for undo where a press could have been a mistake."""
        if run == self.run:
            return
        if undoable:
            self._before = [*self._before[-UNDO_STEPS + 1 :], self.run]
        self.told.clear()
        self._desk.plan_run(run)
        self.show_state(self._desk.state)

    @Slot()
    def undo(self) -> None:
        """What was changed on the picture a moment ago, else the run as it was before."""
        if not self.hands.undo_change() and self._before:
            self._desk.plan_run(self._before.pop())
            self.show_state(self._desk.state)

    @Slot()
    def pick(self) -> None:
        """Opens the list of the shop; what is ticked comes behind the step that is chosen."""
        if not self._desk.products:
            self._desk.products_wanted.emit()
            return
        picker = self.picker = ProductPicker(self._desk.products, {step.sku for step in self.run.steps}, self)
        picker.picked.connect(self.add)
        picker.finished.connect(self._picked)
        picker.open()

    @Slot()
    def _picked(self) -> None:
        if self.picker is not None:
            self.picker.deleteLater()
            self.picker = None

    def add(self, skus: list[str]) -> None:
        """One step for each product, behind the one that is chosen."""
        run, after = self.run, self.list.chosen
        problem = None
        try:
            for sku in skus:
                run = with_product(run, sku, after=after)
                after = max(step.id for step in run.steps)
        except StudioError as error:
            problem = error.problem
        self._become(run)
        self.list.choose(after)
        if problem is not None:
            self._explain(problem)

    @Slot()
    def take_all(self) -> None:
        """All of the shop; where it is empty, the page on which products are made."""
        if self._desk.products:
            self.add([product.sku for product in self._desk.products])
            self.list.choose(self.run.steps[0].id)
        else:
            self._desk.products_wanted.emit()

    def double(self) -> None:
        """The chosen step once more, behind itself."""
        step = self.run.step(self.list.chosen)
        if step is not None:
            self._become(with_step(self.run, step, after=step.id))

    def remove(self, step_id: int | None) -> None:
        """Takes a step out at once: undo brings it back."""
        if step_id is not None:
            self._become(without(self.run, step_id))

    def _ask_file(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Import a run"), "", "CSV, XLSX (*.csv *.xlsx)")
        if path:
            self.read(Path(path))

    def read(self, path: Path) -> None:
        """Takes over a run from a table; rows that will not do are told."""
        try:
            run, rejected = read_run(path, {product.sku for product in self._desk.products}, self.run)
        except StudioError as error:
            self._explain(error.problem)
            return
        self._become(run)
        lines = [_("Line {line} was left out: {reason}").format(line=row.line, reason=row.reason) for row in rejected]
        self.told.setText("\n".join(f"⚠ {line}" for line in lines[:4]))

    def _ask_name(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, _("Export the run"), _("run") + ".csv", "CSV (*.csv)")
        if path:
            self.write(Path(path))

    def write(self, path: Path) -> None:
        try:
            write_run(path.with_suffix(".csv"), self.run)
        except StudioError as error:
            self._explain(error.problem)
        else:
            self.told.setText(_("It is saved."))

    def _explain(self, problem: Problem) -> None:
        self.told.setText(f"⚠ {explain(problem).what}")
