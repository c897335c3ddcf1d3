"""running the house: attempts of mails, deleted contents, former addresses"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deletion',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('item_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['member.id'], name=op.f('fk_deletion_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('kind', 'item_id', name=op.f('pk_deletion'))
    )
    with op.batch_alter_table('deletion', schema=None) as batch_op:
        batch_op.create_index('ix_deletion_at', ['at'], unique=False)
    op.create_table('former_address',
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('former_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_former_address_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('email', name=op.f('pk_former_address'))
    )
    with op.batch_alter_table('former_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_address_member_id'), ['member_id'], unique=False)
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('subject_audience_id', sa.Integer(), nullable=True))
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.alter_column('attempts', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.create_index(
            'ix_mail_not_sent', ['id'], unique=False,
            sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'),
        )
    # What those that are there name is not known any more: nobody reads their subjects (no audience is 0).
    op.execute(sa.text("UPDATE mail SET subject_audience_id = 0 WHERE kind = 'notifications'"))


def downgrade() -> None:
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_not_sent')
        batch_op.drop_column('subject_audience_id')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('attempts')
    op.drop_table('former_address')
    op.drop_table('deletion')
