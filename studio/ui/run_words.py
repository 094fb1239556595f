"""What the window says of a run: the time a step still has, what comes next, how long all of it takes."""

from dataclasses import dataclass

from overlays.card import CardParams
from studio.adding import KINDS
from studio.i18n import _, ngettext
from studio.order_words import platform_words
from studio.run import LOOK_WORDS, PriceDifference, RunOfShow, Step
from studio.ui import theme
from studio.ui.show_state import ShowState
from studio.ui.words import yuan

SOON_S = 30.0  # from here on the time stands out


@dataclass(frozen=True, slots=True)
class Now:
    """What one glance at the run has to tell."""

    place: str  # 3/8
    name: str
    money: str
    time: str  # what is left of it, or how much it is over
    colour: str  # of the time
    part: float  # of the step's time that is gone, 0…1
    aside: str  # what is on the picture instead; empty where it is the step's card
    next_name: str
    prompter: str


def now_of(state: ShowState, now_ns: int, selling_points: dict[str, str]) -> Now:
    """The run at this moment; without a run, the card that is on and the one after it."""
    cards = {card.sku: card for card in state.cards}
    on, run = state.step, state.run
    step = on.step if on is not None else None
    if on is None or step is None:
        return _without_run(state, cards, selling_points)
    left_s = on.left_s(now_ns)
    following = run.after(step.id)
    aside = ""
    if state.card_sku != step.sku:
        aside = _("shown now: {name}").format(name=name_of(cards, state.card_sku)) if state.card_sku else _("no card")
    card = cards.get(step.sku)
    return Now(
        place=f"{on.place + 1}/{len(run.steps)}",
        name=name_of(cards, step.sku),
        money=yuan(card.price_fen) if card is not None else "",
        time=time_words(left_s),
        colour=theme.AMBER if left_s <= 0 else theme.BLUE if left_s <= SOON_S else theme.TEXT,
        part=min(1.0, on.spent_s(now_ns) / step.seconds),
        aside=aside,
        next_name=name_of(cards, following.sku) if following is not None else "",
        prompter=step.prompter or selling_points.get(step.sku, ""),
    )


def in_run_order(cards: tuple[CardParams, ...], run: RunOfShow) -> tuple[CardParams, ...]:
    """The cards as the run has them, those that are not in it behind: so the digits are the first steps."""
    places: dict[str, int] = {}
    for place, step in enumerate(run.steps):
        places.setdefault(step.sku, place)
    return tuple(sorted(cards, key=lambda card: places.get(card.sku, len(run.steps))))


def _without_run(state: ShowState, cards: dict[str, CardParams], selling_points: dict[str, str]) -> Now:
    """Before the show: how long the run is and what it begins with. Without one: the card that is on, and the next."""
    run = state.run
    if run.steps and not state.running:
        first = run.steps[0]
        said = first.prompter or selling_points.get(first.sku, "")
        return Now("", run_words(run), "", "", theme.TEXT, 0.0, "", name_of(cards, first.sku), said)
    skus = list(cards)
    place = skus.index(state.card_sku) + 1 if state.card_sku in cards else 0
    following = cards[skus[place % len(skus)]].name if skus else ""
    card = cards.get(state.card_sku or "")
    name, money = (card.name, yuan(card.price_fen)) if card is not None else ("", "")
    said = selling_points.get(state.card_sku or "", "")
    return Now("", name, money, "", theme.TEXT, 0.0, "", following, said)


def name_of(cards: dict[str, CardParams], sku: str | None) -> str:
    """What the product is called; its code where it is not in the shop any more."""
    card = cards.get(sku or "")
    return card.name if card is not None else sku or ""


def time_words(left_s: float) -> str:
    """`4:05` is left, `+0:35` is over."""
    seconds = round(abs(left_s)) if left_s < 0 else -int(-left_s // 1)
    return f"{'+' if left_s <= -0.5 else ''}{seconds // 60}:{seconds % 60:02d}"


def step_words(step: Step) -> str:
    """Minutes, look and offers of a step, in one line."""
    parts = [minutes_words(step.minutes)]
    if step.look in LOOK_WORDS and step.look is not type(step.look).USUAL:
        parts.append(_(LOOK_WORDS[step.look]))
    parts += [_(KINDS.get(one.kind, one.kind)) for one in step.offer]
    return " · ".join(parts)


def minutes_words(minutes: float) -> str:
    return _("{minutes} min").format(minutes=f"{minutes:g}")


def run_words(run: RunOfShow) -> str:
    """How many steps there are and how long they take together."""
    count = ngettext("{count} step", "{count} steps", len(run.steps)).format(count=len(run.steps))
    return f"{count} · {minutes_words(round(run.minutes, 1))}"


def difference_words(one: PriceDifference) -> str:
    """That a price is another than the last one on a platform."""
    return _("{name} costs {price} here; the last order on {platform} was {other}").format(
        name=one.name, price=yuan(one.price_fen), platform=platform_words(one.platform), other=yuan(one.platform_fen)
    )
