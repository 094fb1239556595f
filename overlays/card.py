"""The product card: picture, name, origin, price with the old price struck through, QR code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardParams:
    """What a card shows; money in fen, `picture` a file's path, `link` what the QR code holds."""

    sku: str
    name: str
    price_fen: int
    old_price_fen: int | None = None
    unit: str = ""  # what the price buys: "5 kg"
    origin: str = ""
    picture: str = ""
    link: str = ""
