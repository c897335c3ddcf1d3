"""the agenda: events and their dates"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('event_kind',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_kind')),
    sa.UniqueConstraint('name', name=op.f('uq_event_kind_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_event_kind_slug'))
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=255), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('all_day', sa.Boolean(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recurrence', sa.Text(), nullable=False),
    sa.Column('through', sa.DateTime(timezone=True), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_why', sa.String(length=500), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submission', sa.String(length=36), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('postcode', sa.String(length=5), nullable=False),
    sa.Column('town', sa.String(length=200), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('placed', sa.Enum('address', 'commune', 'hand', name='placed', native_enum=False, length=20), nullable=True),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(recurrence = '') = (through IS NULL)", name=op.f('ck_event_recurs_or_not')),
    sa.CheckConstraint('(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (placed IS NULL)', name=op.f('ck_event_is_somewhere_or_nowhere')),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_event_is_titled')),
    sa.CheckConstraint('starts_at <= ends_at', name=op.f('ck_event_starts_before_it_ends')),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_event_audience_id_audience')),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_event_commune_code_commune')),
    sa.ForeignKeyConstraint(['kind_id'], ['event_kind.id'], name=op.f('fk_event_kind_id_event_kind')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_event_organisation_id_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_event_owner_id_member')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_event_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('owner_id', 'submission', name=op.f('uq_event_owner_id_submission')),
    sa.UniqueConstraint('uid', name=op.f('uq_event_uid'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_commune_code'), ['commune_code'], unique=False)
        batch_op.create_index('ix_event_created', ['created_at'], unique=False)
        batch_op.create_index('ix_event_kind', ['kind_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_event_owner', ['owner_id', 'created_at'], unique=False)
        batch_op.create_index('ix_event_theme', ['theme_id'], unique=False)
        batch_op.create_index('ix_event_through', ['through'], unique=False)

    op.create_table('occurrence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('recurrence_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=True),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_occurrence_days_follow')),
    sa.CheckConstraint('starts_at <= ends_at', name=op.f('ck_occurrence_starts_before_it_ends')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_occurrence_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence')),
    sa.UniqueConstraint('event_id', 'recurrence_at', name=op.f('uq_occurrence_event_id_recurrence_at'))
    )
    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.create_index('ix_occurrence_days', ['last_day', 'first_day', 'event_id'], unique=False)
        batch_op.create_index('ix_occurrence_starts', ['starts_at', 'event_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.drop_index('ix_occurrence_starts')
        batch_op.drop_index('ix_occurrence_days')

    op.drop_table('occurrence')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_through')
        batch_op.drop_index('ix_event_theme')
        batch_op.drop_index('ix_event_owner')
        batch_op.drop_index(batch_op.f('ix_event_organisation_id'))
        batch_op.drop_index('ix_event_kind')
        batch_op.drop_index('ix_event_created')
        batch_op.drop_index(batch_op.f('ix_event_commune_code'))

    op.drop_table('event')
    op.drop_table('event_kind')
