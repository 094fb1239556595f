"""The ticker: a line of text that runs along the lower edge without end."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.overlay_template import OverlayTemplate, usual_template

if TYPE_CHECKING:
    from overlays.base import Covered, Patch, Rgba

HEIGHT_PX = 48  # at 720p
_LONGEST_STRIP_PX = 24_000  # Qt paints up to 32,767; this much already takes minutes to pass


@dataclass(frozen=True, slots=True)
class TickerParams:
    """What the ticker says."""

    text: str
    template: OverlayTemplate | None = None


class Ticker:
    """Draws tickers: opaque, all across the canvas at its lower edge, or above what is covered there."""

    def render(
        self, params: TickerParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """A strip that wraps without a seam, at least as wide as what is seen of it.

        Raises `OverlayError` where there is no text.
        """
        from overlays.base import OverlayError, Patch  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.painting import even, scale_of  # noqa: PLC0415
        from overlays.places import free_part  # noqa: PLC0415
        from overlays.text import shown_text  # noqa: PLC0415

        scale = scale_of(canvas_width, canvas_height)
        text, missing = shown_text(params.text, longest=3000)
        if not text:
            raise OverlayError("The ticker has no text.")
        height = max(12, even(HEIGHT_PX * scale))
        free = free_part(canvas_width, canvas_height, covered)
        template = params.template or usual_template("ticker")
        return Patch(
            _strip(text, free.width, height, template),
            x=free.left,
            y=free.bottom - height,
            scroll_px_per_s=template.speed * scale,
            width=free.width,
            missing=missing,
        )


def _strip(text: str, width: int, height: int, template: OverlayTemplate) -> "Rgba":
    from PySide6.QtCore import QPointF, QRectF, Qt  # noqa: PLC0415 - Qt only where something is drawn
    from PySide6.QtGui import QColor, QFontMetricsF  # noqa: PLC0415

    from overlays.painting import even, painter_on, pixels, sheet  # noqa: PLC0415
    from overlays.text import BOLD, font, painting_ready  # noqa: PLC0415

    painting_ready()
    face = font(height * 0.54, BOLD)
    metrics = QFontMetricsF(face)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST_STRIP_PX - width)
    gap = height * 2.2
    period = even(metrics.horizontalAdvance(shown) + gap)
    times = math.ceil(width / period)
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
