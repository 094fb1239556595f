"""The conventions of this project, checked over every file instead of remembered in reviews."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from studio.sentences import SENTENCES

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for package in ("studio", "overlays", "integrations") for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
OTHERS = sorted((ROOT / ".setup").glob("*.py"))

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
DRAWERS = {"utils", "util", "misc", "common", "helper", "helpers", "manager", "managers"}
BARE_NAMES = {"price", "amount", "money", "timeout", "delay", "interval", "bitrate", "latency"}
DAEMONS = {
    "studio/media/receiver.py": "it waits on stdin, which nothing can interrupt, and ends with its process",
    "studio/worker.py": "one that says so may wait inside a driver, which nothing can interrupt",
    "studio/media/knocking.py": "a call or a name server may never answer; it ends with the relay's process",
}
QT_HOMES = {
    "PySide6.QtWidgets": ("studio/ui/", "studio/app.py"),  # the composition root makes the application
    "PySide6.QtGui": ("studio/ui/", "studio/app.py", "overlays/"),
}

Check = Callable[[str, ast.Module], Iterator[str]]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All of them: each convention goes through every file."""
    return tuple(ast.walk(tree))


def broken(paths: list[Path], check: Check) -> list[str]:
    """What `check` finds in the files, each with the file's name. Migrations are history: nobody edits them again."""
    found = []
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        if "migrations/versions" not in name:
            found += [f"{name}: {complaint}" for complaint in check(name, tree_of(path))]
    return found


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    for node in nodes_of(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield ast.unparse(node.func), node


def imported(tree: ast.AST) -> Iterator[str]:
    """Every imported module; names taken from a package count as modules too."""
    for node in nodes_of(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def annotated(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Name, type and line of every annotated field, variable and parameter."""
    for node in nodes_of(tree):
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target).rpartition(".")[2], ast.unparse(node.annotation), node.lineno
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield node.arg, ast.unparse(node.annotation), node.lineno


def long_file(name: str, _tree: ast.Module) -> Iterator[str]:
    lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
    if lines > MAX_FILE_LINES:
        yield f"{lines} lines"


def long_function(_name: str, tree: ast.Module) -> Iterator[str]:
    for node in nodes_of(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name} has {lines} lines"


def drawer(name: str, _tree: ast.Module) -> Iterator[str]:
    words = name.removesuffix(".py").replace("/", "_").split("_")
    yield from DRAWERS & set(words)


def wordless_module(name: str, tree: ast.Module) -> Iterator[str]:
    if tree.body and ast.get_docstring(tree) is None:
        yield "no docstring"


def nameless_thread(name: str, tree: ast.Module) -> Iterator[str]:
    for called, call in calls(tree):
        if called in ("Thread", "threading.Thread"):
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            if "name" not in given:
                yield f"line {call.lineno}: a thread without a name"
            if given.get("daemon", "False") != "False" and name not in DAEMONS:
                yield f"line {call.lineno}: a thread nobody waits for"


def sleeping(_name: str, tree: ast.Module) -> Iterator[str]:
    for called, call in calls(tree):
        if called in ("time.sleep", "sleep", "qtbot.wait", "QTest.qWait"):
            yield f"line {call.lineno}"


def skipping(_name: str, tree: ast.Module) -> Iterator[str]:
    forbidden = {"pytest.skip", "pytest.xfail", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    for node in nodes_of(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in forbidden:
            yield f"line {node.lineno}"


def stray_qt(name: str, tree: ast.Module) -> Iterator[str]:
    modules = set(imported(tree))
    for module, homes in QT_HOMES.items():
        if module in modules and not name.startswith(homes):
            yield f"imports {module}"


def bare_quantity(_name: str, tree: ast.Module) -> Iterator[str]:
    for name, kind, line in annotated(tree):
        if name in BARE_NAMES and kind.removesuffix(" | None") in ("int", "float"):
            yield f"line {line}: {name} without its unit"


def float_money(_name: str, tree: ast.Module) -> Iterator[str]:
    for name, kind, line in annotated(tree):
        if name.endswith("_fen") and "float" in kind:
            yield f"line {line}: {name}"


def wordless_problem(_name: str, tree: ast.Module) -> Iterator[str]:
    for called, call in calls(tree):
        if called not in ("fault", "Problem.of") or not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        if call.args[0].value not in SENTENCES:
            yield f"line {call.lineno}: {ast.unparse(call.args[0])}"


@pytest.mark.parametrize(
    ("paths", "check"),
    [
        pytest.param(SOURCES + TESTS + OTHERS, long_file, id="a file can be read in one go"),
        pytest.param(SOURCES + TESTS + OTHERS, long_function, id="a function can be seen whole"),
        pytest.param(SOURCES + TESTS + OTHERS, drawer, id="no module is a drawer for odds and ends"),
        pytest.param(SOURCES + TESTS + OTHERS, wordless_module, id="a module says what it is"),
        pytest.param(SOURCES + TESTS + OTHERS, nameless_thread, id="a thread is named and owned"),
        pytest.param(TESTS, sleeping, id="a test waits for an event and never sleeps"),
        pytest.param(TESTS, skipping, id="no test is skipped"),
        pytest.param(SOURCES, stray_qt, id="Qt draws only where it lives"),
        pytest.param(SOURCES, bare_quantity, id="a quantity carries its unit in its name"),
        pytest.param(SOURCES, float_money, id="money is never a float"),
        pytest.param(SOURCES, wordless_problem, id="every problem has its four sentences"),
    ],
)
def test_convention(paths: list[Path], check: Check) -> None:
    assert paths
    assert broken(paths, check) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (long_function, "def f():\n" + "    x = 1\n" * 60),
        (wordless_module, "x = 1"),
        (nameless_thread, "threading.Thread(target=f)"),
        (nameless_thread, "threading.Thread(target=f, name='x', daemon=True)"),
        (sleeping, "time.sleep(1)"),
        (skipping, "@pytest.mark.skip\ndef test(): ..."),
        (stray_qt, "from PySide6 import QtWidgets"),
        (stray_qt, "from PySide6.QtGui import QImage"),
        (bare_quantity, "delay: float | None = None"),
        (bare_quantity, "def f(price: int): ..."),
        (float_money, "price_fen: float"),
        (wordless_problem, "raise fault('no.such.code')"),
    ],
)
def test_a_check_sees_what_it_is_there_for(check: Check, text: str) -> None:
    assert list(check("studio/example.py", ast.parse(text)))
