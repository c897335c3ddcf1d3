"""incidents"""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('incident',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('happened', sa.Text(), nullable=False),
    sa.Column('noticed_on', sa.Date(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(happened) > 0', name=op.f('ck_incident_is_told')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_incident_member_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_member_id'), ['member_id'], unique=False)

    op.create_table('incident_programme',
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_programme_incident_id_incident'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_incident_programme_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('incident_id', 'programme_id', name=op.f('pk_incident_programme'))
    )
    with op.batch_alter_table('incident_programme', schema=None) as batch_op:
        batch_op.create_index('ix_incident_programme', ['programme_id', 'incident_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('incident_programme', schema=None) as batch_op:
        batch_op.drop_index('ix_incident_programme')

    op.drop_table('incident_programme')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_member_id'))

    op.drop_table('incident')
