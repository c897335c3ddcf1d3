"""former dates"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('former_date',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('recurrence_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_former_date_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_former_date_occurrence_id_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'recurrence_at', name=op.f('pk_former_date'))
    )
    with op.batch_alter_table('former_date', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_date_occurrence_id'), ['occurrence_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('former_date', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_date_occurrence_id'))

    op.drop_table('former_date')
