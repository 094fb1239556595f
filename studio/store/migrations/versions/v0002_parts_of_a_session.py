"""A session that was cut off and gone on with: several recordings, and the gaps between its parts.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_recording_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index(op.f("ix_recording_session_id"), "recording", ["session_id"], unique=False)
    op.create_table(
        "session_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_session_gap_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_gap")),
    )
    op.create_index(op.f("ix_session_gap_session_id"), "session_gap", ["session_id"], unique=False)
    op.execute("INSERT INTO recording (session_id, path) SELECT id, recording FROM session WHERE recording IS NOT NULL")
    op.drop_column("session", "recording")


def downgrade() -> None:
    op.add_column("session", sa.Column("recording", sa.Text(), nullable=True))
    op.execute(
        "UPDATE session SET recording = (SELECT path FROM recording WHERE recording.session_id = session.id"
        " ORDER BY recording.id LIMIT 1)"
    )
    op.drop_table("session_gap")
    op.drop_table("recording")
