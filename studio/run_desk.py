"""The run of a running show: which step is on, what comes and goes with it, when the next one comes.

Goes through the steps by showing their cards and overlays on the other two desks. On the engine's thread only.
"""

from collections.abc import Callable
from dataclasses import replace

from overlays.card import CardParams
from studio.added_desk import AddedDesk
from studio.adding import AddedConfig
from studio.cards import CardDesk
from studio.clock import Clock
from studio.errors import StudioError
from studio.events import Event, Noticed
from studio.media.frames import NS
from studio.run import RunChanged, RunOfShow, RunPlace, Step, StepChanged, product_of

STEP_SLOT = "step:"  # begins the slots of the overlays that belong to a step


class RunDesk:
    """The steps of one show. Without steps it does nothing, and cards turn as they are."""

    def __init__(
        self, run: RunOfShow, cards: CardDesk, added: AddedDesk, clock: Clock, emit: Callable[[Event], None]
    ) -> None:
        self.run = run
        self.now: StepChanged | None = None
        self._cards = cards
        self._added = added
        self._clock = clock
        self._emit = emit
        self._kept: tuple[RunOfShow, tuple[CardParams, ...], RunOfShow] | None = None  # of which run and cards, and it

    @property
    def kept(self) -> RunOfShow:
        """The run as it goes on after a cut, with the cards of now: its offers say what those say.

        Asked for every second, and made anew only where something was changed.
        """
        cards = self._cards.cards
        if self._kept is None or self._kept[0] is not self.run or self._kept[1] is not cards:
            steps = tuple(
                replace(step, offer=tuple(self._as_now(one, step) for one in step.offer)) for step in self.run.steps
            )
            self._kept = self.run, cards, replace(self.run, steps=steps)
        return self._kept[2]

    def _as_now(self, one: AddedConfig, step: Step) -> AddedConfig:
        planned = self._added.products.filled_in(replace(one, sku=product_of(one, step)))
        now = self._added.products.as_now(planned)
        return one if now == planned else replace(one, values=now.values)

    @property
    def step(self) -> Step | None:
        """The step that is on."""
        return self.now.step if self.now is not None else None

    def begin(self, where: RunPlace) -> None:
        """The first step, or the one that was on when the show was cut off."""
        self._cards.turns = not self.run.steps
        step = self.run.step(where.step_id)
        if step is not None:
            self._enter(step, where.spent_s, card_off=where.card_off)
        elif self.run.steps:
            self._enter(self.run.steps[0], card_off=where.card_off)

    def end(self) -> None:
        """No step is on any more; its overlays go with the others. May be called twice."""
        if self.step is not None:
            self._become(None, 0, 0.0)

    def show(self, step_id: int) -> None:
        """Goes to a step; one that is not in the run changes nothing."""
        step = self.run.step(step_id)
        if step is not None:
            self._enter(step)

    def next(self) -> None:
        """The step after the present one; nothing where the run ends here."""
        step = self._following()
        if step is not None:
            self._enter(step)

    def back(self) -> None:
        """Where something else was shown by hand, the step's card again; else the step before."""
        step = self.step
        if step is not None and self._cards.coming != step.sku:
            self.show_card(step.sku)
            return
        before = self.run.after(step.id if step is not None else None, -1)
        if before is not None:
            self._enter(before)

    def show_card(self, sku: str | None) -> None:
        """Another card by hand, or none: the step stays on, and waits for its own card before it ends by itself."""
        step = self.step
        if step is not None and step.sku == sku:
            self._cards.show(sku, step.look)
        else:
            self._cards.show(sku)

    def change(self, run: RunOfShow) -> None:
        """Another run; the step that is on stays on, with its time, as long as it is in it."""
        before, self.run = self.step, run
        self._emit(RunChanged(run))
        self._cards.turns = not run.steps
        if not run.steps:
            self._leave(())
            self.end()
            return
        if self.now is None or before is None:
            self.begin(RunPlace())
            return
        step, place = run.step(before.id), run.place(before.id)
        if step is None or place is None:  # it was taken away: the one that is in its place now comes
            self._enter(run.steps[min(self.now.place, len(run.steps) - 1)])
        elif step.sku != before.sku:
            self._enter(step)
        elif (step, place) != (before, self.now.place):
            self._show_offer(step)
            if step.look is not before.look and self._cards.coming == step.sku:
                self._cards.show(step.sku, step.look)
            self._become(step, place, self.now.spent_s(self._clock.now_ns()))

    def turn(self) -> None:
        """Goes on to the next step where the run moves on by itself; called a few times a second."""
        step = self.step
        if self.now is None or step is None or not self.run.moves_on or self._cards.coming != step.sku:
            return
        if self.now.left_s(self._clock.now_ns()) <= 0:
            due = self._due()
            if due is not None and due.id != step.id:
                self._enter(due)

    def _due(self) -> Step | None:
        """The step that comes by itself: the next one that can be bought; by hand each of them comes."""
        step = self.step
        for _each in self.run.steps:
            step = self.run.after(step.id if step is not None else None)
            if step is None:
                return None
            card = self._cards.card(step.sku)
            if card is not None and card.stock != 0:
                return step
        return None

    def _following(self) -> Step | None:
        return self.run.after(self.step.id if self.step is not None else None)

    def _enter(self, step: Step, spent_s: float = 0.0, card_off: bool = False) -> None:
        """The card of a product that is gone cannot be shown: better none than the one before."""
        known = self._cards.card(step.sku) is not None
        if not card_off:
            self._cards.show(step.sku, step.look)
        if not known:
            self._cards.show(None)
        self._show_offer(step)
        self._become(step, self.run.place(step.id) or 0, spent_s)

    def _show_offer(self, step: Step) -> None:
        """What comes with the step; what is on already and is the same goes on, a countdown too."""
        planned = (replace(one, slot=STEP_SLOT + one.slot, sku=product_of(one, step)) for one in step.offer)
        wanted = tuple(map(self._added.products.filled_in, planned))
        self._leave(tuple(one.slot for one in wanted))
        shown = set(self._added.asked)
        for one in wanted:
            if one in shown:
                continue
            try:
                self._added.show(one, planned=True)
            except StudioError as error:
                self._emit(Noticed(error.problem, True, self._clock.utc()))

    def _leave(self, stays: tuple[str, ...]) -> None:
        for one in self._added.wanted:
            if one.slot.startswith(STEP_SLOT) and one.slot not in stays:
                self._added.hide(one.slot)

    def _become(self, step: Step | None, place: int, spent_s: float) -> None:
        now_ns = self._clock.now_ns() - round(spent_s * NS)
        self.now = StepChanged(step, place, now_ns, self._clock.utc())
        self._emit(self.now)
