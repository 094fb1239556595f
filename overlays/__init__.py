"""Pictures drawn over the camera: product card, ticker, slate, and all that a show may put beside them.

Knows nothing of the studio that shows them. Importing this package or the parameters costs next to nothing:
what draws (Qt, NumPy, qrcode) is imported by the first `render`.
"""

from typing import Any

from overlays.banner import Banner, BannerParams
from overlays.card import Card
from overlays.clock_face import Clock, ClockParams
from overlays.code_alone import CodeAlone, CodeAloneParams
from overlays.coupon import Coupon, CouponParams
from overlays.flash_sale import FlashSale, FlashSaleParams
from overlays.free_text import FreeText, FreeTextParams
from overlays.giving import Giving, GivingParams
from overlays.group_buy import GroupBuy, GroupBuyParams
from overlays.live_data import LiveData, LiveDataParams
from overlays.logo import Logo, LogoParams
from overlays.next_product import NextProduct, NextProductParams
from overlays.picture import Picture, PictureParams
from overlays.preorder import Preorder, PreorderParams
from overlays.price_strip import PriceStrip, PriceStripParams
from overlays.slate import Slate
from overlays.sold_out import SoldOut, SoldOutParams
from overlays.story import Story, StoryParams
from overlays.ticker import Ticker

# What a seller adds by hand: the name of the kind, what draws it, and its parameters.
ADDED: dict[str, tuple[type[Any], type[Any]]] = {
    "code": (CodeAlone, CodeAloneParams),
    "price": (PriceStrip, PriceStripParams),
    "coupon": (Coupon, CouponParams),
    "flash": (FlashSale, FlashSaleParams),
    "group": (GroupBuy, GroupBuyParams),
    "preorder": (Preorder, PreorderParams),
    "soldout": (SoldOut, SoldOutParams),
    "next": (NextProduct, NextProductParams),
    "story": (Story, StoryParams),
    "giving": (Giving, GivingParams),
    "banner": (Banner, BannerParams),
    "text": (FreeText, FreeTextParams),
    "picture": (Picture, PictureParams),
    "logo": (Logo, LogoParams),
    "clock": (Clock, ClockParams),
    "data": (LiveData, LiveDataParams),
}

OVERLAYS: dict[str, type[Any]] = {
    "card": Card,
    "ticker": Ticker,
    "slate": Slate,
    **{kind: drawn for kind, (drawn, _params) in ADDED.items()},
}
