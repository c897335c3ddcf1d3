"""the terms of a subscription"""

import sqlalchemy as sa
from alembic import op

revision = '0057'
down_revision = '0053'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.add_column(sa.Column('terms', sa.Text(), nullable=False, server_default=''))

    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.alter_column('terms', server_default=None, existing_type=sa.Text(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_column('terms')
