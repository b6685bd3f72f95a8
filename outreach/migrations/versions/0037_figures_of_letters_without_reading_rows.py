"""figures of letters without reading rows.

Revision ID: 0037
Revises: 0036
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

COLUMNS = ["contact_id", "state", "sent_at", "step_id", "kind", "reason", "language", "channel"]


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_segments")
        batch_op.create_index("ix_delivery_figures", COLUMNS)


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_figures")
        batch_op.create_index("ix_delivery_segments", COLUMNS[:4])
