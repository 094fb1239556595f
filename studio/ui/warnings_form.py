"""Which warnings the seller wants, as boxes to tick."""

from dataclasses import dataclass, field

from studio.config import NOBODY_S, WARNINGS, WatchConfig
from studio.i18n import N_


@dataclass(frozen=True, slots=True)
class WarningsForm:
    """One box for each warning; their seconds are the configuration's."""

    black: bool = field(default=True, metadata={"label": N_("The picture is black")})
    frozen: bool = field(default=True, metadata={"label": N_("The picture stands still")})
    dark: bool = field(default=True, metadata={"label": N_("The picture is too dark")})
    blurred: bool = field(default=True, metadata={"label": N_("The picture is blurred")})
    silent: bool = field(default=True, metadata={"label": N_("There is no sound")})
    clipped: bool = field(default=True, metadata={"label": N_("The sound is too loud")})
    muted: bool = field(default=True, metadata={"label": N_("Speaking while muted")})
    code: bool = field(default=True, metadata={"label": N_("The code cannot be scanned")})
    nobody: bool = field(default=False, metadata={"label": N_("Nobody is in front")})
    hidden: bool = field(default=True, metadata={"label": N_("Viewers do not see the camera")})
    tone: bool = field(default=False, metadata={"label": N_("A tone too (only with headphones on)")})


def warnings_of(watch: WatchConfig) -> WarningsForm:
    """What the page shows for `watch`."""
    ticked = {name: getattr(watch, f"{name}_s") is not None for name in WARNINGS}
    return WarningsForm(**ticked, tone=watch.tone)


def watch_of(form: WarningsForm, watch: WatchConfig) -> WatchConfig:
    """`watch` with what was ticked; a warning that is new gets the usual time."""
    seconds: dict[str, float | None] = {}
    for name in WARNINGS:
        before: float | None = getattr(watch, f"{name}_s")
        usual: float = getattr(WatchConfig(), f"{name}_s") or NOBODY_S
        seconds[f"{name}_s"] = (before if before is not None else usual) if getattr(form, name) else None
    return WatchConfig(**seconds, tone=form.tone, tone_to=watch.tone_to)
