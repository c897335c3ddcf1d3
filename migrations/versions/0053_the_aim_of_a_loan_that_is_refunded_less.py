"""the aim of a loan that is refunded less"""

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('aim', sa.Enum('qualification', 'transition', 'partnership', name='aim', native_enum=False, length=20), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_agreement_an_aim_of_less'), "aim IS NULL OR (refund IS NOT NULL AND refund = 'less')")


def downgrade() -> None:
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_agreement_an_aim_of_less'), type_='check')
        batch_op.drop_column('aim')
