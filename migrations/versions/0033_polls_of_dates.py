"""polls of dates, and what is told of them"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None

ONE_OF_THREE = (
    "(CASE WHEN post_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN document_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN event_id IS NULL THEN 0 ELSE 1 END)"
)
ONE_OF_FOUR = ONE_OF_THREE + " + (CASE WHEN poll_id IS NULL THEN 0 ELSE 1 END)"


def upgrade() -> None:
    op.create_table('date_poll',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('all_day', sa.Boolean(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submission', sa.String(length=36), nullable=True),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_date_poll_is_titled')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_date_poll_lasts')),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_date_poll_audience_id_audience')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_date_poll_event_id_event'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_date_poll_owner_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_poll')),
    sa.UniqueConstraint('owner_id', 'submission', name=op.f('uq_date_poll_owner_id_submission'))
    )
    with op.batch_alter_table('date_poll', schema=None) as batch_op:
        batch_op.create_index('ix_date_poll_audience', ['audience_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_date_poll_event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix_date_poll_owner', ['owner_id', 'id'], unique=False)

    op.create_table('date_poll_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen', sa.Boolean(), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_date_poll_slot_starts_before_it_ends')),
    sa.ForeignKeyConstraint(['poll_id'], ['date_poll.id'], name=op.f('fk_date_poll_slot_poll_id_date_poll'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_poll_slot')),
    sa.UniqueConstraint('poll_id', 'starts_at', 'ends_at', name=op.f('uq_date_poll_slot_poll_id_starts_at_ends_at'))
    )
    op.create_table('date_poll_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_date_poll_reply_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['poll_id'], ['date_poll.id'], name=op.f('fk_date_poll_reply_poll_id_date_poll'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_poll_reply')),
    sa.UniqueConstraint('poll_id', 'member_id', name=op.f('uq_date_poll_reply_poll_id_member_id'))
    )
    with op.batch_alter_table('date_poll_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_date_poll_reply_member_id'), ['member_id'], unique=False)

    op.create_table('date_poll_choice',
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('suits', sa.Enum('yes', 'if_needed', 'no', name='suits', native_enum=False, length=20), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['date_poll_reply.id'], name=op.f('fk_date_poll_choice_reply_id_date_poll_reply'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['date_poll_slot.id'], name=op.f('fk_date_poll_choice_slot_id_date_poll_slot'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reply_id', 'slot_id', name=op.f('pk_date_poll_choice'))
    )
    with op.batch_alter_table('date_poll_choice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_date_poll_choice_slot_id'), ['slot_id'], unique=False)

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('poll_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_notification_poll', ['poll_id'], unique=False)
        batch_op.drop_constraint(batch_op.f('ck_notification_is_about_one_thing'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_notification_is_about_one_thing'), ONE_OF_FOUR + " = 1")
        batch_op.create_unique_constraint(batch_op.f('uq_notification_member_id_kind_poll_id_what'), ['member_id', 'kind', 'poll_id', 'what'])
        batch_op.create_foreign_key(batch_op.f('fk_notification_poll_id_date_poll'), 'date_poll', ['poll_id'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE poll_id IS NOT NULL OR kind IN ('poll', 'poll_answer')")
    op.execute("DELETE FROM notification_preference WHERE kind IN ('poll', 'poll_answer')")
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_notification_poll_id_date_poll'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notification_member_id_kind_poll_id_what'), type_='unique')
        batch_op.drop_constraint(batch_op.f('ck_notification_is_about_one_thing'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_notification_is_about_one_thing'), ONE_OF_THREE + " = 1")
        batch_op.drop_index('ix_notification_poll')
        batch_op.drop_column('poll_id')

    op.drop_table('date_poll_choice')
    op.drop_table('date_poll_reply')
    op.drop_table('date_poll_slot')
    op.drop_table('date_poll')
