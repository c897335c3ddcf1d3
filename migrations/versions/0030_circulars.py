"""circulars that are forwarded by mail: the address of each network, the drafts; dates announced"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('circular_address',
    sa.Column('network_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_circular_address_network_id_network'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('network_id', name=op.f('pk_circular_address'))
    )
    op.create_table('circular_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message', sa.String(length=64), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('doubtful', sa.Boolean(), nullable=False),
    sa.Column('left_out', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_circular_draft_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_circular_draft_network_id_network'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circular_draft')),
    sa.UniqueConstraint('member_id', 'content', name=op.f('uq_circular_draft_member_id_content'))
    )
    with op.batch_alter_table('circular_draft', schema=None) as batch_op:
        batch_op.create_index('ix_circular_draft_message', ['member_id', 'message'], unique=False)
        batch_op.create_index('ix_circular_draft_network_id', ['network_id'], unique=False)
        batch_op.create_index('ix_circular_draft_received_at', ['received_at'], unique=False)

    op.create_table('circular_piece',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('sort', sa.Enum('article', 'event', 'document', name='sort', native_enum=False, length=20), nullable=False),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.Column('upload_id', sa.String(length=32), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['circular_draft.id'], name=op.f('fk_circular_piece_draft_id_circular_draft'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_circular_piece_file_id_file'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_circular_piece_upload_id_upload'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circular_piece'))
    )
    with op.batch_alter_table('circular_piece', schema=None) as batch_op:
        batch_op.create_index('ix_circular_piece_draft', ['draft_id', 'id'], unique=False)
        batch_op.create_index('ix_circular_piece_file_id', ['file_id'], unique=False)
        batch_op.create_index('ix_circular_piece_upload_id', ['upload_id'], unique=False)

    with op.batch_alter_table('figure_day', schema=None) as batch_op:
        batch_op.add_column(sa.Column('events', sa.Integer(), server_default=sa.text('0'), nullable=False))


def downgrade() -> None:
    # A mail whose outcome the older house has no word for was dealt with all the same.
    op.execute(sa.text("UPDATE received_mail SET outcome = 'published' WHERE outcome = 'draft'"))
    with op.batch_alter_table('figure_day', schema=None) as batch_op:
        batch_op.drop_column('events')

    with op.batch_alter_table('circular_piece', schema=None) as batch_op:
        batch_op.drop_index('ix_circular_piece_upload_id')
        batch_op.drop_index('ix_circular_piece_file_id')
        batch_op.drop_index('ix_circular_piece_draft')

    op.drop_table('circular_piece')
    with op.batch_alter_table('circular_draft', schema=None) as batch_op:
        batch_op.drop_index('ix_circular_draft_received_at')
        batch_op.drop_index('ix_circular_draft_network_id')
        batch_op.drop_index('ix_circular_draft_message')

    op.drop_table('circular_draft')
    op.drop_table('circular_address')
