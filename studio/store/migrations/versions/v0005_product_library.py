"""What a product library holds besides the card, and how products were before they were changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

TEXTS = {
    "short_name": "",
    "batch": "",
    "proof": "",
    "selling_points": "",
    "platform_skus": "[]",
    "platform_links": "[]",
}


def upgrade() -> None:
    with op.batch_alter_table("product") as product:
        for name, default in TEXTS.items():
            product.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=default))
        product.add_column(sa.Column("net_weight_g", sa.Integer(), nullable=True))
        product.add_column(sa.Column("harvested_on", sa.Date(), nullable=True))
        product.add_column(sa.Column("giving_percent", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "product_undo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_undo")),
    )
    op.create_index(op.f("ix_product_undo_step"), "product_undo", ["step"])


def downgrade() -> None:
    op.drop_table("product_undo")
    with op.batch_alter_table("product") as product:
        for name in (*TEXTS, "net_weight_g", "harvested_on", "giving_percent"):
            product.drop_column(name)
