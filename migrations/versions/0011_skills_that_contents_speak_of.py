"""skills that contents speak of; the audience of every member is always there"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('skill_content',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('skill_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_skill_content_audience_id_audience')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_skill_content_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['skill_id'], ['skill.id'], name=op.f('fk_skill_content_skill_id_skill'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('kind', 'content_id', 'skill_id', name=op.f('pk_skill_content'))
    )
    with op.batch_alter_table('skill_content', schema=None) as batch_op:
        batch_op.create_index('ix_skill_content_member', ['member_id', 'skill_id', 'kind'], unique=False)
        batch_op.create_index('ix_skill_content_skill', ['skill_id'], unique=False)

    op.create_table('skill_dismissal',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('skill_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_skill_dismissal_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['skill_id'], ['skill.id'], name=op.f('fk_skill_dismissal_skill_id_skill'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'skill_id', name=op.f('pk_skill_dismissal'))
    )
    with op.batch_alter_table('skill', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words', sa.Text(), server_default='', nullable=False))
    with op.batch_alter_table('skill', schema=None) as batch_op:
        batch_op.alter_column('words', server_default=None, existing_type=sa.Text(), existing_nullable=False)

    # Members are found under it, whatever else was written for everyone before.
    op.execute(
        "INSERT INTO audience (key) SELECT 'networks ; territories ' "
        "WHERE NOT EXISTS (SELECT 1 FROM audience WHERE key = 'networks ; territories ')"
    )


def downgrade() -> None:
    with op.batch_alter_table('skill', schema=None) as batch_op:
        batch_op.drop_column('words')

    op.drop_table('skill_dismissal')
    with op.batch_alter_table('skill_content', schema=None) as batch_op:
        batch_op.drop_index('ix_skill_content_skill')
        batch_op.drop_index('ix_skill_content_member')

    op.drop_table('skill_content')
