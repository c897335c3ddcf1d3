"""openings that add up: running totals by document and day"""

from collections import Counter, defaultdict
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('document_opening', schema=None) as batch_op:
        batch_op.drop_index('ix_document_opening_document')
        batch_op.create_index('ix_document_opening_document', ['document_id', 'member_id', 'day'], unique=False)

    op.drop_table('figure_document')
    counted = op.create_table('figure_document',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('openings', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_figure_document_document_id_document')),
    sa.PrimaryKeyConstraint('day', 'document_id', name=op.f('pk_figure_document')),
    sqlite_with_rowid=False
    )
    count_openings(counted)


def count_openings(counted: sa.Table) -> None:
    """The days that were counted; every opening is still there, kept for 25 months."""
    day, document_id = sa.column('day', sa.Date()), sa.column('document_id')
    connection = op.get_bind()
    last = connection.scalar(sa.select(sa.func.max(day)).select_from(sa.table('figure_day')))
    if last is None:
        return
    found: dict[date, Counter[int]] = defaultdict(Counter)
    for row in connection.execute(
        sa.select(day, document_id, sa.func.count()).select_from(sa.table('document_opening'))
        .where(day <= last).group_by(day, document_id)
    ):
        found[row[0]][row[1]] = row[2]
    total: Counter[int] = Counter()
    first = min(found, default=last)
    for number in range((last - first).days + 1):
        today = first + timedelta(days=number)
        times = found.get(today, Counter())
        total.update(times)
        opened = total if today.isoweekday() == 7 else times
        rows = [
            {'day': today, 'document_id': one, 'openings': times[one], 'total': total[one]} for one in opened
        ]
        if rows:
            connection.execute(counted.insert(), rows)


def downgrade() -> None:
    with op.batch_alter_table('document_opening', schema=None) as batch_op:
        batch_op.drop_index('ix_document_opening_document')
        batch_op.create_index('ix_document_opening_document', ['document_id', 'day', 'member_id'], unique=False)

    op.drop_table('figure_document')
    op.create_table('figure_document',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('openings', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_figure_document_document_id_document')),
    sa.PrimaryKeyConstraint('month', 'document_id', name=op.f('pk_figure_document')),
    sqlite_with_rowid=False
    )
    month = "date_trunc('month', day)::date" if op.get_bind().dialect.name == 'postgresql' else "date(day, 'start of month')"
    op.execute(sa.text(f"""
        INSERT INTO figure_document (month, document_id, openings)
        SELECT {month}, document_id, count(*) FROM document_opening GROUP BY 1, 2
    """))
