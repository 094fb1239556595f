"""What a person may add to the picture: its names, the texts of its forms, and parameters made from words.

`overlays` knows no language. What it calls its fields and what it says by itself stands here once more, marked
for the catalogue; a test compares the two.
"""

from dataclasses import MISSING, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, get_type_hints

from overlays import ADDED
from overlays.card import CardParams
from studio.errors import fault
from studio.i18n import N_, _
from studio.shop.web_address import may_be_coded

KINDS = {
    "code": N_("QR code"),
    "price": N_("Price strip"),
    "coupon": N_("Coupon"),
    "flash": N_("Flash sale"),
    "group": N_("Group buy"),
    "preorder": N_("Pre-order"),
    "soldout": N_("Sold out"),
    "next": N_("Next product"),
    "story": N_("Producer's story"),
    "giving": N_("Giving tag"),
    "banner": N_("Banner"),
    "text": N_("Text"),
    "picture": N_("Picture"),
    "logo": N_("Logo"),
    "clock": N_("Clock"),
    "data": N_("Live data"),
}
OF_PRODUCTS = ("code", "price", "flash", "group", "preorder", "soldout", "next")  # that may speak of one
LABELS = (
    N_("Address or text in the code"),
    N_("Words beside it"),
    N_("Where"),
    N_("How it comes in"),
    N_("Product"),
    N_("Price, yuan"),
    N_("Former price, yuan"),
    N_("What the price buys"),
    N_("What it is worth, yuan"),
    N_("When it may be used"),
    N_("Minutes it lasts"),
    N_("Words before the time"),
    N_("Words when it is over"),
    N_("Pieces there are"),
    N_("Pieces left"),
    N_("Heading"),
    N_("Words for what is left"),
    N_("Price for the group, yuan"),
    N_("People it takes"),
    N_("People who are in"),
    N_("Words while some are missing"),
    N_("Words when all are there"),
    N_("Day of delivery"),
    N_("Pieces the harvest gives"),
    N_("Pieces taken already"),
    N_("Words for the delivery"),
    N_("Words when all is taken"),
    N_("Words below"),
    N_("Picture"),
    N_("Producer"),
    N_("Village"),
    N_("Story"),
    N_("What the last sale brought"),
    N_("How much"),
    N_("For whom"),
    N_("Words"),
    N_("Large words"),
    N_("Colour"),
    N_("Text"),
    N_("Size of the letters"),
    N_("White on dark ground"),
    N_("Size, %"),
    N_("Words beside the time"),
    N_("With seconds"),
    N_("What it is"),
    N_("File or address it is read from"),
    N_("Place in a JSON answer"),
    N_("Unit"),
    N_("Read every, seconds"),
    N_("top left"),
    N_("top"),
    N_("top right"),
    N_("left"),
    N_("middle"),
    N_("right"),
    N_("bottom left"),
    N_("bottom"),
    N_("bottom right"),
    N_("as in its template"),
    N_("at once"),
    N_("fades in"),
    N_("pops up"),
    N_("slides in from the left"),
    N_("slides in from the right"),
    N_("slides in from above"),
    N_("slides in from below"),
)
USUAL = (
    N_("Scan me"),
    N_("Still"),
    N_("The coupon is over"),
    N_("Flash sale"),
    N_("{count} left"),
    N_("The sale is over"),
    N_("{count} more and the price holds"),
    N_("The group is complete"),
    N_("Order before the harvest"),
    N_("Sent from {day} on"),
    N_("{count} left of this harvest"),
    N_("The whole harvest is taken"),
    N_("Sold out"),
    N_("Thank you! More comes with the next harvest"),
    N_("Coming next"),
    N_("1 yuan"),
    N_("Of each order {share} goes to {purpose}"),
    N_("Live"),
)
REASONS = (
    N_("It does not say whom the money is for"),
    N_("A price is a number with at most two decimals, like 39.90"),
    N_("A colour is written like #2c7a34, or by its English name"),
    N_("There is nothing to show"),
    N_("No font here has these letters"),
    N_("The picture file is missing, or is no picture"),
    N_("It is an HEIC picture. Save it as JPEG on the phone"),
    N_("The picture file is damaged: a part of it is missing"),
    N_("The picture is too large. Save it smaller, or as JPEG"),
    N_("The picture is too small"),
    N_("The link is too long for a code that phones can read. Use a short link"),
    N_("There is no room for a code that phones can read"),
)

SWITCHES = {"on": True, "yes": True, "1": True, "off": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class AddedConfig:
    """One overlay on the picture: its slot (one at a time lies in each), its kind, and its fields as texts.

    `sku` is the product it speaks of, if any: changed during a show, the product is changed on it too. `template` is
    the name of its template; empty: the usual one.
    """

    slot: str
    kind: str
    values: tuple[tuple[str, str], ...] = ()
    sku: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class OverlayChanged:
    """In `slot` now lies `added` (None: nothing)."""

    slot: str
    added: AddedConfig | None
    at: datetime


def usual(kind: str) -> Any:
    """The parameters of `kind` with what they say where nothing is typed, in the reader's language."""
    params = ADDED[kind][1]
    said = {
        part.name: _(part.default)
        for part in fields(params)
        if "label" in part.metadata and isinstance(part.default, str) and part.default in USUAL
    }
    return params(**said)


def with_product(params: Any, card: CardParams | None) -> Any:
    """The parameters with what a product's card says, where they have fields for it."""
    if card is None:
        return params
    said = _said_of(card)
    known = {part.name for part in fields(params)}
    if "price_yuan" not in known and "heading" not in known:  # a producer's name is no product's
        del said["name"], said["unit"]
    counted = {} if card.stock is None else {"stock": card.stock, "stock_left": card.stock}
    return replace(params, **{name: value for name, value in (said | counted).items() if name in known})


def _said_of(card: CardParams) -> dict[str, Any]:
    """What an overlay says of a product, by its fields."""
    return {
        "price_yuan": yuan_text(card.price_fen),
        "old_price_yuan": yuan_text(card.old_price_fen) if card.old_price_fen is not None else "",
        "link": card.link,
        "unit": card.unit,
        "name": card.name,
    }


def speaks_of(params: Any, card: CardParams | None) -> str:
    """The product's code where an overlay bears its name or its link; else nothing."""
    if card is None:
        return ""
    said = {(name, getattr(params, name, "")) for name in ("name", "link")}
    return card.sku if said & {("name", card.name), ("link", card.link or None)} else ""


def as_changed(added: AddedConfig, then: CardParams | None, now: CardParams) -> AddedConfig:
    """An overlay after its product was changed from `then`, when it was asked for, to `now`.

    What it said as the product's card did it says anew; what is the offer's own, like a price, stays. So it is with
    the pieces left: all of them as they are counted now, or those that were set aside, as long as there are so many.
    """
    params = params_of(added)
    known = {part.name for part in fields(params) if "label" in part.metadata}
    values = dict(added.values)
    if then is not None:
        before, after = _said_of(then), _said_of(now)
        anew = {name for name in known & set(after) if getattr(params, name) == before[name] != after[name]}
        values |= {name: str(after[name]) for name in anew}
    if now.stock is not None and (then is None or now.stock != then.stock):
        if "stock_left" in known:
            set_aside = "stock_left" in values and then is not None and then.stock not in (None, params.stock_left)
            most = next(part.metadata["high"] for part in fields(params) if part.name == "stock_left")
            left = min(now.stock, params.stock_left if set_aside else most)
            values |= {"stock_left": str(left), "stock": str(max(left, params.stock))}
        elif "promised" in known and params.cap:
            values["promised"] = str(max(0, params.cap - now.stock))
    return replace(added, values=tuple(values.items()))


def yuan_text(price_fen: int) -> str:
    yuan, fen = divmod(max(0, price_fen), 100)
    return f"{yuan}.{fen:02d}" if fen else str(yuan)


def params_of(added: AddedConfig) -> Any:
    """The parameters an overlay is drawn from; raises `value.bad` for a kind, a field or a value there is not."""
    if added.kind not in ADDED:
        raise fault("value.bad", field=_("kind"), value=added.kind, reason=", ".join(ADDED))
    params = usual(added.kind)
    hints = get_type_hints(type(params))
    known = {part.name: part for part in fields(params) if "label" in part.metadata}
    values = {}
    for name, text in added.values:
        if name not in known:
            raise fault("value.bad", field=added.kind, value=name, reason=", ".join(known))
        values[name] = _value(name, hints[name], text, known[name].metadata)
    return replace(params, **values)


def _value(name: str, hint: Any, text: str, metadata: Any) -> Any:
    if hint is str:
        if name == "link" and not may_be_coded(text):
            reason = _("a web address like https://example.com/a1, or plain words")
            raise fault("value.bad", field=_("link"), value=text.strip()[:60], reason=reason)
        return text
    if hint is bool:
        if text.lower() not in SWITCHES:
            raise fault("value.bad", field=name, value=text, reason="on, off")
        return SWITCHES[text.lower()]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        if text not in set(hint):
            raise fault("value.bad", field=name, value=text, reason=", ".join(hint))
        return hint(text)
    low, high = metadata["low"], metadata["high"]
    try:
        value = hint(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise fault("value.bad", field=name, value=text, reason=f"{low}…{high}")
    return value


def config_of(
    slot: str, kind: str, params: Any, sku: str = "", template: str = "", before: Any | None = None
) -> AddedConfig:
    """What was filled into a form, as it is sent, kept and logged; fields nobody touched are left out.

    `before` is what the form began with, where a template says other places than are usual.
    """
    values = []
    for part in fields(params):
        value = getattr(params, part.name)
        usual = getattr(before, part.name) if before is not None and "words" in part.metadata else part.default
        if "label" in part.metadata and part.default is not MISSING and value != usual:
            values.append((part.name, {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)))
    return AddedConfig(slot, kind, tuple(values), sku, template)


def filled_in(added: AddedConfig, card: CardParams) -> AddedConfig:
    """With what the product's card says where nothing was filled in."""
    return replace(added, values=tuple((_said_by(added, card) | dict(added.values)).items()))


def left_open(added: AddedConfig, card: CardParams) -> AddedConfig:
    """Without what the product's card says by itself: planned for another day, it is filled in with the card of then.

    What the card says and this one does not is said not to be there, so that it is not filled in.
    """
    said = _said_by(added, card)
    not_said = {part.name: str(part.default) for part in fields(ADDED[added.kind][1]) if part.name in said}
    values = not_said | dict(added.values)
    return replace(added, values=tuple((name, value) for name, value in values.items() if said.get(name) != value))


def _said_by(added: AddedConfig, card: CardParams) -> dict[str, str]:
    """What an overlay of that kind says by itself of that product."""
    return dict(config_of(added.slot, added.kind, with_product(usual(added.kind), card)).values)


def added_from(text: str, number: int) -> AddedConfig:
    """`KIND:field=value,field=value` as an overlay; a comma within a value is written with \\ before it.

    `sku=P01` among the fields says which product it speaks of, `template=night` how it looks.
    """
    kind, _colon, rest = text.partition(":")
    values: dict[str, str] = {}
    for part in rest.replace("\\,", "\0").split(",") if rest else ():
        name, equals, value = part.replace("\0", ",").partition("=")
        if not equals:
            raise fault("value.bad", field="--overlay", value=part, reason="KIND:field=value,…")
        values[name.strip()] = value
    sku, template = (values.pop(name, "").strip() for name in ("sku", "template"))
    added = AddedConfig(f"{kind}-{number}", kind, tuple(values.items()), sku, template)
    params_of(added)
    return added


def added_text(added: AddedConfig) -> str:
    """An overlay as `added_from` reads it."""
    beside = [(name, value) for name, value in (("sku", added.sku), ("template", added.template)) if value]
    values = ",".join(
        f"{name}={' '.join(value.split()).replace(',', chr(92) + ',')}" for name, value in (*beside, *added.values)
    )
    return f"{added.kind}:{values}" if values else added.kind
