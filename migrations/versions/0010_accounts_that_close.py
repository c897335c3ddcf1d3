"""accounts that close, rules that were carried out"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('closing',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.Enum('asked', 'unused', name='whyclosing', native_enum=False, length=20), nullable=False),
    sa.Column('erases', sa.Boolean(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_closing_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_closing'))
    )
    with op.batch_alter_table('closing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_closing_due_at'), ['due_at'], unique=False)

    op.create_table('retention_run',
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('rule', name=op.f('pk_retention_run'))
    )
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_column('left_at')

    op.drop_table('retention_run')
    with op.batch_alter_table('closing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_closing_due_at'))

    op.drop_table('closing')
