"""Moments, products, events and a session as the tests need them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.exports.base import Carrier, Export, ExportLine, Status
from studio.events import HealthSampled
from studio.shop.products import Product
from studio.store.sessions import NewSession
from studio.store.store import Store

START = datetime(2026, 5, 1, 12, 0, 0, 123_000, tzinfo=UTC)

APPLES = Product("P01", "红富士苹果", 3990, 5200, "5 kg", "甘肃", "apple.webp", "https://n.example/p01", "合作社", 600)
TEA = Product("P02", "普安红茶", 6800)


@dataclass(slots=True)
class StandingClock:
    """A clock that only moves when it is told to."""

    at: datetime = START

    def now_ns(self) -> int:
        return int(self.at.timestamp() * 1e9)

    def asleep_ns(self) -> int:
        return 0

    def utc(self) -> datetime:
        return self.at

    def go_on_from(self, moment: datetime | None) -> None:
        self.at = max(self.at, moment or self.at)


def after(seconds: float) -> datetime:
    """So many seconds into the session."""
    return START + timedelta(seconds=seconds)


def begin(store: Store) -> int:
    """A session with both products."""
    return store.begin_session(
        NewSession(
            START, canvas="1280x720", fps=30, bitrate_kbps=2500, source="camera", cards=(APPLES.card(), TEA.card())
        )
    )


def health(second: float, **changed: Any) -> HealthSampled:
    """One second of a healthy show."""
    frames = int(second * 30)
    sample = HealthSampled(
        at=after(second),
        on_air_s=second,
        composed_fps=30.0,
        captured_frames=frames,
        composed_frames=frames,
        encoded_frames=frames,
        late_ticks=0,
        skipped_frames=0,
        dropped_packets=0,
        sent_kbps=2600.0,
        audio_peak_dbfs=-12.0,
        drift_ms=0.5,
        cpu_percent=80.0,
        rss_mb=210.0,
        disk_free_mb=50_000,
    )
    return replace(sample, **changed)


def order(number: str, sku: str = "P01", **changed: Any) -> ExportLine:
    """A paid order line of a file, for one piece."""
    line = ExportLine(
        platform="csv",
        order_id=number,
        line_id=sku,
        product_id="",
        sku=sku,
        title="",
        quantity=1,
        paid_fen=3990,
        refunded_fen=0,
        status=Status.PAID,
        created_at=None,
        paid_at=after(60),
        shipped_at=None,
        carrier=Carrier.UNKNOWN,
        room_id="",
        room_started_at=None,
        delivered_by="",
        waybill="",
        refund_status="",
        buyer="",
    )
    return replace(line, **changed)


def export(*lines: ExportLine) -> Export:
    """A file of these lines."""
    return Export("nongbo", lines[0].platform if lines else "csv", lines, ())
