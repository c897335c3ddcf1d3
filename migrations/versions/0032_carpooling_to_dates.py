"""carpooling to dates"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ride',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('occurrence_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('offer', 'search', name='ridekind', native_enum=False, length=20), nullable=False),
    sa.Column('way', sa.Enum('there', 'back', 'both', name='way', native_enum=False, length=20), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=False),
    sa.Column('days_after', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Time(), nullable=True),
    sa.Column('places', sa.Integer(), nullable=True),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'offer') = (hour IS NOT NULL)", name=op.f('ck_ride_offers_an_hour')),
    sa.CheckConstraint("(kind = 'offer') = (places IS NOT NULL)", name=op.f('ck_ride_offers_places')),
    sa.CheckConstraint('places IS NULL OR places BETWEEN 1 AND 8', name=op.f('ck_ride_fits')),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_ride_commune_code_commune')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_ride_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_ride_occurrence_id_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ride')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('ride', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ride_commune_code'), ['commune_code'], unique=False)
        batch_op.create_index('ix_ride_member', ['member_id'], unique=False)
        batch_op.create_index('ix_ride_occurrence', ['occurrence_id', 'id'], unique=False)

    op.create_table('ride_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ride_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('standing', sa.Enum('asked', 'proposed', 'accepted', 'turned_down', 'refused', name='seatstanding', native_enum=False, length=20), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_ride_seat_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ride_id'], ['ride.id'], name=op.f('fk_ride_seat_ride_id_ride'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ride_seat')),
    sa.UniqueConstraint('ride_id', 'member_id', name=op.f('uq_ride_seat_ride_id_member_id')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('ride_seat', schema=None) as batch_op:
        batch_op.create_index('ix_ride_seat_member', ['member_id', 'standing'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('ride_seat', schema=None) as batch_op:
        batch_op.drop_index('ix_ride_seat_member')

    op.drop_table('ride_seat')
    with op.batch_alter_table('ride', schema=None) as batch_op:
        batch_op.drop_index('ix_ride_occurrence')
        batch_op.drop_index('ix_ride_member')
        batch_op.drop_index(batch_op.f('ix_ride_commune_code'))

    op.drop_table('ride')
