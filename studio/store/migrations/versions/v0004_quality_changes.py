"""What the picture was changed to, to fit the network."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "quality_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kbps", sa.Integer(), nullable=False),
        sa.Column("wanted_kbps", sa.Integer(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("slowest", sa.Text(), nullable=True),
        sa.Column("better", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_quality_change_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_change")),
    )
    op.create_index(op.f("ix_quality_change_session_id"), "quality_change", ["session_id"])


def downgrade() -> None:
    op.drop_table("quality_change")
