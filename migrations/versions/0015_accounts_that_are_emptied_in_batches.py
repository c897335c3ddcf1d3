"""accounts that closed are emptied in batches, and remember how far that is"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('closing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('progress', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('closing', schema=None) as batch_op:
        batch_op.drop_column('progress')
