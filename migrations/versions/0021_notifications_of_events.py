"""a new date is told as a new document is"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

ONE_OF_THREE = (
    "(CASE WHEN post_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN document_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN event_id IS NULL THEN 0 ELSE 1 END) = 1"
)
ONE_OF_TWO = "(post_id IS NULL) <> (document_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_notification_event', ['event_id'], unique=False)
        batch_op.drop_constraint(batch_op.f('ck_notification_is_about_one_thing'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_notification_is_about_one_thing'), ONE_OF_THREE)
        batch_op.create_unique_constraint(batch_op.f('uq_notification_member_id_kind_event_id_what'), ['member_id', 'kind', 'event_id', 'what'])
        batch_op.create_foreign_key(batch_op.f('fk_notification_event_id_event'), 'event', ['event_id'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE event_id IS NOT NULL")
    op.execute("DELETE FROM notification_preference WHERE kind = 'new_event'")
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_notification_event_id_event'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notification_member_id_kind_event_id_what'), type_='unique')
        batch_op.drop_constraint(batch_op.f('ck_notification_is_about_one_thing'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_notification_is_about_one_thing'), ONE_OF_TWO)
        batch_op.drop_index('ix_notification_event')
        batch_op.drop_column('event_id')
