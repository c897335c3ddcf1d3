"""Files of needs"""

import sqlalchemy as sa
from alembic import op

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('need_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('reviewed', sa.Boolean(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_need_file_file_id_file')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_need_file_member_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_file_need_id_need'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['note_id'], ['need_note.id'], name=op.f('fk_need_file_note_id_need_note'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_file'))
    )
    with op.batch_alter_table('need_file', schema=None) as batch_op:
        batch_op.create_index('ix_need_file', ['need_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_file_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_file_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_need_file_of_note', ['note_id', 'file_id'], unique=True, sqlite_where=sa.text('note_id IS NOT NULL'), postgresql_where=sa.text('note_id IS NOT NULL'))
        batch_op.create_index('ix_need_file_once', ['need_id', 'file_id'], unique=True, sqlite_where=sa.text('note_id IS NULL'), postgresql_where=sa.text('note_id IS NULL'))



    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.add_column(sa.Column('logo', sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.drop_column('logo')

    with op.batch_alter_table('need_file', schema=None) as batch_op:
        batch_op.drop_index('ix_need_file_once', sqlite_where=sa.text('note_id IS NULL'), postgresql_where=sa.text('note_id IS NULL'))
        batch_op.drop_index('ix_need_file_of_note', sqlite_where=sa.text('note_id IS NOT NULL'), postgresql_where=sa.text('note_id IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_need_file_member_id'))
        batch_op.drop_index(batch_op.f('ix_need_file_file_id'))
        batch_op.drop_index('ix_need_file')

    op.drop_table('need_file')
