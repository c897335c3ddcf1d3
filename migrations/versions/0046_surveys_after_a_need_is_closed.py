"""surveys after a need is closed"""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('closing', 'reception', 'three_months', 'six_months', name='kind', native_enum=False, length=20), nullable=False),
    sa.Column('ending', sa.Enum('refused', 'oriented', 'withdrawn', 'no_taker', 'helped', 'not_helped', 'unreachable', name='ending', native_enum=False, length=20), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('satisfaction', sa.SmallInteger(), nullable=True),
    sa.Column('easy', sa.Enum('yes', 'partly', 'no', name='said', native_enum=False, length=20), nullable=True),
    sa.Column('in_time', sa.Enum('yes', 'partly', 'no', name='said', native_enum=False, length=20), nullable=True),
    sa.Column('of_expert', sa.SmallInteger(), nullable=True),
    sa.Column('jobs_created', sa.Integer(), nullable=True),
    sa.Column('jobs_kept', sa.Integer(), nullable=True),
    sa.Column('tie_lasts', sa.Enum('yes', 'partly', 'no', name='said', native_enum=False, length=20), nullable=True),
    sa.Column('of_use', sa.Enum('yes', 'partly', 'no', name='said', native_enum=False, length=20), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('testimonial', sa.Text(), nullable=False),
    sa.Column('signed', sa.String(length=200), nullable=False),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('answered_at IS NOT NULL OR (satisfaction IS NULL AND consented_at IS NULL)', name=op.f('ck_survey_says_nothing_unanswered')),
    sa.CheckConstraint('approved_at IS NULL OR consented_at IS NOT NULL', name=op.f('ck_survey_published_with_consent')),
    sa.CheckConstraint('consented_at IS NULL OR (length(testimonial) > 0 AND length(signed) > 0)', name=op.f('ck_survey_consents_to_something_signed')),
    sa.CheckConstraint('jobs_created >= 0 AND jobs_kept >= 0', name=op.f('ck_survey_jobs_are_counted')),
    sa.CheckConstraint('of_expert BETWEEN 1 AND 5', name=op.f('ck_survey_of_expert_is_on_the_scale')),
    sa.CheckConstraint('satisfaction BETWEEN 1 AND 5', name=op.f('ck_survey_satisfaction_is_on_the_scale')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_survey_member_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_survey_need_id_need'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_survey_position_id_position'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_survey_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey'))
    )
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.create_index('ix_survey_answered', ['programme_id', 'answered_at', 'id'], unique=False, sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_survey_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_survey_need_id', ['need_id'], unique=False)
        batch_op.create_index('ix_survey_of_company', ['need_id', 'kind', 'closed_at'], unique=True, sqlite_where=sa.text('position_id IS NULL'), postgresql_where=sa.text('position_id IS NULL'))
        batch_op.create_index('ix_survey_of_position', ['position_id', 'kind', 'closed_at'], unique=True)
        batch_op.create_index('ix_survey_published', ['programme_id', 'approved_at'], unique=False, sqlite_where=sa.text('approved_at IS NOT NULL'), postgresql_where=sa.text('approved_at IS NOT NULL'))
        batch_op.create_index('ix_survey_sent', ['programme_id', 'satisfaction'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_sent')
        batch_op.drop_index('ix_survey_published', sqlite_where=sa.text('approved_at IS NOT NULL'), postgresql_where=sa.text('approved_at IS NOT NULL'))
        batch_op.drop_index('ix_survey_of_position')
        batch_op.drop_index('ix_survey_of_company', sqlite_where=sa.text('position_id IS NULL'), postgresql_where=sa.text('position_id IS NULL'))
        batch_op.drop_index('ix_survey_need_id')
        batch_op.drop_index(batch_op.f('ix_survey_member_id'))
        batch_op.drop_index('ix_survey_answered', sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))

    op.drop_table('survey')
