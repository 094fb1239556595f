"""A form made from the fields of a frozen dataclass, and read back into a new one.

A field takes part if its metadata has a `label`. Further metadata: `low`, `high` (numbers), `words`
(enum member -> source string), `drawings` (enum member -> icon), `suggest` (the name under which `suggestions` knows
a list), `file` (True: a button opens the file dialog), `opens` (True: another one shows the file), `lines` (True: a
text of several lines), `section` (a heading above the field), `none` (what None is called), `hint` (an example, seen
while nothing is typed), `when` (name of an enum field, the members for which it matters).
Types: int, float, str, bool, StrEnum, and int, float, str that may also be None.
"""

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.i18n import N_, _
from studio.paths import file_there
from studio.ui.icons import icon
from studio.ui.theme import TARGET_PX, text_font

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)
else:
    T = TypeVar("T")

INT_LIMIT = 2_000_000_000
LINES_PX = 104
DRAWING_PX = 22


class FieldEditor(QWidget):
    """Edits one field; `value` reads what is shown now."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout()
        self.wrong = QLabel(wordWrap=True)
        self.wrong.setObjectName("wrong")
        self.wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._row)
        column.addWidget(self.wrong)
        self._read: Callable[[], object] = lambda: None
        self._write: Callable[[Any], None] = lambda _value: None

    def hold(self, widget: QWidget, read: Callable[[], object], write: Callable[[Any], None]) -> None:
        """Fills this editor with the widget that shows the value."""
        widget.setMinimumHeight(max(TARGET_PX, widget.minimumHeight()))
        self._row.insertWidget(0, widget, 1)
        self.setFocusProxy(widget)
        self._read, self._write = read, write

    def add(self, widget: QWidget) -> None:
        self._row.addWidget(widget)

    def value(self) -> Any:
        return self._read()

    def show_value(self, value: object) -> None:
        self._write(value)

    def tell_wrong(self, sentence: str) -> None:
        """What will not do, right below the box; empty takes it away."""
        self.wrong.setText(f"⚠ {sentence}" if sentence else "")
        self.wrong.setVisible(bool(sentence))


class Form(QWidget, Generic[T]):
    """Shows one `T`; `value` is a new one with what was typed."""

    edited = Signal()

    def __init__(self, value: T, suggestions: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__()
        self._value = value
        self._suggestions = dict(suggestions or {})
        self.editors: dict[str, FieldEditor] = {}
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setVerticalSpacing(8)
        self._layout.setHorizontalSpacing(16)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        hints = typing.get_type_hints(type(value))
        self._fields = [part for part in fields(value) if "label" in part.metadata]
        for part in self._fields:
            editor = self._editor(part, hints[part.name])
            editor.edited.connect(self._changed)
            self.editors[part.name] = editor
            if "section" in part.metadata:
                self._layout.addRow(_section(part.metadata["section"], first=self._layout.rowCount() == 0))
            label: str = part.metadata["label"]
            name = QLabel(_(label))
            name.setFixedHeight(TARGET_PX)
            name.setBuddy(editor)
            self._layout.addRow(name, editor)
        self.show_value(value)

    def value(self) -> T:
        """A new `T`; raises what its own checks raise."""
        return replace(self._value, **{name: editor.value() for name, editor in self.editors.items()})

    def show_value(self, value: T) -> None:
        self._value = value
        for name, editor in self.editors.items():
            editor.show_value(getattr(value, name))
        self._show_rows()

    def fill(self, name: str, value: object) -> None:
        """Fills in one box, as if somebody had typed it."""
        self.editors[name].show_value(value)

    def tell_wrong(self, wrong: Mapping[str, str]) -> None:
        """Sentences below the boxes they are about, by field; all others are taken away."""
        for name, editor in self.editors.items():
            editor.tell_wrong(wrong.get(name, ""))

    def suggest(self, name: str, texts: Sequence[str]) -> None:
        """Another list for the fields that take their suggestions from `name`; what is typed stays."""
        self._suggestions[name] = texts
        for part in self._fields:
            if part.metadata.get("suggest") == name:
                for box in self.editors[part.name].findChildren(QComboBox):
                    typed = box.currentText()
                    box.clear()
                    box.addItems(list(texts))
                    box.setCurrentText(typed)

    def _changed(self) -> None:
        self._show_rows()
        self.edited.emit()

    def _show_rows(self) -> None:
        for part in self._fields:
            name, members = part.metadata.get("when", ("", ()))
            if name:
                self._layout.setRowVisible(self.editors[part.name], self.editors[name].value() in members)

    def _editor(self, part: "Field[Any]", hint: object) -> FieldEditor:
        kind, optional = _plain(hint)
        editor = FieldEditor()
        if kind is bool:
            _hold_bool(editor)
        elif kind is int:
            _hold_int(editor, part, optional)
        elif kind is float:
            _hold_float(editor, part, optional)
        elif kind is str:
            _hold_text(editor, part, optional, self._suggestions)
        elif isinstance(kind, type) and issubclass(kind, StrEnum):
            _hold_enum(editor, part, kind)
        else:
            raise TypeError(f"no editor for {part.name}: {hint}")
        return editor


def _plain(hint: object) -> tuple[object, bool]:
    """The type without its None, and whether None is allowed."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        if len(members) == 1:
            return members[0], True
    return hint, False


def _hold_bool(editor: FieldEditor) -> None:
    box = QCheckBox()
    box.toggled.connect(lambda _on: editor.edited.emit())
    editor.hold(box, box.isChecked, box.setChecked)


def _hold_int(editor: FieldEditor, part: "Field[Any]", optional: bool) -> None:
    """None is the lowest position, shown as a word."""
    box = QSpinBox()
    box.lineEdit().setTextMargins(10, 0, 0, 0)  # the style sheet does not reach it
    low = int(part.metadata.get("low", -INT_LIMIT))
    box.setRange(low - 1 if optional else low, int(part.metadata.get("high", INT_LIMIT)))
    none: str = part.metadata.get("none", N_("none"))
    box.setSpecialValueText(_(none) if optional else "")
    box.valueChanged.connect(lambda _value: editor.edited.emit())
    editor.hold(
        box,
        lambda: None if optional and box.value() < low else box.value(),
        lambda value: box.setValue(low - 1 if value is None else value),
    )


def _hold_float(editor: FieldEditor, part: "Field[Any]", optional: bool) -> None:
    box = QDoubleSpinBox()
    box.lineEdit().setTextMargins(10, 0, 0, 0)
    low = float(part.metadata.get("low", -1e9))
    box.setDecimals(1)
    box.setRange(low - 1 if optional else low, float(part.metadata.get("high", 1e9)))
    none: str = part.metadata.get("none", N_("none"))
    box.setSpecialValueText(_(none) if optional else "")
    box.valueChanged.connect(lambda _value: editor.edited.emit())
    editor.hold(
        box,
        lambda: None if optional and box.value() < low else box.value(),
        lambda value: box.setValue(low - 1 if value is None else value),
    )


def _hold_text(
    editor: FieldEditor, part: "Field[Any]", optional: bool, suggestions: Mapping[str, Sequence[str]]
) -> None:
    def read(text: str) -> str | None:
        return None if optional and not text else text

    hint: str = part.metadata.get("hint", "")
    if "suggest" in part.metadata:
        box = QComboBox(editable=True)
        box.addItems(list(suggestions.get(part.metadata["suggest"], ())))
        if (inside := box.lineEdit()) is not None:
            inside.setPlaceholderText(_(hint) if hint else "")
        box.currentTextChanged.connect(lambda _text: editor.edited.emit())
        editor.hold(box, lambda: read(box.currentText()), lambda value: box.setCurrentText(value or ""))
        return
    if part.metadata.get("lines"):
        box_of_lines = QPlainTextEdit(tabChangesFocus=True)
        box_of_lines.setFixedHeight(LINES_PX)
        box_of_lines.setPlaceholderText(_(hint) if hint else "")
        box_of_lines.textChanged.connect(editor.edited.emit)
        editor.hold(
            box_of_lines,
            lambda: read(box_of_lines.toPlainText()),
            lambda value: box_of_lines.setPlainText(value or ""),
        )
        return
    line = QLineEdit()
    line.setPlaceholderText(_(hint) if hint else "")
    line.textChanged.connect(lambda _text: editor.edited.emit())
    editor.hold(line, lambda: read(line.text()), lambda value: line.setText(value or ""))
    if part.metadata.get("file"):
        editor.add(_file_button(line))
    if part.metadata.get("opens"):
        editor.add(_open_button(line))


def _hold_enum(editor: FieldEditor, part: "Field[Any]", kind: type[StrEnum]) -> None:
    box = QComboBox()
    words = part.metadata.get("words", {})
    drawings = part.metadata.get("drawings", {})
    box.setIconSize(QSize(DRAWING_PX, DRAWING_PX))
    for member in kind:
        drawing = icon(drawings[member]) if member in drawings else QIcon()
        box.addItem(drawing, _(words.get(member, member.value)), member)
    box.currentIndexChanged.connect(lambda _index: editor.edited.emit())
    editor.hold(box, lambda: kind(box.currentData()), lambda value: box.setCurrentIndex(list(kind).index(kind(value))))


def _section(text: str, first: bool) -> QLabel:
    heading = QLabel(_(text))
    heading.setFont(text_font(14, bold=True))
    heading.setContentsMargins(0, 0 if first else 12, 0, 0)
    return heading


def _open_button(line: QLineEdit) -> QPushButton:
    """Shows the file in the program that opens its like."""
    button = QPushButton(_("Open"))
    line.textChanged.connect(lambda text: button.setEnabled(file_there(text) if text.strip() else False))
    button.setEnabled(False)
    button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(line.text().strip())))
    return button


def _file_button(line: QLineEdit) -> QPushButton:
    button = QPushButton(_("Choose…"))

    def choose() -> None:
        path, _kind = QFileDialog.getOpenFileName(button, _("Choose a file"), line.text())
        if path:
            line.setText(path)

    button.clicked.connect(choose)
    return button
