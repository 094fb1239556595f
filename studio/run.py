"""The run of a show: what comes when, for how long, how it looks, what is offered with it and what is said.

Plain values and functions: the window edits a run with them, the engine goes through it. A step keeps its `id`
wherever it is dragged, so that the one on the air stays on the air.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from overlays.card import CardParams, Look
from studio.adding import KINDS, OF_PRODUCTS, AddedConfig
from studio.errors import fault
from studio.i18n import N_, _

USUAL_MINUTES = 5.0
LONGEST_MINUTES = 600.0
SHORTEST_MINUTES = 0.1
LONGEST_PROMPTER = 4000  # characters
MOST_STEPS = 300

LOOK_WORDS: dict[StrEnum, str] = {
    Look.USUAL: N_("as usual"),
    Look.LEFT: N_("left"),
    Look.RIGHT: N_("right"),
    Look.BOTTOM: N_("bottom"),
}
# What may come with a step; the clock, the logo and their like stay for a whole show.
OFFERS = tuple(kind for kind in KINDS if kind not in ("clock", "logo", "data"))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that comes in a show; `minutes` are a plan. Raises `value.bad`."""

    id: int
    sku: str
    minutes: float = USUAL_MINUTES
    look: Look = Look.USUAL
    offer: tuple[AddedConfig, ...] = ()  # overlays that come and go with the step
    prompter: str = ""  # empty: the product's selling points

    def __post_init__(self) -> None:
        if not SHORTEST_MINUTES <= self.minutes <= LONGEST_MINUTES:  # what is no number at all is neither
            limits = f"{SHORTEST_MINUTES}…{LONGEST_MINUTES:g}"
            raise fault("value.bad", field=_("Minutes"), value=self.minutes, reason=limits)
        if len(self.prompter) > LONGEST_PROMPTER:
            reason = _("at most {most} characters").format(most=LONGEST_PROMPTER)
            raise fault("value.bad", field=_("What to say"), value=self.prompter[:20] + "…", reason=reason)

    @property
    def seconds(self) -> float:
        return self.minutes * 60


@dataclass(frozen=True, slots=True)
class RunOfShow:
    """The steps of a show in their order. Raises `value.bad` for too many, and for two with one id."""

    steps: tuple[Step, ...] = ()
    moves_on: bool = False  # goes on by itself when a step's time is over; else it only shows that
    repeats: bool = True  # after the last step comes the first

    def __post_init__(self) -> None:
        if len(self.steps) > MOST_STEPS:
            reason = _("at most {most}").format(most=MOST_STEPS)
            raise fault("value.bad", field=_("Steps"), value=len(self.steps), reason=reason)
        if len({step.id for step in self.steps}) != len(self.steps):
            raise fault("value.bad", field=_("Steps"), value=len(self.steps), reason=_("two have the same number"))

    @property
    def minutes(self) -> float:
        """How long all of it takes as planned."""
        return sum(step.minutes for step in self.steps)

    def step(self, step_id: int | None) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def place(self, step_id: int | None) -> int | None:
        """Where the step is, counted from 0; None where there is no such step."""
        return next((place for place, step in enumerate(self.steps) if step.id == step_id), None)

    def after(self, step_id: int | None, by: int = 1) -> Step | None:
        """The step `by` places further (or back, below nothing); None where the run ends there."""
        place = self.place(step_id)
        if place is None:
            return self.steps[0] if self.steps else None
        place += by
        if not self.repeats and not 0 <= place < len(self.steps):
            return None
        return self.steps[place % len(self.steps)]


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Where a run begins: with which step (None: the first), how long that has been on already, and without its card.

    A card that was taken off by hand stays off.
    """

    step_id: int | None = None
    spent_s: float = 0.0
    card_off: bool = False


NO_RUN, FROM_START = RunOfShow(), RunPlace()


@dataclass(frozen=True, slots=True)
class RunChanged:
    """The running show's run is this one from now on."""

    run: RunOfShow


@dataclass(frozen=True, slots=True)
class StepChanged:
    """The step that is on (None: none); `place` counts from 0, `since_ns` is on the monotonic clock."""

    step: Step | None
    place: int
    since_ns: int
    at: datetime

    def spent_s(self, now_ns: int) -> float:
        """How long it has been on."""
        return max(0, now_ns - self.since_ns) / 1e9

    def left_s(self, now_ns: int) -> float:
        """How long it still has; below nothing once its time is over."""
        return 0.0 if self.step is None else self.step.seconds - self.spent_s(now_ns)


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """A product was changed while the show runs: its card is `card` from now on, and so many pieces are left."""

    card: CardParams
    stock: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PriceDifference:
    """A product whose price differs from what the platform's last imported order says a piece cost."""

    sku: str
    name: str
    price_fen: int
    platform: str
    platform_fen: int
    sold_at: datetime | None


@dataclass(frozen=True, slots=True)
class PricesDiffer:
    """All products whose prices nobody has confirmed yet, though a platform's orders say otherwise."""

    differences: tuple[PriceDifference, ...]


RunTold = RunChanged | StepChanged | ProductChanged | PricesDiffer


def with_product(run: RunOfShow, sku: str, minutes: float = USUAL_MINUTES, after: int | None = None) -> RunOfShow:
    """The run with one more step for `sku`: behind the step `after`, else at the end."""
    return with_step(run, Step(0, sku, minutes), after)


def with_step(run: RunOfShow, step: Step, after: int | None = None) -> RunOfShow:
    """The run with one more step, which gets an id of its own."""
    fresh = replace(step, id=1 + max((one.id for one in run.steps), default=0))
    place = run.place(after)
    at = len(run.steps) if place is None else place + 1
    return replace(run, steps=(*run.steps[:at], fresh, *run.steps[at:]))


def without(run: RunOfShow, step_id: int) -> RunOfShow:
    """The run without a step."""
    return replace(run, steps=tuple(step for step in run.steps if step.id != step_id))


def moved(run: RunOfShow, step_id: int, place: int) -> RunOfShow:
    """The run with a step at another place, counted from 0; the others close up."""
    step = run.step(step_id)
    if step is None:
        return run
    others = [one for one in run.steps if one.id != step_id]
    others.insert(max(0, min(place, len(others))), step)
    return replace(run, steps=tuple(others))


def changed(run: RunOfShow, step: Step) -> RunOfShow:
    """The run with `step` in place of the one with its id."""
    return replace(run, steps=tuple(step if one.id == step.id else one for one in run.steps))


def with_offer(step: Step, added: AddedConfig) -> Step:
    """The step with an overlay more, or with another one in its slot."""
    others = tuple(one for one in step.offer if one.slot != added.slot)
    return replace(step, offer=(*others, added))


def without_offer(step: Step, slot: str) -> Step:
    """The step without the overlay in `slot`."""
    return replace(step, offer=tuple(one for one in step.offer if one.slot != slot))


def product_of(one: AddedConfig, step: Step) -> str:
    """The product an offer speaks of: where it names none its step's; what comes next is another one."""
    return one.sku or (step.sku if one.kind in OF_PRODUCTS and one.kind != "next" else "")
