"""The conventions of this project, checked over every file instead of remembered in reviews."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("studio", "overlays", "integrations")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SETUP = sorted((ROOT / ".setup").glob("*.py"))

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
DRAWERS = {"utils", "util", "misc", "common", "helper", "helpers", "manager", "managers"}
DAEMONS = {"studio/media/receiver.py": "it waits on stdin, which nothing can interrupt, and ends with its process"}

QT_HOMES = {
    "PySide6.QtWidgets": ("studio/ui/", "studio/app.py"),  # the composition root makes the application
    "PySide6.QtGui": ("studio/ui/", "studio/app.py", "overlays/"),
}
BARE_NAMES = {"price", "amount", "money", "timeout", "delay", "interval", "bitrate", "latency"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def written_by_hand(paths: list[Path]) -> list[Path]:
    """Without the migrations: those are history and are never edited again."""
    return [path for path in paths if "migrations/versions" not in name_of(path)]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield ast.unparse(node.func), node


def imported(tree: ast.AST) -> Iterator[str]:
    """Every imported module; names taken from a package count as modules too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


each_file = pytest.mark.parametrize("path", written_by_hand(SOURCES + TESTS + SETUP), ids=name_of)
each_source = pytest.mark.parametrize("path", written_by_hand(SOURCES), ids=name_of)
each_test = pytest.mark.parametrize("path", TESTS, ids=name_of)


@each_file
def test_a_file_is_short_enough_to_read_in_one_go(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE_LINES, f"{name_of(path)} has {lines} lines: split it"


@each_file
def test_a_function_is_short_enough_to_see_whole(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert not long, f"{name_of(path)}: {long}"


@each_file
def test_no_module_is_a_drawer_for_odds_and_ends(path: Path) -> None:
    words = {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}
    assert not words & DRAWERS, f"{name_of(path)} needs a name that says what it is"


@each_file
def test_a_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{name_of(path)} has no docstring"


@each_file
def test_a_thread_is_named_and_owned(path: Path) -> None:
    for name, call in calls(tree_of(path)):
        if name not in ("Thread", "threading.Thread"):
            continue
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert "name" in given, f"{name_of(path)}:{call.lineno}: a thread without a name"
        if name_of(path) not in DAEMONS:
            assert given.get("daemon", "False") == "False", (
                f"{name_of(path)}:{call.lineno}: nobody waits for this thread"
            )


@each_test
def test_tests_wait_for_events_and_never_sleep(path: Path) -> None:
    sleeping = [call.lineno for name, call in calls(tree_of(path)) if name in ("time.sleep", "sleep", "qtbot.wait")]
    assert not sleeping, f"{name_of(path)} sleeps in lines {sleeping}"


@each_test
def test_no_test_is_skipped(path: Path) -> None:
    names = {name for name, _ in calls(tree_of(path))}
    used = {ast.unparse(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
    forbidden = {"pytest.skip", "pytest.xfail", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    assert not (names | used) & forbidden, f"{name_of(path)} skips tests"


@each_source
def test_qt_is_drawn_with_only_where_it_lives(path: Path) -> None:
    modules = set(imported(tree_of(path)))
    for module, homes in QT_HOMES.items():
        if not name_of(path).startswith(homes):
            assert module not in modules, f"{name_of(path)} imports {module}"


@each_source
def test_a_quantity_carries_its_unit_in_its_name(path: Path) -> None:
    """`delay_s`, not `delay`; `price_fen`, not `price`: for annotated fields and parameters that are numbers."""
    bare = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, kind = node.target.id, node.annotation
        elif isinstance(node, ast.arg) and node.annotation is not None:
            name, kind = node.arg, node.annotation
        else:
            continue
        if name in BARE_NAMES and ast.unparse(kind).removesuffix(" | None") in ("int", "float"):
            bare.append(f"{name} in line {node.lineno}")
    assert not bare, f"{name_of(path)}: {bare}"


@each_source
def test_money_is_never_a_float(path: Path) -> None:
    floats = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None
        if ast.unparse(node.target if isinstance(node, ast.AnnAssign) else ast.Name(node.arg)).endswith("_fen")
        if "float" in ast.unparse(node.annotation)
    ]
    assert not floats, f"{name_of(path)}: {floats}"


def test_every_problem_that_is_raised_has_its_four_sentences() -> None:
    """A code used with `fault` or `Problem.of` is one `explain` knows."""
    from studio.errors import SENTENCES  # noqa: PLC0415 - the one test here that runs the program

    unknown = [
        f"{name_of(path)}:{call.lineno}: {ast.unparse(call.args[0])}"
        for path in SOURCES
        for name, call in calls(tree_of(path))
        if name in ("fault", "Problem.of", "errors.fault", "errors.Problem.of")
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in SENTENCES
    ]
    assert not unknown, unknown
