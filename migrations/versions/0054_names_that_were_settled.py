"""names that were settled"""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0057'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('names_settled', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('rewritten_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_column('rewritten_at')
        batch_op.drop_column('names_settled')
