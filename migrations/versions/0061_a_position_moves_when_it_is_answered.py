"""a position moves when it is answered; lists that are read from their end"""

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None
NEWEST = (
    ('company_request', 'programme_id'),
    ('subscription', 'programme_id'),
    ('committee_case', 'committee_id'),
)
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
        batch_op.create_index('ix_position_answered', ['need_id', 'answered_at'], unique=False, sqlite_where=IS_ANSWERED, postgresql_where=IS_ANSWERED)
    for table, of in NEWEST:
        op.create_index(f'ix_{table}_newest', table, [of, 'id'], unique=False)


def downgrade() -> None:
    for table, _of in NEWEST:
        op.drop_index(f'ix_{table}_newest', table)
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index('ix_position_answered')
        batch_op.drop_constraint(batch_op.f('ck_position_moved_by_an_answer'), type_='check')
