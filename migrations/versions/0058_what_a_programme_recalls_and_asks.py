"""what a programme recalls and asks"""

import sqlalchemy as sa
from alembic import op

revision = '0058'
down_revision = '0054'
branch_labels = None
depends_on = None
CHOICES = ('reminds', 'lends', 'surveys', 'follows_up')


def upgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        for name in CHOICES:
            batch_op.add_column(sa.Column(name, sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table('programme', schema=None) as batch_op:
        for name in CHOICES:
            batch_op.alter_column(name, server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        for name in reversed(CHOICES):
            batch_op.drop_column(name)
