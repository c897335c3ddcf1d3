"""the weekly letter: when it leaves, how far it is, what editors add, what each member was sent"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('letter_settings',
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_letter_settings_is_a_day')),
    sa.CheckConstraint('hour BETWEEN 0 AND 23', name=op.f('ck_letter_settings_is_an_hour')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_letter_settings_network_id_network')),
    sa.PrimaryKeyConstraint('network_id', name=op.f('pk_letter_settings'))
    )
    op.create_table('letter_run',
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moment', sa.DateTime(timezone=True), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_letter_run_network_id_network')),
    sa.PrimaryKeyConstraint('network_id', 'week', name=op.f('pk_letter_run'))
    )
    op.create_table('letter_edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('picks', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_letter_edition_network_id_network')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_edition')),
    sa.UniqueConstraint('network_id', 'week', name=op.f('uq_letter_edition_network_id_week'))
    )
    op.create_table('letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_letter_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_letter_network_id_network')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('member_id', 'week', name=op.f('uq_letter_member_id_week'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index('ix_letter_created', ['created_at'], unique=False)
        batch_op.create_index('ix_letter_mail', ['mail_id'], unique=False)

    op.create_table('public_letter_settings',
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('words', sa.String(length=600), nullable=False),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_public_letter_settings_network_id_network')),
    sa.PrimaryKeyConstraint('network_id', name=op.f('pk_public_letter_settings'))
    )
    op.create_table('public_letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_public_letter_is_titled')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_public_letter_network_id_network')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_letter'))
    )
    with op.batch_alter_table('public_letter', schema=None) as batch_op:
        batch_op.create_index('ix_public_letter_network', ['network_id', 'sent_at'], unique=False)

    op.create_table('public_letter_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('words', sa.String(length=600), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('what', sa.Enum('topic', 'article', 'document', 'event', name='what', native_enum=False, length=20), nullable=True),
    sa.Column('content_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(what IS NULL) = (content_id IS NULL)', name=op.f('ck_public_letter_item_names_a_content_or_none')),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_public_letter_item_is_titled')),
    sa.ForeignKeyConstraint(['letter_id'], ['public_letter.id'], name=op.f('fk_public_letter_item_letter_id_public_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_letter_item'))
    )
    with op.batch_alter_table('public_letter_item', schema=None) as batch_op:
        batch_op.create_index('ix_public_letter_item_letter', ['letter_id', 'position'], unique=False)

    op.create_table('public_subscriber',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consent', sa.Enum('mail', name='consent', native_enum=False, length=20), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_public_subscriber_network_id_network')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_subscriber')),
    sa.UniqueConstraint('network_id', 'email', name=op.f('uq_public_subscriber_network_id_email'))
    )
    with op.batch_alter_table('public_subscriber', schema=None) as batch_op:
        batch_op.create_index('ix_public_subscriber_mail', ['mail_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('public_subscriber', schema=None) as batch_op:
        batch_op.drop_index('ix_public_subscriber_mail')

    op.drop_table('public_subscriber')
    with op.batch_alter_table('public_letter_item', schema=None) as batch_op:
        batch_op.drop_index('ix_public_letter_item_letter')

    op.drop_table('public_letter_item')
    with op.batch_alter_table('public_letter', schema=None) as batch_op:
        batch_op.drop_index('ix_public_letter_network')

    op.drop_table('public_letter')
    op.drop_table('public_letter_settings')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index('ix_letter_mail')
        batch_op.drop_index('ix_letter_created')

    op.drop_table('letter')
    op.drop_table('letter_edition')
    op.drop_table('letter_run')
    op.drop_table('letter_settings')
