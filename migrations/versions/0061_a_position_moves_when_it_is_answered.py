"""a position moves when it is answered"""

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None
IS_ANSWERED = sa.text('answered_at IS NOT NULL')


def upgrade() -> None:
    op.execute(
        "UPDATE position SET answered_at = sent_at"
        " WHERE answered_at IS NULL AND state NOT IN ('waiting', 'removed')"
    )
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f('ck_position_moved_by_an_answer'),
            "state IN ('waiting', 'removed') OR answered_at IS NOT NULL",
        )
        batch_op.create_index('ix_position_answered', ['need_id'], unique=False, sqlite_where=IS_ANSWERED, postgresql_where=IS_ANSWERED)


def downgrade() -> None:
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index('ix_position_answered')
        batch_op.drop_constraint(batch_op.f('ck_position_moved_by_an_answer'), type_='check')
