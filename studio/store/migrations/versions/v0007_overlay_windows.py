"""From when to when overlays beside the card were on the picture."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "overlay_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_overlay_window_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlay_window")),
    )
    op.create_index(op.f("ix_overlay_window_session_id"), "overlay_window", ["session_id"])


def downgrade() -> None:
    op.drop_table("overlay_window")
