"""Every fault is told in four whole sentences: whoever raises it gives each value they name."""

import ast
import errno
import pickle
import string
from collections.abc import Iterator
from pathlib import Path

import av.error
import pytest

from studio import i18n
from studio.errors import (
    REASONS,
    WEB_REASONS,
    Problem,
    bug_of,
    explain,
    fault,
    reason_of,
    with_sound_elsewhere,
    without_keys,
)
from studio.sentences import SENTENCES
from studio.sentences.elsewhere import SOUND_ELSEWHERE

STUDIO = Path(__file__).resolve().parent.parent / "studio"
RAISERS = ("fault", "Problem.of")
# Codes that are put together where they are raised, and what may come of it.
MADE_UP = {
    "f'output.{kind}'": (
        "output.unreachable",
        "output.untrusted",
        "output.refused",
        "output.silent",
        "output.hung_up",
        "output.relay_broke",
    )
}
# Faults that others raised and that are only handed on: `open_input` adds the reason, `link` reads the engine's.
PASSED_ON = ("failure.problem.code", "data['code']")


def placeholders(code: str) -> set[str]:
    """The values the sentences of a code name."""
    return {name for line in SENTENCES[code] for _, name, _, _ in string.Formatter().parse(line) if name}


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Where each fault of the studio is raised, its code, and the values it is given."""
    for path in sorted(STUDIO.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        completed = {
            argument
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "open_input"
            for argument in node.args
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in RAISERS or not node.args:
                continue
            place = f"{path.relative_to(STUDIO.parent)}:{node.lineno}"
            code = node.args[0]
            given = {keyword.arg for keyword in node.keywords if keyword.arg} | (
                {"reason"} if node in completed else set()
            )
            if isinstance(code, ast.Constant):
                yield place, str(code.value), given
            elif isinstance(code, ast.IfExp):
                yield from (
                    (place, str(one.value), given) for one in (code.body, code.orelse) if isinstance(one, ast.Constant)
                )
            elif ast.unparse(code) in MADE_UP:
                yield from ((place, one, given) for one in MADE_UP[ast.unparse(code)])
            elif isinstance(code, ast.Name) and any(keyword.arg is None for keyword in node.keywords):
                continue  # the body of a function that hands its own values on
            elif ast.unparse(code) in PASSED_ON:
                continue
            else:
                yield from named(tree, code, place, given)


def named(tree: ast.AST, code: ast.expr, place: str, given: set[str]) -> Iterator[tuple[str, str, set[str]]]:
    """A code that was put into a variable first: all texts that are assigned to it."""
    values = [
        constant.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == ast.unparse(code) for target in node.targets)
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant) and constant.value in SENTENCES
    ]
    assert values, f"{place}: {ast.unparse(code)} is a code this test cannot follow"
    yield from ((place, value, given) for value in values)


def test_whoever_raises_a_fault_gives_every_value_its_sentences_name() -> None:
    missing = [
        f"{place}: {code} lacks {sorted(lacking)}"
        for place, code, given in raised()
        if code in SENTENCES and (lacking := placeholders(code) - given)
    ]
    assert not missing, "\n".join(missing)
    assert len(list(raised())) > 30, "this test still finds the places"


def test_every_code_that_has_sentences_is_raised_somewhere() -> None:
    unused = set(SENTENCES) - {code for _, code, _ in raised()}
    assert not unused


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_the_four_lines_are_whole_sentences(code: str) -> None:
    lines = SENTENCES[code]
    assert len(lines) == 4
    for line in lines:
        assert line[-1] in ".!?" or (code, line[-8:]) == ("journal.failing", "{reason}"), line  # a sentence itself
        assert all(name.isidentifier() for _, name, _, _ in string.Formatter().parse(line) if name)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_fault_can_be_told_in_every_language(code: str, language: str) -> None:
    i18n.use(language)
    values = {name: f"<{name}>" for name in placeholders(code)}
    told = explain(Problem.of(code, **values))
    for line in (told.what, told.viewers, told.fix, told.who):
        assert line
        assert "{" not in line
        assert "…" not in line
    assert any(f"<{name}>" in told.what + told.viewers + told.fix for name in values) or not values


@pytest.mark.parametrize("code", sorted(SOUND_ELSEWHERE))
def test_what_is_told_where_viewers_hear_another_program_names_the_same_values(code: str) -> None:
    i18n.use("zh")
    values = {name: f"<{name}>" for name in placeholders(code)}
    usual = Problem.of(code, **values)
    told, else_told = explain(usual), explain(with_sound_elsewhere(usual))
    assert else_told.viewers != told.viewers, "what the viewers hear is what is different"
    for line in (else_told.what, else_told.viewers, else_told.fix, else_told.who):
        assert line
        assert not line.isascii()
        assert "…" not in line


def test_a_value_that_was_not_given_does_not_hide_the_sentence() -> None:
    assert explain(Problem.of("clip.missing")).what == "The video file … is not there."


def test_an_empty_value_is_told_as_one_that_is_not_there() -> None:
    """What a script put in from a variable that was never set."""
    assert explain(Problem.of("card.unknown", sku="")).what == "There is no product with the code …."
    assert explain(Problem.of("clip.unreadable", path="", reason="")).what == "The file … cannot be played: …."


def test_values_with_braces_and_percents_are_told_as_they_are() -> None:
    assert "{0} %s {reason}" in explain(Problem.of("clip.unreadable", path="{0} %s {reason}", reason="?")).what


def test_only_the_reason_is_translated_not_a_name_that_reads_like_one() -> None:
    i18n.use("zh")
    told = explain(Problem.of("output.lost", name="Viewers", reason="it does not answer"))
    assert "Viewers" in told.what
    assert "it does not answer" not in told.what


def test_a_problem_is_a_value_that_travels() -> None:
    problem = Problem.of("value.bad", field="size", value=3, reason="odd")
    assert pickle.loads(pickle.dumps(problem)) == problem
    assert hash(problem) == hash(Problem.of("value.bad", field="size", value="3", reason="odd"))
    assert str(fault("value.bad", field="size", value=3, reason="odd")) == "3 will not do for size: odd."


def test_reasons_of_the_system_are_words_in_the_readers_language() -> None:
    for number, words in REASONS.items():
        assert reason_of(OSError(number, "as the system says it")) == words
    assert reason_of(OSError(errno.EXDEV, "Cross-device link")) == "Cross-device link"
    assert reason_of(RuntimeError()) == "RuntimeError"
    i18n.use("zh")
    full = explain(Problem.of("recording.failed", path="/录像", reason=reason_of(OSError(errno.ENOSPC, "No space"))))
    assert full.what.isascii() is False
    assert "disk" not in full.what


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtmp://live.example/app/key-1?sign=a/b&t=2", "rtmp://live.example/app/•••"),
        ("rtmps://live.example:443/app/instance/key-1", "rtmps://live.example:443/app/•••"),
        ("rtmp://live.example/live-bvc/?streamname=key-1", "rtmp://live.example/live-bvc/•••"),
        ("rtmp://live.example/app/•••", "rtmp://live.example/app/•••"),
        ("rtmp://live.example/app", "rtmp://live.example/app"),
        ("rtmp://farmer:key-1@live.example/app/key-1", "rtmp://live.example/app/•••"),
        ("rtmp://farmer:key-1@live.example/app", "rtmp://live.example/app"),
    ],
)
def test_what_a_library_complains_of_is_told_without_the_key(address: str, shown: str) -> None:
    assert without_keys(f"cannot open '{address}' now") == f"cannot open '{shown}' now"
    assert "key-1" not in repr(bug_of(ValueError(address)))


@pytest.mark.parametrize("name", WEB_REASONS)
def test_what_a_network_camera_answers_is_said_in_words(name: str) -> None:
    error = getattr(av.error, name)(808_465_656, "Server returned 4XX Client Error")
    assert reason_of(error) == WEB_REASONS[name]
