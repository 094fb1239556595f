"""The first tables: shop, sessions, audience, broadcast."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_shop()
    _create_session()
    _create_audience()
    _create_broadcast()


def downgrade() -> None:
    for table in (
        "notice",
        "health_sample",
        "output_event",
        "order_line",
        "viewer_sample",
        "card_window",
        "session_product",
        "session",
        "product",
        "station",
    ):
        op.drop_table(table)


def _create_shop() -> None:
    op.create_table(
        "station",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("old_price_fen", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_product_sku")),
    )


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end", sa.Text(), nullable=True),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("canvas", sa.Text(), nullable=False),
        sa.Column("fps", sa.Integer(), nullable=False),
        sa.Column("bitrate_kbps", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recording", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_session_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_table(
        "session_product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("old_price_fen", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_session_product_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_product")),
        sa.UniqueConstraint("session_id", "sku", name=op.f("uq_session_product_session_id_sku")),
    )
    op.create_table(
        "card_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_card_window_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_window")),
    )
    op.create_index(op.f("ix_card_window_session_id"), "card_window", ["session_id"], unique=False)


def _create_audience() -> None:
    op.create_table(
        "viewer_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_viewer_sample_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewer_sample")),
    )
    op.create_index(op.f("ix_viewer_sample_session_id"), "viewer_sample", ["session_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("refunded_fen", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attributed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_order_line_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("platform", "order_id", "line_id", name=op.f("uq_order_line_platform_order_id_line_id")),
    )
    op.create_index(op.f("ix_order_line_session_id"), "order_line", ["session_id"], unique=False)


def _create_broadcast() -> None:
    op.create_table(
        "output_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem_code", sa.Text(), nullable=True),
        sa.Column("problem_values", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_output_event_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_output_event")),
    )
    op.create_index(op.f("ix_output_event_session_id"), "output_event", ["session_id"], unique=False)
    op.create_table(
        "health_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_air_s", sa.Double(), nullable=False),
        sa.Column("composed_fps", sa.Double(), nullable=False),
        sa.Column("captured_frames", sa.Integer(), nullable=False),
        sa.Column("composed_frames", sa.Integer(), nullable=False),
        sa.Column("encoded_frames", sa.Integer(), nullable=False),
        sa.Column("late_ticks", sa.Integer(), nullable=False),
        sa.Column("skipped_frames", sa.Integer(), nullable=False),
        sa.Column("dropped_packets", sa.Integer(), nullable=False),
        sa.Column("sent_kbps", sa.Double(), nullable=False),
        sa.Column("audio_peak_dbfs", sa.Double(), nullable=False),
        sa.Column("drift_ms", sa.Double(), nullable=False),
        sa.Column("cpu_percent", sa.Double(), nullable=False),
        sa.Column("rss_mb", sa.Double(), nullable=False),
        sa.Column("disk_free_mb", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_health_sample_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_sample")),
    )
    op.create_index(op.f("ix_health_sample_session_id_at"), "health_sample", ["session_id", "at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("problem_code", sa.Text(), nullable=False),
        sa.Column("problem_values", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_notice_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_session_id"), "notice", ["session_id"], unique=False)
