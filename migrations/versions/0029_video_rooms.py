"""video rooms: meetings, who takes part, what is noted"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('waits', sa.Boolean(), nullable=False),
    sa.Column('guests', sa.Boolean(), nullable=False),
    sa.Column('link', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_room_is_titled')),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_room_audience_id_audience')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_room_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_room_owner_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('event_id', name=op.f('uq_room_event_id'))
    )
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.create_index('ix_room_owner', ['owner_id'], unique=False)

    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_meeting_room_id_room'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_room', ['room_id', 'started_at'], unique=False)
        batch_op.create_index('uq_meeting_open', ['room_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('room_guest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('link', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_guest_room_id_room'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_guest'))
    )
    with op.batch_alter_table('room_guest', schema=None) as batch_op:
        batch_op.create_index('ix_room_guest_created', ['created_at'], unique=False)
        batch_op.create_index('ix_room_guest_room', ['room_id'], unique=False)

    op.create_table('presence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('waiting', 'inside', 'left', 'refused', 'removed', name='state', native_enum=False, length=20), nullable=False),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lost_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('microphone', sa.Boolean(), nullable=False),
    sa.Column('camera', sa.Boolean(), nullable=False),
    sa.Column('screen', sa.Boolean(), nullable=False),
    sa.Column('light', sa.Boolean(), nullable=False),
    sa.Column('hand_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(member_id IS NULL) <> (guest_id IS NULL)', name=op.f('ck_presence_is_somebody')),
    sa.ForeignKeyConstraint(['guest_id'], ['room_guest.id'], name=op.f('fk_presence_guest_id_room_guest'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_presence_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_presence_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence'))
    )
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.create_index('ix_presence_guest', ['guest_id'], unique=False)
        batch_op.create_index('ix_presence_meeting', ['meeting_id', 'state'], unique=False)
        batch_op.create_index('ix_presence_member', ['member_id'], unique=False)
        batch_op.create_index('ix_presence_until', ['until_at'], unique=False)

    op.create_table('room_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('member_id IS NULL OR guest_id IS NULL', name=op.f('ck_room_note_is_by_one')),
    sa.ForeignKeyConstraint(['guest_id'], ['room_guest.id'], name=op.f('fk_room_note_guest_id_room_guest'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_room_note_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_room_note_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_note'))
    )
    with op.batch_alter_table('room_note', schema=None) as batch_op:
        batch_op.create_index('ix_room_note_guest', ['guest_id'], unique=False)
        batch_op.create_index('ix_room_note_meeting', ['meeting_id', 'id'], unique=False)
        batch_op.create_index('ix_room_note_member', ['member_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('room_note', schema=None) as batch_op:
        batch_op.drop_index('ix_room_note_member')
        batch_op.drop_index('ix_room_note_meeting')
        batch_op.drop_index('ix_room_note_guest')

    op.drop_table('room_note')
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_index('ix_presence_until')
        batch_op.drop_index('ix_presence_member')
        batch_op.drop_index('ix_presence_meeting')
        batch_op.drop_index('ix_presence_guest')

    op.drop_table('presence')
    with op.batch_alter_table('room_guest', schema=None) as batch_op:
        batch_op.drop_index('ix_room_guest_room')
        batch_op.drop_index('ix_room_guest_created')

    op.drop_table('room_guest')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index('uq_meeting_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_meeting_room')

    op.drop_table('meeting')
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.drop_index('ix_room_owner')

    op.drop_table('room')
