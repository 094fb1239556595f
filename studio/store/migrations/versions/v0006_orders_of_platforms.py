"""What the platforms' order files say beyond a line's money, and what platforms call the shop's products.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

TEXTS = ("code", "product_id", "carrier", "room_id", "delivered_by", "waybill", "refund_status", "buyer")
TIMES = ("created_at", "shipped_at", "room_started_at")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("order_line", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in TIMES:
        op.add_column("order_line", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE order_line SET code = sku WHERE platform <> 'typed'")
    op.create_table(
        "product_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_name")),
        sa.UniqueConstraint("platform", "name", name=op.f("uq_product_name_platform_name")),
    )


def downgrade() -> None:
    op.drop_table("product_name")
    for name in (*TEXTS, *TIMES):
        op.drop_column("order_line", name)
