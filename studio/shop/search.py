"""Finding products by what somebody types: parts of their texts, or the first letters of the pinyin of their names.

The letters follow from GB 2312-80, whose first level has the 3,755 most common characters in the order of their
pinyin. The rarer ones of its second level are in the order of their radicals and have no letter here, and one
that is read in several ways has the letter of one reading only (重 is z).
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from studio.shop.products import Product

# the code of the first character of each letter; no syllable begins with i, u or v
_STARTS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_CODES = [code for code, _letter in _STARTS]
_LAST = 0xD7F9


def initials(text: str) -> str:
    """The first letters of a text's pinyin, with its own letters and digits: `hfspg` of 红富士苹果."""
    return "".join(map(_initial, text.casefold()))


def matching(products: Iterable[Product], typed: str) -> tuple[Product, ...]:
    """The products that have every word of `typed` in their texts or in the letters of their names."""
    words = typed.casefold().split()
    return tuple(product for product in products if all(word in texts_of(product) for word in words))


@lru_cache(maxsize=20_000)
def texts_of(product: Product) -> str:
    """All that a product is found by."""
    texts = [product.sku, product.name, product.short_name, product.origin, product.producer, product.batch]
    texts += [code for _platform, code in product.platform_skus]
    return "\n".join([*texts, initials(product.name), initials(product.short_name)]).casefold()


def _initial(char: str) -> str:
    if char.isascii():
        return char if char.isalnum() else ""
    try:
        code = int.from_bytes(char.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return _STARTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code <= _LAST else ""
