"""names without accents"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0059'
down_revision = '0058'
branch_labels = None
depends_on = None
NAMED = ('expert', 'institution')


def upgrade() -> None:
    for name in NAMED:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('folded_name', sa.String(length=400), server_default='', nullable=False))
        _fold(name)
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.alter_column('folded_name', server_default=None, existing_type=sa.String(length=400), existing_nullable=False)

    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.drop_index('ix_expert_name')
        batch_op.create_index('ix_expert_name', ['institution_id', 'folded_name'], unique=False)


def _fold(name: str) -> None:
    table = sa.table(name, sa.column('id', sa.Integer), sa.column('name', sa.String), sa.column('folded_name', sa.String))
    rows = op.get_bind().execute(sa.select(table.c.id, table.c.name)).all()
    values = [{'at': row.id, 'folded': _folded(row.name)} for row in rows]
    if values:
        statement = sa.update(table).where(table.c.id == sa.bindparam('at')).values(folded_name=sa.bindparam('folded'))
        op.get_bind().execute(statement, values)


def _folded(words: str) -> str:
    words = words.lower().replace('œ', 'oe').replace('æ', 'ae')
    return ''.join(c for c in unicodedata.normalize('NFD', words) if not unicodedata.combining(c))


def downgrade() -> None:
    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.drop_index('ix_expert_name')
        batch_op.create_index('ix_expert_name', ['institution_id', 'name'], unique=False)
    for name in NAMED:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('folded_name')
