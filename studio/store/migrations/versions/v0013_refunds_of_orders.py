"""What a piece costs on the platform, who sold it for a commission, and why and when money went back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None

COLUMNS = ("unit_price_fen", "anchor", "refund_reason", "refunded_at", "refund_named", "refund_told_at")


def upgrade() -> None:
    op.add_column("order_line", sa.Column("unit_price_fen", sa.Integer(), nullable=False, server_default="0"))
    for name in ("anchor", "refund_reason"):
        op.add_column("order_line", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("refunded_at", "refund_told_at"):
        op.add_column("order_line", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("order_line", sa.Column("refund_named", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What was said before is older than any file from now on, and newer than those that lie about.
    op.execute("UPDATE order_line SET refund_told_at = CURRENT_TIMESTAMP WHERE refunded_fen > 0")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("order_line", name)
