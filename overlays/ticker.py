"""The ticker: a line of text that runs along the lower edge without end."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.overlay_template import OverlayTemplate, usual_template

if TYPE_CHECKING:
    from overlays.base import Patch, Rgba

HEIGHT_PX = 48  # at 720p
UPRIGHT_TOP = 0.785  # on a phone, what lies lower is under the platform's own buttons and comments
_LONGEST_STRIP_PX = 24_000  # Qt paints up to 32,767; this much already takes minutes to pass


@dataclass(frozen=True, slots=True)
class TickerParams:
    """What the ticker says."""

    text: str
    template: OverlayTemplate | None = None


class Ticker:
    """Draws tickers: as wide as the canvas, opaque, at its lower edge or on phones above the platform's zone."""

    def render(self, params: TickerParams, canvas_width: int, canvas_height: int) -> "Patch":
        """A strip that wraps without a seam, at least as wide as the canvas.

        Raises `OverlayError` where there is no text.
        """
        from overlays.base import OverlayError, Patch  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.painting import even, scale_of  # noqa: PLC0415
        from overlays.text import shown_text  # noqa: PLC0415

        scale = scale_of(canvas_width, canvas_height)
        text, missing = shown_text(params.text, longest=3000)
        if not text:
            raise OverlayError("The ticker has no text.")
        height = max(12, even(HEIGHT_PX * scale))
        upright = canvas_height > canvas_width
        top = min(even(canvas_height * UPRIGHT_TOP), canvas_height - height) if upright else canvas_height - height
        template = params.template or usual_template("ticker")
        return Patch(
            _strip(text, canvas_width, height, template),
            x=0,
            y=top,
            scroll_px_per_s=template.speed * scale,
            width=canvas_width,
            missing=missing,
        )


def _strip(text: str, canvas_width: int, height: int, template: OverlayTemplate) -> "Rgba":
    from PySide6.QtCore import QPointF, QRectF, Qt  # noqa: PLC0415 - Qt only where something is drawn
    from PySide6.QtGui import QColor, QFontMetricsF  # noqa: PLC0415

    from overlays.painting import even, painter_on, pixels, sheet  # noqa: PLC0415
    from overlays.text import BOLD, font, painting_ready  # noqa: PLC0415

    painting_ready()
    face = font(height * 0.54, BOLD)
    metrics = QFontMetricsF(face)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST_STRIP_PX - canvas_width)
    gap = height * 2.2
    period = even(metrics.horizontalAdvance(shown) + gap)
    times = math.ceil(canvas_width / period)
    image = sheet(period * times, height)
    with painter_on(image) as painter:
        painter.fillRect(image.rect(), QColor(template.ground))
        painter.fillRect(QRectF(0, 0, image.width(), max(1.0, height / 16)), QColor(template.price_ink))
        painter.setFont(face)
        baseline = (height + height / 16 + metrics.ascent() - metrics.descent()) / 2
        for number in range(times):
            left = number * period + gap / 2
            painter.setPen(QColor(template.ink))
            painter.drawText(QPointF(left, baseline), shown)
            painter.setBrush(QColor(template.price_ink))
            painter.setPen(Qt.PenStyle.NoPen)
            dot = height * 0.09
            painter.drawEllipse(QPointF(number * period + dot * 1.5, height / 2 + height / 32), dot, dot)
    return pixels(image)
