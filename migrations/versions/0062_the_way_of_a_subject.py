"""the way of a subject"""

import sqlalchemy as sa
from alembic import op

revision = '0062'
down_revision = '0061'
branch_labels = None
depends_on = None
WAY = sa.Enum('exclusive', 'cooperative', name='way', native_enum=False, length=20)


def upgrade() -> None:
    op.add_column('subject', sa.Column('way', WAY, nullable=True))
    op.add_column('need', sa.Column('way', WAY, nullable=True))
    op.execute(
        "UPDATE need SET way = (SELECT way FROM programme WHERE programme.id = need.programme_id)"
        " WHERE opened_at IS NOT NULL"
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f('ck_need_answered_in_a_way'), '(opened_at IS NULL) = (way IS NULL)'
        )


def downgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_need_answered_in_a_way'), type_='check')
        batch_op.drop_column('way')
    with op.batch_alter_table('subject', schema=None) as batch_op:
        batch_op.drop_column('way')
