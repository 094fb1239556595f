"""How well something is read on its ground: relative luminance and contrast ratio as WCAG 2.2 defines them."""

LARGE_TEXT, SMALL_TEXT = 3.0, 4.5  # the least ratios of WCAG 2.2, 1.4.3; large from 24 px on, bold from 19 px on
DARK, LIGHT = "#1d1f1c", "#ffffff"

Rgb = tuple[float, float, float]  # 0…1


def rgb_of(colour: str) -> Rgb:
    """`#rrggbb` as three parts of one; raises ValueError for anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(colour)
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def contrast(first: Rgb, second: Rgb) -> float:
    """The ratio between the lighter and the darker of two colours, 1…21."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def least_contrast(ink: str, ground: str, opacity: float = 1.0) -> float:
    """The contrast over the worst picture that shines through a ground of that opacity: all black, or all white."""
    shown = rgb_of(ground)
    worst = []
    for beneath in (0.0, 1.0):
        red, green, blue = (part * opacity + beneath * (1 - opacity) for part in shown)
        worst.append(contrast(rgb_of(ink), (red, green, blue)))
    return min(worst)


def readable(ink: str, ground: str, opacity: float = 1.0, least: float = LARGE_TEXT) -> str:
    """`ink` where it is read on the ground, else black or white, whichever is read better there."""
    if least_contrast(ink, ground, opacity) >= least:
        return ink
    return max((DARK, LIGHT), key=lambda one: least_contrast(one, ground, opacity))


def _luminance(colour: Rgb) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
