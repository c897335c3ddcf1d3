"""anonymous needs, alerts and weekly mails"""

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recap_stop',
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_recap_stop_email_is_lower_case')),
    sa.PrimaryKeyConstraint('email', name=op.f('pk_recap_stop'))
    )
    op.create_table('quality_alert',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('refusals', 'help', name='kind', native_enum=False, length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_quality_alert_institution_id_institution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_quality_alert_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'institution_id', 'kind', name=op.f('pk_quality_alert'))
    )
    with op.batch_alter_table('quality_alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quality_alert_institution_id'), ['institution_id'], unique=False)

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lapse_told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('anonymised_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_need_anonymous_is_closed'), "anonymised_at IS NULL OR (state = 'closed' AND company_id IS NULL AND email = '')")
        batch_op.create_index('ix_need_kept', ['asked_at'], unique=False, sqlite_where=sa.text('anonymised_at IS NULL'), postgresql_where=sa.text('anonymised_at IS NULL'))

    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_days', sa.Integer(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_column('told_days')

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index('ix_need_kept', sqlite_where=sa.text('anonymised_at IS NULL'), postgresql_where=sa.text('anonymised_at IS NULL'))
        batch_op.drop_constraint(batch_op.f('ck_need_anonymous_is_closed'), type_='check')
        batch_op.drop_column('anonymised_at')
        batch_op.drop_column('lapse_told_at')

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_column('archived_at')

    op.drop_table('quality_alert')
    op.drop_table('recap_stop')
