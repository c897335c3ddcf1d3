"""accounts of companies"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('company_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('postcode', sa.String(length=5), nullable=False),
    sa.Column('town', sa.String(length=200), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=False),
    sa.Column('staff', sa.Integer(), nullable=True),
    sa.Column('first_name', sa.String(length=200), nullable=False),
    sa.Column('last_name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(length=2000), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'accepted', 'declined', name='requeststate', native_enum=False, length=20), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=2000), nullable=False),
    sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f('ck_company_request_decided_when_not_waiting')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_company_request_email_is_lower_case')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_company_request_is_named')),
    sa.CheckConstraint('staff IS NULL OR staff >= 0', name=op.f('ck_company_request_staff_is_counted')),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_company_request_commune_code_commune')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['member.id'], name=op.f('fk_company_request_decided_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_company_request_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_request'))
    )
    with op.batch_alter_table('company_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_request_commune_code'), ['commune_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_company_request_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index('ix_company_request_email', ['email'], unique=False)
        batch_op.create_index('ix_company_request_of_programme', ['programme_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_company_request_waiting', ['programme_id', 'siret', 'email'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('expected_representative',
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('first_name', sa.String(length=200), nullable=False),
    sa.Column('last_name', sa.String(length=200), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_expected_representative_email_is_lower_case')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_expected_representative_company_id_company'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'email', name=op.f('pk_expected_representative'))
    )
    with op.batch_alter_table('expected_representative', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expected_representative_email'), ['email'], unique=False)

    with op.batch_alter_table('need_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changes', sa.JSON(none_as_null=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('need_step', schema=None) as batch_op:
        batch_op.drop_column('changes')

    with op.batch_alter_table('expected_representative', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expected_representative_email'))

    op.drop_table('expected_representative')
    with op.batch_alter_table('company_request', schema=None) as batch_op:
        batch_op.drop_index('ix_company_request_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index('ix_company_request_of_programme')
        batch_op.drop_index('ix_company_request_email')
        batch_op.drop_index(batch_op.f('ix_company_request_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_company_request_commune_code'))

    op.drop_table('company_request')
