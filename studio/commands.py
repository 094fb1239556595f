"""What a client asks of the engine: frozen dataclasses that cross the process boundary by pickle."""

from dataclasses import dataclass, field

from overlays.card import Look
from studio.adding import AddedConfig
from studio.checks import Check, CheckPlan
from studio.config import AudioConfig, DestinationConfig, Secret, ShowConfig, SoundConfig, SourceConfig
from studio.run import RunOfShow
from studio.shop.products import Product


@dataclass(frozen=True, slots=True)
class StartShow:
    """Go on air; answered by `ShowStarted` or `StartFailed`."""

    show: ShowConfig


@dataclass(frozen=True, slots=True)
class ResumeShow:
    """Go on with a session that was cut off: as it was, or as `show`; answered as `StartShow` is."""

    session_id: int
    show: ShowConfig | None = None


@dataclass(frozen=True, slots=True)
class LeaveCutOff:
    """Nobody wants to go on with the session that was cut off: it is offered no more."""


@dataclass(frozen=True, slots=True)
class StopShow:
    """Go off air; answered by `ShowEnded`."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Put the product `sku` on the picture; None takes the card off."""

    sku: str | None


@dataclass(frozen=True, slots=True)
class NextCard:
    """Put the product after the present one on the picture; with a run of show, go to its next step."""


@dataclass(frozen=True, slots=True)
class PreviousCard:
    """Put the product before the present one on the picture; with a run of show, go back in it."""


@dataclass(frozen=True, slots=True)
class ShowStep:
    """Go to a step of the run; answered by `StepChanged`."""

    step_id: int


@dataclass(frozen=True, slots=True)
class SetRun:
    """Another run for the running show; the step that is on stays on. Answered by `RunChanged`."""

    run: RunOfShow


@dataclass(frozen=True, slots=True)
class SetRotation:
    """Change cards by themselves every `rotate_s` seconds; None stops that."""

    rotate_s: float | None


@dataclass(frozen=True, slots=True)
class SetLook:
    """Another place for all cards that have none of their own; the one that is on the picture moves there."""

    look: Look


@dataclass(frozen=True, slots=True)
class SetTicker:
    """Another running text; empty takes it off."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowOverlay:
    """Put an overlay into its slot, in place of what lies there; answered by `OverlayChanged`, or by a notice."""

    added: AddedConfig


@dataclass(frozen=True, slots=True)
class HideOverlay:
    """Take the overlay off that lies in `slot`."""

    slot: str


@dataclass(frozen=True, slots=True)
class SetSource:
    """Another picture source, opened beside the present one: answered by `SourceChanged`, or by a notice and no change.

    The show goes on with the old one until the first picture of the new one is there.
    """

    source: SourceConfig


@dataclass(frozen=True, slots=True)
class SetAudio:
    """Another sound source, opened beside the present one: answered by `AudioChanged`, or by a notice and no change."""

    audio: AudioConfig


@dataclass(frozen=True, slots=True)
class ListDevices:
    """What is plugged in? Answered by `DevicesFound`."""


@dataclass(frozen=True, slots=True)
class AddDestination:
    """Send the running show to one more place."""

    destination: DestinationConfig


@dataclass(frozen=True, slots=True)
class RemoveDestination:
    """Stop sending to one place; the others go on."""

    name: str


@dataclass(frozen=True, slots=True)
class RetryDestination:
    """Try a failed destination again."""

    name: str


@dataclass(frozen=True, slots=True)
class ReplaceAddress:
    """Give a destination of the running show a new address, whatever state it is in; the others go on."""

    name: str
    url: Secret


@dataclass(frozen=True, slots=True)
class AllowCodes:
    """Whether a destination of the running show takes QR codes in the picture; cards follow at once."""

    name: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class SetMuted:
    """Sends silence in place of the voice, or the voice again; music goes on."""

    muted: bool


@dataclass(frozen=True, slots=True)
class SetSound:
    """Other settings of the sound, from now on."""

    sound: SoundConfig


@dataclass(frozen=True, slots=True)
class SetAudioOffset:
    """The sound comes `offset_ms` later than the picture; below nothing: earlier."""

    offset_ms: int


@dataclass(frozen=True, slots=True)
class TypeViewers:
    """The operator read `count` viewers off a screen, or about so many."""

    count: int
    about: bool = False


@dataclass(frozen=True, slots=True)
class UndoViewers:
    """Takes the count of viewers back that was typed last."""


@dataclass(frozen=True, slots=True)
class TypeOrder:
    """The operator saw an order for `quantity` of `sku`."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class UndoOrder:
    """Takes the last typed order of `sku` back."""

    sku: str


@dataclass(frozen=True, slots=True)
class WatchPreview:
    """Turns the preview on or off for this client."""

    on: bool


@dataclass(frozen=True, slots=True)
class RunChecks:
    """Try what `show` needs: `CheckBegun` and `CheckDone` tell of each check, `ChecksEnded` of the order's end."""

    show: ShowConfig
    checks: tuple[Check, ...] = ()  # none: all
    plan: CheckPlan = field(default_factory=CheckPlan)


@dataclass(frozen=True, slots=True)
class AnswerHeard:
    """Whether the person heard what was played back; answered by `CheckDone`."""

    heard: bool


@dataclass(frozen=True, slots=True)
class TryEncoders:
    """Let each encoder compress this show's picture for a few seconds; answered by `EncodersTried`."""

    show: ShowConfig


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for `Pong` with the same number: the window's proof that the engine is alive."""

    number: int


@dataclass(frozen=True, slots=True)
class Quit:
    """Whoever says so needs the engine no more. With the last of them it ends; a running show is stopped first."""


@dataclass(frozen=True, slots=True)
class ListProducts:
    """Tell the shop's products; answered by `ProductsListed`."""


@dataclass(frozen=True, slots=True)
class SaveProduct:
    """Add a product to the shop, or change the one with its code; answered by `ProductsListed` or `ProductsRefused`.

    On the picture of a running show it is changed first, told by `ProductChanged`; so it is when that is undone.
    """

    product: Product


@dataclass(frozen=True, slots=True)
class RemoveProduct:
    """Take a product off the list; answered in the same way."""

    sku: str


@dataclass(frozen=True, slots=True)
class ImportProducts:
    """Save all these products as one change, or none of them; answered in the same way."""

    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class UndoProducts:
    """Take the last change of the shop back; answered in the same way."""


@dataclass(frozen=True, slots=True)
class ConfirmPrice:
    """The price is right, though a platform's last imported order had the other one; answered by `PricesDiffer`."""

    sku: str
    price_fen: int
    platform_fen: int


@dataclass(frozen=True, slots=True)
class AskAccounts:
    """Ask for orders now, after a look at which accounts are saved: one of them, or all; answered by `AccountAsked`."""

    name: str = ""


ShopCommand = ListProducts | SaveProduct | RemoveProduct | ImportProducts | UndoProducts | ConfirmPrice

Command = (
    StartShow
    | ResumeShow
    | LeaveCutOff
    | StopShow
    | ShowCard
    | NextCard
    | PreviousCard
    | ShowStep
    | SetRun
    | SetRotation
    | SetLook
    | SetTicker
    | ShowOverlay
    | HideOverlay
    | SetSource
    | SetAudio
    | ListDevices
    | AddDestination
    | RemoveDestination
    | RetryDestination
    | ReplaceAddress
    | AllowCodes
    | SetMuted
    | SetSound
    | SetAudioOffset
    | TypeViewers
    | UndoViewers
    | TypeOrder
    | UndoOrder
    | WatchPreview
    | RunChecks
    | AnswerHeard
    | TryEncoders
    | ShopCommand
    | AskAccounts
    | Ping
    | Quit
)
