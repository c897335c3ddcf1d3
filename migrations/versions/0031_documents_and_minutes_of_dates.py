"""documents and minutes of dates"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('event_minutes',
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_event_minutes_occurrence_id_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('occurrence_id', name=op.f('pk_event_minutes'))
    )
    op.create_table('event_paper',
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_event_paper_document_id_document'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_event_paper_occurrence_id_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('occurrence_id', 'document_id', name=op.f('pk_event_paper'))
    )
    with op.batch_alter_table('event_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_paper_document_id'), ['document_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('event_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_paper_document_id'))

    op.drop_table('event_paper')
    op.drop_table('event_minutes')
