"""names that were settled"""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0057'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('names_settled', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('rewritten_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('sector', sa.String(length=1), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_need_sector_is_a_section'), "length(sector) = 1 AND sector BETWEEN 'A' AND 'U'")

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sector', sa.String(length=1), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_company_sector_is_a_section'), "length(sector) = 1 AND sector BETWEEN 'A' AND 'U'")

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sectors', sa.String(length=21), server_default='', nullable=False))

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.alter_column('sectors', server_default=None, existing_type=sa.String(length=21), existing_nullable=False)

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.alter_column('names_settled', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_column('sectors')

    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_company_sector_is_a_section'), type_='check')
        batch_op.drop_column('sector')

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_need_sector_is_a_section'), type_='check')
        batch_op.drop_column('sector')
        batch_op.drop_column('rewritten_at')
        batch_op.drop_column('names_settled')
