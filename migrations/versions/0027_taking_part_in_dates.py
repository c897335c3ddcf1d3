"""taking part in dates"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('registration_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('text', 'choice', 'yes_no', name='questionkind', native_enum=False, length=20), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('choices', sa.Text(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_registration_question_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration_question'))
    )
    with op.batch_alter_table('registration_question', schema=None) as batch_op:
        batch_op.create_index('ix_registration_question_event', ['event_id', 'id'], unique=False)

    op.create_table('registration_terms',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('days_before', sa.Integer(), nullable=True),
    sa.Column('waiting_list', sa.Boolean(), nullable=False),
    sa.CheckConstraint('capacity IS NULL OR capacity > 0', name=op.f('ck_registration_terms_has_places')),
    sa.CheckConstraint('days_before IS NULL OR days_before >= 0', name=op.f('ck_registration_terms_closes_before')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_registration_terms_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_registration_terms'))
    )
    op.create_table('registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('standing', sa.Enum('coming', 'waiting', 'declined', name='standing', native_enum=False, length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('came', sa.Boolean(), nullable=True),
    sa.CheckConstraint("came IS NULL OR standing <> 'waiting'", name=op.f('ck_registration_came_or_waits')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_registration_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_registration_occurrence_id_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('occurrence_id', 'member_id', name=op.f('uq_registration_occurrence_id_member_id'))
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index('ix_registration_line', ['occurrence_id', 'standing', 'since'], unique=False)
        batch_op.create_index('ix_registration_member', ['member_id', 'standing'], unique=False)

    op.create_table('registration_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_registration_message_author_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_registration_message_occurrence_id_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration_message'))
    )
    with op.batch_alter_table('registration_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_message_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_registration_message_sent', ['occurrence_id', 'sent_at'], unique=False)

    op.create_table('registration_answer',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['registration_question.id'], name=op.f('fk_registration_answer_question_id_registration_question'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_registration_answer_registration_id_registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'question_id', name=op.f('pk_registration_answer'))
    )
    with op.batch_alter_table('registration_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registration_answer_question_id'), ['question_id'], unique=False)

    op.create_table('registration_reminder',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('which', sa.String(length=10), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_registration_reminder_registration_id_registration'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'which', 'starts_at', name=op.f('pk_registration_reminder'))
    )


def downgrade() -> None:
    op.drop_table('registration_reminder')
    with op.batch_alter_table('registration_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_registration_answer_question_id'))

    op.drop_table('registration_answer')
    with op.batch_alter_table('registration_message', schema=None) as batch_op:
        batch_op.drop_index('ix_registration_message_sent')
        batch_op.drop_index(batch_op.f('ix_registration_message_author_id'))

    op.drop_table('registration_message')
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_index('ix_registration_member')
        batch_op.drop_index('ix_registration_line')

    op.drop_table('registration')
    op.drop_table('registration_terms')
    with op.batch_alter_table('registration_question', schema=None) as batch_op:
        batch_op.drop_index('ix_registration_question_event')

    op.drop_table('registration_question')
