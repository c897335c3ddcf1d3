"""positions of a house, in order"""

from alembic import op

revision = '0052'
down_revision = '0046'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index('ix_position_of_house', ['institution_id', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index('ix_position_of_house')
