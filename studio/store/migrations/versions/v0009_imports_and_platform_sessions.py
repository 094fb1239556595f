"""Imports that were made, what platforms say of a session, words counted in comments, counts that are about so many.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("viewer_sample", sa.Column("about", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "order_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_import")),
    )
    op.create_table(
        "platform_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_platform_session_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_session")),
        sa.UniqueConstraint("kind", "account", "started_at", name=op.f("uq_platform_session_kind_account_started_at")),
    )
    op.create_index(op.f("ix_platform_session_session_id"), "platform_session", ["session_id"])
    op.create_table(
        "foreign_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_account")),
        sa.UniqueConstraint("platform", "account", name=op.f("uq_foreign_account_platform_account")),
    )
    op.create_table(
        "comment_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_comment_count_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_count")),
    )
    op.create_index(op.f("ix_comment_count_session_id"), "comment_count", ["session_id"])


def downgrade() -> None:
    for table in ("comment_count", "foreign_account", "platform_session", "order_import"):
        op.drop_table(table)
    op.drop_column("viewer_sample", "about")
