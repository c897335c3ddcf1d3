"""agreements of cases"""

import sqlalchemy as sa
from alembic import op

revision = '0047'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agreement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('loan', 'contribution', name='kind', native_enum=False, length=20), nullable=False),
    sa.Column('state', sa.Enum('draft', 'proposed', 'correction', 'signed', 'void', name='state', native_enum=False, length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('company', sa.String(length=200), nullable=False),
    sa.Column('company_siret', sa.String(length=14), nullable=False),
    sa.Column('company_address', sa.String(length=200), nullable=False),
    sa.Column('company_signatory', sa.String(length=200), nullable=False),
    sa.Column('company_title', sa.String(length=200), nullable=False),
    sa.Column('company_email', sa.String(length=254), nullable=False),
    sa.Column('institution', sa.String(length=200), nullable=False),
    sa.Column('institution_siret', sa.String(length=14), nullable=False),
    sa.Column('institution_address', sa.String(length=200), nullable=False),
    sa.Column('institution_signatory', sa.String(length=200), nullable=False),
    sa.Column('institution_title', sa.String(length=200), nullable=False),
    sa.Column('institution_email', sa.String(length=254), nullable=False),
    sa.Column('employee', sa.String(length=200), nullable=False),
    sa.Column('employee_job', sa.String(length=200), nullable=False),
    sa.Column('employee_email', sa.String(length=254), nullable=False),
    sa.Column('mission', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('hours', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('half_days', sa.SmallInteger(), nullable=False),
    sa.Column('refund', sa.Enum('full', 'less', name='refund', native_enum=False, length=20), nullable=True),
    sa.Column('refund_words', sa.Text(), nullable=False),
    sa.Column('probation', sa.String(length=200), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('signed_file_id', sa.Integer(), nullable=True),
    sa.Column('link_epoch', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'loan') = (refund IS NOT NULL)", name=op.f('ck_agreement_a_loan_is_refunded')),
    sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f('ck_agreement_signed_when_signed')),
    sa.CheckConstraint("state NOT IN ('proposed', 'signed') OR (sha256 IS NOT NULL AND file_id IS NOT NULL AND version > 0)", name=op.f('ck_agreement_what_is_signed_is_a_file')),
    sa.CheckConstraint('(signed_at IS NULL) = (signed_file_id IS NULL)', name=op.f('ck_agreement_signed_file_when_signed')),
    sa.CheckConstraint('half_days BETWEEN 2 AND 10', name=op.f('ck_agreement_one_to_five_days')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_agreement_ends_after_it_starts')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_agreement_file_id_file')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_agreement_position_id_position'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_agreement_programme_id_programme')),
    sa.ForeignKeyConstraint(['signed_file_id'], ['file.id'], name=op.f('fk_agreement_signed_file_id_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement')),
    sa.UniqueConstraint('position_id', name=op.f('uq_agreement_position_id'))
    )
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_file_id'), ['file_id'], unique=False)
        batch_op.create_index('ix_agreement_listed', ['programme_id', 'id'], unique=False)
        batch_op.create_index('ix_agreement_signed', ['programme_id', 'signed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_signed_file_id'), ['signed_file_id'], unique=False)

    op.create_table('agreement_code',
    sa.Column('agreement_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('party', sa.Enum('company', 'institution', 'employee', name='party', native_enum=False, length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sent', sa.Integer(), nullable=False),
    sa.Column('counted_since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_code_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agreement_id', 'party', name=op.f('pk_agreement_code'))
    )
    op.create_table('agreement_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('half_days', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'done', 'cancelled', name='daystate', native_enum=False, length=20), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('uid', sa.String(length=100), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name=op.f('ck_agreement_day_settled_when_settled')),
    sa.CheckConstraint('half_days IN (1, 2)', name=op.f('ck_agreement_day_a_day_or_half')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_day_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_day')),
    sa.UniqueConstraint('agreement_id', 'day', name=op.f('uq_agreement_day_agreement_id_day')),
    sa.UniqueConstraint('uid', name=op.f('uq_agreement_day_uid'))
    )
    op.create_table('agreement_signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('party', sa.Enum('company', 'institution', 'employee', name='party', native_enum=False, length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('way', sa.Enum('online', 'scan', name='way', native_enum=False, length=20), nullable=False),
    sa.Column('from_address', sa.String(length=200), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('brought_by', sa.Enum('company', 'institution', 'employee', 'team', 'house', name='by', native_enum=False, length=20), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.Enum('company', 'institution', 'employee', 'team', 'house', name='by', native_enum=False, length=20), nullable=True),
    sa.CheckConstraint("(way = 'scan') = (file_id IS NOT NULL)", name=op.f('ck_agreement_signature_a_scan_is_a_file')),
    sa.CheckConstraint("way = 'scan' OR confirmed_at IS NOT NULL", name=op.f('ck_agreement_signature_online_is_sure')),
    sa.CheckConstraint('(confirmed_at IS NULL) = (confirmed_by IS NULL)', name=op.f('ck_agreement_signature_confirmed_by_somebody')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_agreement_signature_is_named')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_signature_agreement_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_agreement_signature_file_id_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_signature')),
    sa.UniqueConstraint('agreement_id', 'version', 'party', name=op.f('uq_agreement_signature_agreement_id_version_party'))
    )
    with op.batch_alter_table('agreement_signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_signature_file_id'), ['file_id'], unique=False)

    op.create_table('agreement_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.Enum('prepare', 'edit', 'propose', 'ask_correction', 'sign', 'bring_scan', 'refuse_scan', 'complete', 'void', 'day_done', 'day_cancelled', 'day_moved', 'day_added', 'day_again', name='act', native_enum=False, length=20), nullable=False),
    sa.Column('by', sa.Enum('company', 'institution', 'employee', 'team', 'house', name='by', native_enum=False, length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_step_agreement_id_agreement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_step'))
    )
    with op.batch_alter_table('agreement_step', schema=None) as batch_op:
        batch_op.create_index('ix_agreement_step', ['agreement_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('agreement_step', schema=None) as batch_op:
        batch_op.drop_index('ix_agreement_step')

    op.drop_table('agreement_step')
    with op.batch_alter_table('agreement_signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_signature_file_id'))

    op.drop_table('agreement_signature')
    op.drop_table('agreement_day')
    op.drop_table('agreement_code')
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_signed_file_id'))
        batch_op.drop_index('ix_agreement_signed')
        batch_op.drop_index('ix_agreement_listed')
        batch_op.drop_index(batch_op.f('ix_agreement_file_id'))

    op.drop_table('agreement')
