"""figures, and what they count"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('figure_tally',
    sa.Column('measure', sa.String(length=60), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('measure', 'day', name=op.f('pk_figure_tally'))
    )
    op.create_table('figure_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=True),
    sa.Column('territory_id', sa.Integer(), nullable=True),
    sa.Column('kind_id', sa.Integer(), nullable=True),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.CheckConstraint('members >= 0', name=op.f('ck_figure_group_members_are_counted')),
    sa.ForeignKeyConstraint(['kind_id'], ['organisation_kind.id'], name=op.f('fk_figure_group_kind_id_organisation_kind')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_figure_group_network_id_network')),
    sa.ForeignKeyConstraint(['territory_id'], ['territory.id'], name=op.f('fk_figure_group_territory_id_territory')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_group')),
    sa.UniqueConstraint('key', name=op.f('uq_figure_group_key'))
    )
    with op.batch_alter_table('figure_group', schema=None) as batch_op:
        batch_op.create_index('ix_figure_group_territory', ['territory_id', 'network_id', 'kind_id'], unique=False)

    op.create_table('visit',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('by_mail', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_visit_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'day', name=op.f('pk_visit'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index('ix_visit_day', ['day', 'member_id', 'by_mail'], unique=False)

    op.create_table('document_opening',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_opening_document_id_document')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_document_opening_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'document_id', 'day', name=op.f('pk_document_opening'))
    )
    with op.batch_alter_table('document_opening', schema=None) as batch_op:
        batch_op.create_index('ix_document_opening_day', ['day', 'document_id', 'member_id'], unique=False)
        batch_op.create_index('ix_document_opening_document', ['document_id', 'day', 'member_id'], unique=False)

    op.create_table('figure_day',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('members', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('charter', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('active_week', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('active_month', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('invited', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('joined', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('visits', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('mail_visits', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('topics', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('answers', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('answered_in_time', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('answered_late', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('delay_minutes', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('first_4_hours', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('first_day', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('first_2_days', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('first_week', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('first_later', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('documents', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('openings', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('mails', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('sought_in_vain', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['figure_group.id'], name=op.f('fk_figure_day_group_id_figure_group'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'day', name=op.f('pk_figure_day')),
    sqlite_with_rowid=False
    )
    op.create_table('figure_document',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('openings', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_figure_document_document_id_document')),
    sa.PrimaryKeyConstraint('month', 'document_id', name=op.f('pk_figure_document')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index('ix_document_deposited', ['deposited_at'], unique=False)

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index('ix_mail_sent', ['sent_at'], unique=False)

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_created', ['created_at'], unique=False)

    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.create_index('ix_topic_created', ['created_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_index('ix_topic_created')

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index('ix_post_created')

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_sent')

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index('ix_document_deposited')

    op.drop_table('figure_document')
    op.drop_table('figure_day')
    with op.batch_alter_table('document_opening', schema=None) as batch_op:
        batch_op.drop_index('ix_document_opening_document')
        batch_op.drop_index('ix_document_opening_day')

    op.drop_table('document_opening')
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_day')

    op.drop_table('visit')
    with op.batch_alter_table('figure_group', schema=None) as batch_op:
        batch_op.drop_index('ix_figure_group_territory')

    op.drop_table('figure_group')
    op.drop_table('figure_tally')
