"""skills and languages of members"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('skill',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skill')),
    sa.UniqueConstraint('name', name=op.f('uq_skill_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_skill_slug'))
    )
    op.create_table('member_language',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_member_language_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'language', name=op.f('pk_member_language'))
    )
    op.create_table('member_skill',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Enum('offers', 'seeks', name='side', native_enum=False, length=20), nullable=False),
    sa.Column('skill_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_member_skill_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['skill_id'], ['skill.id'], name=op.f('fk_member_skill_skill_id_skill')),
    sa.PrimaryKeyConstraint('member_id', 'side', 'skill_id', name=op.f('pk_member_skill'))
    )
    with op.batch_alter_table('member_skill', schema=None) as batch_op:
        batch_op.create_index('ix_member_skill', ['skill_id', 'side', 'member_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('member_skill', schema=None) as batch_op:
        batch_op.drop_index('ix_member_skill')

    op.drop_table('member_skill')
    op.drop_table('member_language')
    op.drop_table('skill')
