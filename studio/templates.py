"""The templates of cards and other overlays: those the program brings and those in the home folder, one TOML file each.

A file that is broken is told and left out; `assets/templates/README.md` says what stands in one.
"""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from overlays.fields import Motion, Place
from overlays.overlay_template import CARD, OverlayTemplate, overlays_of, template_in, usual_template
from overlays.template import PLAIN, CardTemplate, TemplateError
from studio.adding import AddedConfig, params_of
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
    N_("it is for {overlays}, not for this one"),
    N_("there is no such overlay, only {overlays}"),
    N_("it is one of these: {names}"),
)


def template_names(home: Home, overlay: str = CARD) -> tuple[str, ...]:
    """The names of an overlay's templates, the usual one first; a file that cannot be read is among them too."""
    shipped = (name for name in NAMES if _is_for(overlay, asset("templates", f"{name}.toml")))
    own = sorted(path.stem for path in home.templates.glob("*.toml") if _is_for(overlay, path))
    return tuple(dict.fromkeys((_usual_name(overlay), *shipped, *own)))


def template_words(name: str, overlay: str = CARD) -> str:
    """A template's name as it is shown; the seller's own are called what their files are called."""
    if name in ("", _usual_name(overlay)):
        return _(NAMES[PLAIN_NAME])
    words = NAMES.get(name)
    return _(words) if words is not None else name


def template_named(words: str) -> str:
    """The name of the card's template that is shown as `words`; empty for the plain one."""
    name = next((name for name, known in NAMES.items() if words.strip() in (_(known), name)), words.strip())
    return "" if name == PLAIN_NAME else name


def read_template(home: Home, name: str) -> CardTemplate:
    """The card's template of that name; raises `template.unknown` and `template.broken`."""
    made = _read(home, CARD, name)
    return made if isinstance(made, CardTemplate) else PLAIN


def read_overlay_template(home: Home, overlay: str, name: str = "") -> OverlayTemplate:
    """The template of that name for an overlay; raises `template.unknown` and `template.broken`."""
    made = _read(home, overlay, name)
    return made if isinstance(made, OverlayTemplate) else usual_template(overlay)


def template_from(path: Path) -> CardTemplate:
    """The card's template in a file; raises `template.broken` with what is wrong in it."""
    made = _template_in(path, CARD)
    return made if isinstance(made, CardTemplate) else PLAIN


def own_template(home: Home, tell: Callable[[StudioError], None], overlay: str) -> OverlayTemplate:
    """The usual template of an overlay, which may be the seller's own; one that cannot be read is told."""
    try:
        return read_overlay_template(home, overlay)
    except StudioError as error:
        tell(error)
        return usual_template(overlay)


def dressed(added: AddedConfig, home: Home) -> Any:
    """What an overlay is drawn from, in its template; raises `value.bad`, `template.unknown` and `template.broken`.

    Where it lies and how it comes in says whoever added it, else its template.
    """
    params = params_of(added)
    template = read_overlay_template(home, added.kind, added.template)
    said = {name for name, _value in added.values}
    where: dict[str, Any] = {}
    if template.place and "place" not in said:
        where["place"] = Place(template.place)
    if template.motion and "motion" not in said:
        where["motion"] = Motion(template.motion)
    return replace(params, template=template, **where)


def _usual_name(overlay: str) -> str:
    return PLAIN_NAME if overlay == CARD else overlay


def _read(home: Home, overlay: str, name: str) -> CardTemplate | OverlayTemplate:
    name = name or _usual_name(overlay)
    if "/" in name or "\\" in name or name.startswith("."):
        raise fault("template.unknown", name=name, names=", ".join(template_names(home, overlay)))
    path = home.templates / f"{name}.toml"
    if name == _usual_name(overlay) and not (path.is_file() and _is_for(overlay, path)):
        return PLAIN if overlay == CARD else usual_template(overlay)
    if not path.is_file():
        path = asset("templates", f"{name}.toml")
    if not path.is_file():
        raise fault("template.unknown", name=name, names=", ".join(template_names(home, overlay)))
    return _template_in(path, overlay)


def _template_in(path: Path, overlay: str) -> CardTemplate | OverlayTemplate:
    try:
        return template_in(overlay, path.stem, _values_in(path))
    except TemplateError as error:
        said = _(error.reason).format(**error.values)
        raise fault("template.broken", path=path, reason=f"{error.field}: {said}") from error


def _is_for(overlay: str, path: Path) -> bool:
    """Whether a file is a template for the overlay; one that does not say so readably may be."""
    try:
        return overlay in overlays_of(_values_in(path))
    except (StudioError, TemplateError):
        return True


def _values_in(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise fault("template.broken", path=path, reason=_("it is too large for a template"))
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
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
