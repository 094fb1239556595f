"""When the microphone was muted, and how the sound was treated."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "sound_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_sound_change_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound_change")),
    )
    op.create_index(op.f("ix_sound_change_session_id"), "sound_change", ["session_id"])


def downgrade() -> None:
    op.drop_table("sound_change")
