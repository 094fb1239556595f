"""How the window looks: colours, fonts, sizes and the one style sheet. Dark, for shows after sunset."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from studio.i18n import language
from studio.paths import asset

GROUND = "#12171c"
SURFACE = "#1b222a"
RAISED = "#27313b"
EDGE = "#3a4753"
TEXT = "#f3f5f6"
FAINT = "#b3bec8"
DIM = "#75818c"  # what cannot be used now
RED = "#e5484d"
GREEN = "#37b679"
AMBER = "#f2b632"
VIOLET = "#9d7bff"
BLUE = "#62b0ff"

LIVE_TARGET_PX = 64  # controls that are used while on air
TARGET_PX = 48  # all others

# The first that exists is used; every system has at least one of them, and all of them hold Chinese.
FAMILIES = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans",
    "DejaVu Sans",
)


def text_font(points: float = 12, bold: bool = False) -> QFont:
    """The window's font; its digits are all equally wide, so that numbers do not jitter."""
    font = QFont()
    present = set(QFontDatabase.families())
    font.setFamilies([family for family in FAMILIES if family in present] or list(FAMILIES))
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font


def apply(app: QApplication) -> None:
    """Gives the whole program its look and its reading direction."""
    app.setStyle("Fusion")
    app.setFont(text_font())
    right_to_left = QLocale(language()).textDirection() == Qt.LayoutDirection.RightToLeft
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, GROUND),
        (QPalette.ColorRole.WindowText, TEXT),
        (QPalette.ColorRole.Base, SURFACE),
        (QPalette.ColorRole.AlternateBase, RAISED),
        (QPalette.ColorRole.Text, TEXT),
        (QPalette.ColorRole.PlaceholderText, FAINT),
        (QPalette.ColorRole.Button, RAISED),
        (QPalette.ColorRole.ButtonText, TEXT),
        (QPalette.ColorRole.ToolTipBase, RAISED),
        (QPalette.ColorRole.ToolTipText, TEXT),
        (QPalette.ColorRole.Highlight, "#2f6f9f"),
        (QPalette.ColorRole.HighlightedText, TEXT),
        (QPalette.ColorRole.Link, BLUE),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setStyleSheet(SHEET)


def _drawing(name: str) -> str:
    return asset("icons", f"{name}.svg").as_posix()


SHEET = f"""
QLabel {{ background: transparent; }}
QLabel[faint="true"] {{ color: {FAINT}; }}
QLabel#wrong {{ color: {AMBER}; }}
QFrame#panel {{ background: {SURFACE}; border: 1px solid {SURFACE}; border-radius: 10px; }}
QFrame#ground {{ border: 4px solid {GROUND}; }}
QFrame#ground[rehearsal="true"] {{ border: 4px solid {VIOLET}; }}

QPushButton {{
    background: {RAISED}; color: {TEXT}; border: 1px solid {EDGE}; border-radius: 8px;
    padding: 4px 14px; min-height: {TARGET_PX - 10}px;
}}
QPushButton:hover {{ background: #313d49; }}
QPushButton:pressed {{ background: #1f2830; }}
QPushButton:focus {{ border: 2px solid {BLUE}; }}
QPushButton:disabled {{ color: {DIM}; background: #1e262e; border-color: #2a343e; }}
QPushButton[live="true"] {{ min-height: {LIVE_TARGET_PX - 10}px; }}
QPushButton[compact="true"] {{ min-height: {TARGET_PX - 4}px; }}
QPushButton[tight="true"] {{ padding: 0px; }}
QPushButton#mute[muted="true"] {{ background: #8f2327; border: 2px solid {RED}; }}
QPushButton[choice="true"]:checked {{ background: #17352a; border: 2px solid {GREEN}; font-weight: bold; }}
QPushButton[step="true"] {{ text-align: left; padding: 10px 20px; }}
QPushButton#rehearse {{ border: 2px solid {VIOLET}; }}
QPushButton#primary {{ background: #1f7a4d; border-color: {GREEN}; font-weight: bold; }}
QPushButton#primary:hover {{ background: #258d5a; }}
QPushButton#primary:disabled {{ background: #1e262e; border-color: #2a343e; }}

QToolButton#look {{
    background: {RAISED}; color: {TEXT}; border: 2px solid {EDGE}; border-radius: 10px; padding: 6px;
}}
QToolButton#look:hover {{ background: #313d49; }}
QToolButton#look:focus {{ border-color: {BLUE}; }}
QToolButton#look:checked {{ background: #17352a; border: 3px solid {GREEN}; }}
QToolButton#page {{
    background: transparent; border: none; border-radius: 0px; border-left: 4px solid transparent;
    padding: 0px; min-height: 80px; color: {FAINT};
}}
QToolButton#page:hover {{ background: {RAISED}; }}
QToolButton#page:checked {{ background: {RAISED}; color: {TEXT}; border-left: 4px solid {GREEN}; }}
QToolButton#page:focus {{ color: {BLUE}; }}
QFrame#rail {{ background: {SURFACE}; border: none; }}

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{
    background: #0e1317; color: {TEXT}; border: 1px solid {EDGE}; border-radius: 8px; padding: 4px 10px;
    min-height: {TARGET_PX - 12}px; selection-background-color: #2f6f9f;
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{
    border: 2px solid {BLUE};
}}
QPlainTextEdit {{
    background: #0e1317; color: {TEXT}; border: 1px solid {EDGE}; border-radius: 8px; padding: 2px 6px;
}}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
    border: none; padding: 0px; min-height: 0px; background: transparent; border-radius: 0px;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0px; border: none; }}
QComboBox::drop-down {{ border: none; width: 40px; }}
QComboBox::down-arrow {{ image: url({_drawing("down")}); width: 18px; height: 18px; }}
QComboBox {{ combobox-popup: 0; }} /* else the lines of its list are as low as the desktop's, whatever is said below */
QComboBox QAbstractItemView {{ background: {SURFACE}; color: {TEXT}; selection-background-color: #2f6f9f; }}
QComboBox QAbstractItemView::item {{ min-height: 40px; }}
QMenu {{ background: {RAISED}; color: {TEXT}; border: 1px solid {EDGE}; padding: 4px; }}
QMenu::item {{ padding: 11px 24px 11px 36px; border-radius: 6px; }}
QMenu::item:selected {{ background: #2f6f9f; }}
QMenu::item:disabled {{ color: {FAINT}; }}
QMenu::indicator {{ width: 18px; height: 18px; left: 10px; }}
QMenu::indicator:checked {{ image: url({_drawing("tick")}); }}
QListView {{ background: #0e1317; border: 1px solid {EDGE}; border-radius: 8px; outline: none; }}
QListView::item {{ padding: 4px 6px; border-radius: 6px; }}
QListView::item:selected {{ background: #2f6f9f; color: {TEXT}; }}
QListView:focus {{ border: 2px solid {BLUE}; }}
QTextBrowser {{ background: #0e1317; border: 1px solid {EDGE}; border-radius: 8px; padding: 6px; }}
QCheckBox {{ spacing: 10px; min-height: {TARGET_PX - 8}px; }}
QCheckBox::indicator, QListView::indicator {{
    width: 26px; height: 26px; border: 2px solid {EDGE}; border-radius: 6px; background: #0e1317;
}}
QCheckBox::indicator:focus {{ border-color: {BLUE}; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{
    background: {GREEN}; border-color: {GREEN}; image: url({_drawing("tick")});
}}

QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 14px; margin: 0px; }}
QScrollBar::handle:vertical {{ background: {EDGE}; border-radius: 6px; min-height: 48px; margin: 1px; }}
QScrollBar:horizontal {{ background: transparent; height: 14px; margin: 0px; }}
QScrollBar::handle:horizontal {{ background: {EDGE}; border-radius: 6px; min-width: 48px; margin: 1px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0px; width: 0px; }}
QTableWidget {{ background: {SURFACE}; alternate-background-color: #212a33; border-radius: 8px; }}
QTableWidget::item {{ padding: 0px 8px; }}
QHeaderView {{ background: {RAISED}; border: none; }}
QHeaderView::section {{ background: {RAISED}; color: {FAINT}; border: none; padding: 5px 8px; }}
QProgressBar {{ background: {SURFACE}; border: none; border-radius: 5px; max-height: 10px; }}
QProgressBar::chunk {{ background: {GREEN}; border-radius: 5px; }}
QListWidget {{ background: {SURFACE}; border: none; border-radius: 8px; outline: none; }}
QListWidget::item {{ padding: 6px 12px; border-radius: 6px; }}
QListWidget::item:selected {{ background: #17352a; color: {TEXT}; border-left: 4px solid {GREEN}; }}
QLabel#asked {{ background: #40300b; border: 1px solid {AMBER}; border-radius: 8px; padding: 8px 10px; }}
QStatusBar {{ background: {SURFACE}; color: {FAINT}; }}
QStatusBar QLabel {{ padding: 2px 12px; }}
QStatusBar::item {{ border: none; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {EDGE}; padding: 6px; }}

QFrame#card {{ background: {SURFACE}; border: 2px solid {SURFACE}; border-radius: 10px; }}
QFrame#card:hover {{ background: {RAISED}; border-color: {RAISED}; }}
QFrame#card:focus {{ border-color: {BLUE}; }}
QFrame#card[shown="true"] {{ background: #17352a; border-color: {GREEN}; }}
QLabel#key {{
    background: {RAISED}; color: {TEXT}; border: 1px solid {EDGE}; border-radius: 5px; padding: 1px 6px;
    font-size: 11pt;
}}
QFrame#banner {{ background: #40300b; border: 2px solid {AMBER}; border-radius: 10px; }}
QFrame#failure {{ background: #3a1a1d; border: 1px solid {RED}; border-radius: 8px; }}
QFrame#trouble {{ background: #40300b; border: 1px solid {AMBER}; border-radius: 8px; }}
QFrame#line {{ background: {RAISED}; border: none; border-radius: 8px; }}
"""
