"""Who sells for a commission and is one of us."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "own_anchor",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "anchor", name=op.f("pk_own_anchor")),
    )


def downgrade() -> None:
    op.drop_table("own_anchor")
