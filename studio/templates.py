"""The card templates there are: those the program brings and those in the home folder, one TOML file each.

A file that is broken is told and left out; `assets/templates/README.md` says what stands in one.
"""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from overlays.template import PLAIN, CardTemplate, TemplateError, template_of
from studio.config import ShowConfig
from studio.errors import StudioError, fault, reason_of
from studio.i18n import N_, _
from studio.paths import Home, asset

LARGEST_BYTES = 20_000
PLAIN_NAME = "plain"
NAMES = {
    PLAIN_NAME: N_("plain"),
    "night": N_("dark, for the night"),
    "harvest": N_("red and gold, for festivals"),
    "field": N_("green and light"),
}
REASONS = (
    N_("a colour is written like #2c7a34"),
    N_("on its ground it has a contrast of {found}, and needs {least}"),
    N_("it lies between {low} and {high}"),
    N_("with this rim the corners would cut into the white around the code: at most {most}"),
    N_("it has a width, a height and the size of a code's square"),
    N_("there is no such field, only {fields}"),
    N_("it is written like {example}"),
)


def template_names(home: Home) -> tuple[str, ...]:
    """The names of all templates, the program's own first; whether each can be read is not looked at."""
    own = sorted(path.stem for path in home.templates.glob("*.toml"))
    return tuple(dict.fromkeys((*NAMES, *own)))


def template_words(name: str) -> str:
    """A template's name as it is shown; the seller's own are called what their files are called."""
    words = NAMES.get(name or PLAIN_NAME)
    return _(words) if words is not None else name


def template_named(words: str) -> str:
    """The name of the template that is shown as `words`; empty for the plain one."""
    name = next((name for name, known in NAMES.items() if words.strip() in (_(known), name)), words.strip())
    return "" if name == PLAIN_NAME else name


def read_template(home: Home, name: str) -> CardTemplate:
    """The template of that name; raises `template.unknown` and `template.broken`."""
    name = name or PLAIN_NAME
    if "/" in name or "\\" in name or name.startswith("."):
        raise fault("template.unknown", name=name, names=", ".join(template_names(home)))
    path = home.templates / f"{name}.toml"
    if name == PLAIN_NAME and not path.is_file():
        return PLAIN
    if not path.is_file():
        path = asset("templates", f"{name}.toml")
    if not path.is_file():
        raise fault("template.unknown", name=name, names=", ".join(template_names(home)))
    return template_from(path)


def template_from(path: Path) -> CardTemplate:
    """The template in a file; raises `template.broken` with what is wrong in it."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise fault("template.broken", path=path, reason=_("it is too large for a template"))
        return template_of(path.stem, tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except TemplateError as error:
        said = _(error.reason).format(**error.values)
        raise fault("template.broken", path=path, reason=f"{error.field}: {said}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise fault("template.broken", path=path, reason=error) from error
    except OSError as error:
        raise fault("template.broken", path=path, reason=reason_of(error)) from error


def in_template(show: ShowConfig, home: Home, tell: Callable[[StudioError], None]) -> ShowConfig:
    """The show with its cards in the template it names; in the plain one, which is told, where that cannot be read."""
    try:
        template = read_template(home, show.template)
    except StudioError as error:
        tell(error)
        template = PLAIN
    return replace(show, cards=tuple(replace(card, template=template) for card in show.cards))
