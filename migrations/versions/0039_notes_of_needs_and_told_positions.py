"""notes of needs and told positions"""

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('need_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('note', 'appointment', 'answer', name='notekind', native_enum=False, length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'appointment') = (day IS NOT NULL)", name=op.f('ck_need_note_appointment_has_a_day')),
    sa.CheckConstraint('length(words) > 0', name=op.f('ck_need_note_is_said')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_need_note_institution_id_institution')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_need_note_member_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_note_need_id_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_note'))
    )
    with op.batch_alter_table('need_note', schema=None) as batch_op:
        batch_op.create_index('ix_need_note', ['need_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_note_member_id'), ['member_id'], unique=False)

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alerted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_need_unanswered', ['opened_at'], unique=False, sqlite_where=sa.text("state = 'open' AND alerted_at IS NULL"), postgresql_where=sa.text("state = 'open' AND alerted_at IS NULL"))

    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_position_silent', ['told_at'], unique=False, sqlite_where=sa.text("state = 'waiting' AND reminded_at IS NULL"), postgresql_where=sa.text("state = 'waiting' AND reminded_at IS NULL"))



def downgrade() -> None:
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index('ix_position_silent', sqlite_where=sa.text("state = 'waiting' AND reminded_at IS NULL"), postgresql_where=sa.text("state = 'waiting' AND reminded_at IS NULL"))
        batch_op.drop_column('told_at')

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index('ix_need_unanswered', sqlite_where=sa.text("state = 'open' AND alerted_at IS NULL"), postgresql_where=sa.text("state = 'open' AND alerted_at IS NULL"))
        batch_op.drop_column('alerted_at')

    with op.batch_alter_table('need_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_note_member_id'))
        batch_op.drop_index('ix_need_note')

    op.drop_table('need_note')
