"""mail both ways: paces, bounces, addresses on hold, mails that come in"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_hold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_hold')),
    sa.UniqueConstraint('address', name=op.f('uq_mail_hold_address'))
    )
    op.create_table('mail_pace',
    sa.Column('provider', sa.String(length=60), nullable=False),
    sa.Column('free_at', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('provider', name=op.f('pk_mail_pace'))
    )
    op.create_table('mail_bounce',
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('hard', sa.Boolean(), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_mail_bounce_mail_id_mail'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mail_id', name=op.f('pk_mail_bounce'))
    )
    with op.batch_alter_table('mail_bounce', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_bounce_address'), ['address'], unique=False)

    op.create_table('received_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.Column('from_address', sa.String(length=254), nullable=False),
    sa.Column('outcome', sa.Enum('waiting', 'published', 'refused', 'bounce', 'ignored', name='outcome', native_enum=False, length=20), nullable=False),
    sa.Column('why', sa.String(length=60), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_received_mail_member_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_mail')),
    sa.UniqueConstraint('digest', name=op.f('uq_received_mail_digest'))
    )
    with op.batch_alter_table('received_mail', schema=None) as batch_op:
        batch_op.create_index('ix_received_mail_member', ['member_id', 'received_at'], unique=False)
        batch_op.create_index('ix_received_mail_received_at', ['received_at'], unique=False)

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('turn_at', sa.DateTime(timezone=True), nullable=True))
    # Those that wait were written before anybody said so: a link is good for minutes.
    op.execute(sa.text("UPDATE mail SET asked = (1 = 1) WHERE kind IN ('sign_in_link', 'password_link') AND sent_at IS NULL"))
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.alter_column('asked', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)



def downgrade() -> None:
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_column('turn_at')
        batch_op.drop_column('asked')

    with op.batch_alter_table('received_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_received_mail_received_at')
        batch_op.drop_index('ix_received_mail_member')

    op.drop_table('received_mail')
    with op.batch_alter_table('mail_bounce', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_bounce_address'))

    op.drop_table('mail_bounce')
    op.drop_table('mail_pace')
    op.drop_table('mail_hold')
