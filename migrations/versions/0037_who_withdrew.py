"""who withdrew what"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

TABLES = ('event', 'room', 'date_poll', 'document')


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('withdrawn_by_moderator', sa.Boolean(), server_default=sa.false(), nullable=False))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('withdrawn_by_moderator', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('withdrawn_by_moderator')
