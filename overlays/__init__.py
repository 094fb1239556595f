"""Pictures drawn over the camera: product card, ticker, slate. Knows nothing of the studio that shows them.

Importing this package or the parameters costs next to nothing: what draws (Qt, NumPy, qrcode) is
imported by the first `render`.
"""

from typing import Any

from overlays.card import Card
from overlays.slate import Slate
from overlays.ticker import Ticker

OVERLAYS: dict[str, type[Any]] = {
    "card": Card,
    "ticker": Ticker,
    "slate": Slate,
}
