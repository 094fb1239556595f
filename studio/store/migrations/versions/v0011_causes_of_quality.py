"""Why the picture was changed: how far a destination lay behind, and what its line took."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("quality_change", sa.Column("behind_s", sa.Double(), nullable=True))
    op.add_column("quality_change", sa.Column("taken_kbps", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("quality_change", "taken_kbps")
    op.drop_column("quality_change", "behind_s")
