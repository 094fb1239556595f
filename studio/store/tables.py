"""The tables of the log, in SQLAlchemy's typed declarative form; a change here needs a revision in `migrations`.

Times are UTC and always aware, money is in fen, and a session keeps its own copy of the products it
showed, so that a later change of a price or a name never rewrites the past.
"""

from datetime import UTC, date, datetime

from sqlalchemy import DateTime, Dialect, Double, ForeignKey, Index, MetaData, Text, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

HEAD_REVISION = "0014"  # of the schema below; opening a log that is there already needs no Alembic


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime: kept as UTC, given back as UTC, also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """The base of all tables; constraints have fixed names, so that a revision can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        str: Text(),
        float: Double(),
    }


class Station(Table):
    """A village's e-commerce station: where sessions are held."""

    __tablename__ = "station"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    village: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    county: Mapped[str] = mapped_column(default="")


class ProductEntry(Table):
    """A product of the shop; one that was removed stays, marked, for the sessions that showed it."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price_fen: Mapped[int]
    old_price_fen: Mapped[int | None]
    unit: Mapped[str]
    origin: Mapped[str]
    picture: Mapped[str]
    link: Mapped[str]
    producer: Mapped[str]
    stock: Mapped[int | None]
    short_name: Mapped[str] = mapped_column(default="")
    net_weight_g: Mapped[int | None]
    batch: Mapped[str] = mapped_column(default="")
    harvested_on: Mapped[date | None]
    proof: Mapped[str] = mapped_column(default="")
    selling_points: Mapped[str] = mapped_column(default="")
    giving_percent: Mapped[int] = mapped_column(default=0)
    platform_skus: Mapped[str] = mapped_column(default="[]")  # JSON: [[platform, code], …]
    platform_links: Mapped[str] = mapped_column(default="[]")  # JSON: [[platform, link], …]
    deleted: Mapped[bool] = mapped_column(default=False)


class ProductUndo(Table):
    """How a product was before it was changed; the rows of one `step` were changed together and go back together."""

    __tablename__ = "product_undo"

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    sku: Mapped[str]
    before: Mapped[str | None]  # JSON: the columns of a product; none where it was not on the list


class SessionEntry(Table):
    """One show from going on air to going off; `end` is empty while it runs."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end: Mapped[str | None]
    rehearsal: Mapped[bool]
    title: Mapped[str]
    canvas: Mapped[str]  # "1280x720"
    fps: Mapped[int]
    bitrate_kbps: Mapped[int]
    source: Mapped[str]


class SessionGap(Table):
    """From when to when nothing was on air, because the session was cut off and gone on with later."""

    __tablename__ = "session_gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]


class RecordingEntry(Table):
    """A recording of a session; one that was gone on with has several."""

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    path: Mapped[str]


class SessionProduct(Table):
    """A product as it was when the session began, or when it came into the shop meanwhile."""

    __tablename__ = "session_product"
    __table_args__ = (UniqueConstraint("session_id", "sku"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    position: Mapped[int]
    sku: Mapped[str]
    name: Mapped[str]
    price_fen: Mapped[int]
    old_price_fen: Mapped[int | None]
    unit: Mapped[str]
    origin: Mapped[str]
    picture: Mapped[str]
    link: Mapped[str]


class CardWindow(Table):
    """From when to when a product's card was on the picture, to the millisecond."""

    __tablename__ = "card_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    sku: Mapped[str]
    shown_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]


class OverlayWindow(Table):
    """From when to when an overlay beside the card was on the picture."""

    __tablename__ = "overlay_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    slot: Mapped[str]
    kind: Mapped[str]
    settings: Mapped[str]  # JSON: [[field, text], …]
    shown_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]


class StepWindow(Table):
    """From when to when a step of the run was on, to the millisecond; the card may have been another meanwhile."""

    __tablename__ = "step_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    step_id: Mapped[int]  # the same wherever the step was dragged
    place: Mapped[int]  # in the run, from 0
    sku: Mapped[str]
    planned_s: Mapped[float]
    offers: Mapped[str]  # the kinds of overlays that came with it, with blanks between
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ProductChange(Table):
    """What a product's card said from one moment of a session on."""

    __tablename__ = "product_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    at: Mapped[datetime]
    sku: Mapped[str]
    price_fen: Mapped[int]
    old_price_fen: Mapped[int | None]
    stock: Mapped[int | None]


class PriceConfirmation(Table):
    """A person said that this price is right, though a platform's last order had that other one."""

    __tablename__ = "price_confirmation"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    price_fen: Mapped[int]
    platform_fen: Mapped[int]
    at: Mapped[datetime]


class ViewerSample(Table):
    """How many people watched at one moment, and who says so."""

    __tablename__ = "viewer_sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    at: Mapped[datetime]
    count: Mapped[int]
    source: Mapped[str]
    about: Mapped[bool] = mapped_column(default=False, server_default=false())  # somebody's guess


class OrderLine(Table):
    """One product of one order; the same line read twice is the same row."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("platform", "order_id", "line_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    platform: Mapped[str]
    order_id: Mapped[str]
    line_id: Mapped[str]
    sku: Mapped[str]
    title: Mapped[str]
    quantity: Mapped[int]
    paid_fen: Mapped[int]
    refunded_fen: Mapped[int]
    status: Mapped[str]
    paid_at: Mapped[datetime | None]
    attributed_by: Mapped[str | None]
    code: Mapped[str] = mapped_column(default="")  # the seller's own, as the file has it; `sku` is the shop's product
    product_id: Mapped[str] = mapped_column(default="")  # the platform's
    created_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    carrier: Mapped[str] = mapped_column(default="")
    room_id: Mapped[str] = mapped_column(default="")
    room_started_at: Mapped[datetime | None]
    delivered_by: Mapped[str] = mapped_column(default="")
    waybill: Mapped[str] = mapped_column(default="")
    refund_status: Mapped[str] = mapped_column(default="")
    buyer: Mapped[str] = mapped_column(default="")  # a salted hash
    unit_price_fen: Mapped[int] = mapped_column(default=0, server_default="0")  # what the platform asks for a piece
    anchor: Mapped[str] = mapped_column(default="", server_default="")  # who sold it for a commission
    refund_reason: Mapped[str] = mapped_column(default="", server_default="")
    refunded_at: Mapped[datetime | None]
    refund_named: Mapped[bool] = mapped_column(default=False, server_default=false())  # the amount, by the platform
    refund_told_at: Mapped[datetime | None]  # as of when the amount is


class ProductName(Table):
    """What a platform calls a product of the shop, by its number or its title, as a person said."""

    __tablename__ = "product_name"
    __table_args__ = (UniqueConstraint("platform", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    name: Mapped[str]
    sku: Mapped[str]


class OutputEvent(Table):
    """An output entered a state; the address is masked before it comes here."""

    __tablename__ = "output_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    output: Mapped[str]
    address: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    problem_code: Mapped[str | None]
    problem_values: Mapped[str | None]  # JSON: [[name, value], …]


class HealthSample(Table):
    """One second of a session's health; counters count from the start of the show."""

    __tablename__ = "health_sample"
    __table_args__ = (Index(None, "session_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    at: Mapped[datetime]
    on_air_s: Mapped[float]
    composed_fps: Mapped[float]
    captured_frames: Mapped[int]
    composed_frames: Mapped[int]
    encoded_frames: Mapped[int]
    late_ticks: Mapped[int]
    skipped_frames: Mapped[int]
    dropped_packets: Mapped[int]
    sent_kbps: Mapped[float]
    audio_peak_dbfs: Mapped[float]
    drift_ms: Mapped[float]
    cpu_percent: Mapped[float]
    rss_mb: Mapped[float]
    disk_free_mb: Mapped[int]


class QualityChange(Table):
    """What the picture was changed to, to fit the network, from one moment on."""

    __tablename__ = "quality_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    at: Mapped[datetime]
    kbps: Mapped[int]
    wanted_kbps: Mapped[int]
    motion: Mapped[str]  # whole, half, still
    slowest: Mapped[str | None]  # the destination that asked for it
    better: Mapped[bool]  # than before
    behind_s: Mapped[float | None]  # what went out there, behind what was made
    taken_kbps: Mapped[int | None]  # by its line, in the second before


class SoundChange(Table):
    """How the sound was treated from one moment on, until the next row."""

    __tablename__ = "sound_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    at: Mapped[datetime]
    muted: Mapped[bool]
    settings: Mapped[str]  # JSON: the fields of a SoundConfig


class Notice(Table):
    """A fault that was shown during a session, from when to when."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    problem_code: Mapped[str]
    problem_values: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
