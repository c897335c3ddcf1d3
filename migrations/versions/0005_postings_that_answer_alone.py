"""postings that answer alone

They are made again, empty: the worker builds the index of PostgreSQL again within a minute of
seeing that it is not there. The other engines have nothing in these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def forget_the_index() -> None:
    for table in ('search_title_word', 'search_text', 'search_entry', 'search_term', 'search_state'):
        op.execute(sa.text(f'DELETE FROM {table}'))
    op.drop_table('search_posting')


def upgrade() -> None:
    forget_the_index()
    op.create_table('search_posting',
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('worth', sa.REAL(), nullable=False),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('shelf_id', sa.Integer(), nullable=False)
    )
    op.create_index('ix_search_posting_covers', 'search_posting', ['term_id', 'entry_id'], unique=True, postgresql_include=['worth', 'audience_id', 'author_id', 'shelf_id'])
    op.create_table('search_shelf',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('theme', sa.String(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_shelf')),
    sa.UniqueConstraint('kind', 'theme', 'year', name=op.f('uq_search_shelf_kind_theme_year'))
    )
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.drop_column('theme')
        batch_op.drop_column('author_id')
        batch_op.drop_column('year')


def downgrade() -> None:
    forget_the_index()
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('theme', sa.String(length=60), nullable=False))
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('year', sa.Integer(), nullable=False))
    op.drop_table('search_shelf')
    op.create_table('search_posting',
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('worth', sa.REAL(), nullable=False),
    sa.Column('in_title', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('term_id', 'entry_id', name=op.f('pk_search_posting'))
    )
    op.create_index('ix_search_posting_entry', 'search_posting', ['entry_id'], unique=False)
