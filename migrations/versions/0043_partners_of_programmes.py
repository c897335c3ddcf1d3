"""partners of programmes"""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('partner',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('origins', sa.String(length=1000), nullable=False),
    sa.Column('colour', sa.String(length=7), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('key_hash', sa.String(length=64), nullable=True),
    sa.Column('key_made_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(key_hash IS NULL) = (key_made_at IS NULL)', name=op.f('ck_partner_key_is_dated')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_partner_is_named')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_partner_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_partner_key_hash')),
    sa.UniqueConstraint('slug', name=op.f('uq_partner_slug'))
    )
    with op.batch_alter_table('partner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_partner_programme_id'), ['programme_id'], unique=False)

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('partner_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_need_partner', ['partner_id', 'asked_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_need_partner_id_partner'), 'partner', ['partner_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_need_partner_id_partner'), type_='foreignkey')
        batch_op.drop_index('ix_need_partner')
        batch_op.drop_column('partner_id')

    with op.batch_alter_table('partner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_partner_programme_id'))

    op.drop_table('partner')
