"""surveys of a year"""

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0059'
branch_labels = None
depends_on = None
TO_APPROVE = sa.text('consented_at IS NOT NULL AND approved_at IS NULL')


def upgrade() -> None:
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_sent')
        batch_op.create_index('ix_survey_sent', ['programme_id', 'sent_at'], unique=False)
        batch_op.create_index('ix_survey_to_approve', ['programme_id'], unique=False, sqlite_where=TO_APPROVE, postgresql_where=TO_APPROVE)


def downgrade() -> None:
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_to_approve')
        batch_op.drop_index('ix_survey_sent')
        batch_op.create_index('ix_survey_sent', ['programme_id', 'satisfaction'], unique=False)
