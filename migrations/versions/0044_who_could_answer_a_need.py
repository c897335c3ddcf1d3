"""who could answer a need"""

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0041'
branch_labels = None
depends_on = None

# The words of experts are read again by the nightly rebuild; the rest is told by SQL alone.
FILL = (
    """
    CREATE TEMPORARY TABLE middle AS
    SELECT o.territory_id AS territory_id, sum(c.population * c.latitude) / sum(c.population) AS latitude,
        sum(c.population * c.longitude) / sum(c.population) AS longitude
    FROM territory_overlap AS o JOIN territory AS t ON t.id = o.territory_id
    JOIN commune AS c ON c.departement_id = o.other_id
    WHERE o.contains AND t.level <> 'zone_emploi' AND c.latitude IS NOT NULL
    GROUP BY o.territory_id HAVING sum(c.population) > 0
    UNION ALL
    SELECT zone_emploi_id, sum(population * latitude) / sum(population), sum(population * longitude) / sum(population)
    FROM commune WHERE zone_emploi_id IS NOT NULL AND latitude IS NOT NULL
    GROUP BY zone_emploi_id HAVING sum(population) > 0
    """,
    """
    UPDATE territory SET
    latitude = (SELECT latitude FROM middle WHERE territory_id = territory.id),
    longitude = (SELECT longitude FROM middle WHERE territory_id = territory.id)
    """,
    "DROP TABLE middle",
    """
    INSERT INTO expert_place (subject_id, place, expert_id)
    SELECT c.subject_id, 'territory:' || p.territory_id, c.expert_id
    FROM competence AS c JOIN expert_territory AS p ON p.expert_id = c.expert_id
    UNION ALL
    SELECT c.subject_id, 'commune:' || p.commune_code, c.expert_id
    FROM competence AS c JOIN expert_commune AS p ON p.expert_id = c.expert_id
    UNION ALL
    SELECT subject_id, '', expert_id FROM competence AS c
    WHERE NOT EXISTS (SELECT 1 FROM expert_territory AS p WHERE p.expert_id = c.expert_id)
    AND NOT EXISTS (SELECT 1 FROM expert_commune AS p WHERE p.expert_id = c.expert_id)
    """,
    """
    UPDATE expert SET
    ended = (SELECT count(*) FROM position AS p WHERE p.expert_id = expert.id
        AND p.state = 'done' AND p.outcome <> 'unreachable'),
    helped = (SELECT count(*) FROM position AS p WHERE p.expert_id = expert.id
        AND p.state = 'done' AND p.outcome IN ('advice', 'one_off', 'funding', 'support'))
    """,
)


def upgrade() -> None:
    op.create_table('expert_place',
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=20), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_place_expert_id_expert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_expert_place_subject_id_subject'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('subject_id', 'place', 'expert_id', name=op.f('pk_expert_place')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('expert_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_place_expert_id'), ['expert_id'], unique=False)

    op.create_table('expert_stem',
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('stem', sa.String(length=40), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_stem_expert_id_expert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_expert_stem_subject_id_subject'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('subject_id', 'stem', 'expert_id', name=op.f('pk_expert_stem')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('expert_stem', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_stem_expert_id'), ['expert_id'], unique=False)

    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ended', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('helped', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_check_constraint(batch_op.f('ck_expert_helped_some_of_them'), '0 <= helped AND helped <= ended')

    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.alter_column('ended', server_default=None, existing_type=sa.Integer(), existing_nullable=False)
        batch_op.alter_column('helped', server_default=None, existing_type=sa.Integer(), existing_nullable=False)

    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index('ix_position_load', ['expert_id', 'sent_at', 'state'], unique=False)

    with op.batch_alter_table('territory', schema=None) as batch_op:
        batch_op.add_column(sa.Column('latitude', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('longitude', sa.Double(), nullable=True))

    for statement in FILL:
        op.execute(statement)



def downgrade() -> None:
    with op.batch_alter_table('territory', schema=None) as batch_op:
        batch_op.drop_column('longitude')
        batch_op.drop_column('latitude')

    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index('ix_position_load')

    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_expert_helped_some_of_them'), type_='check')
        batch_op.drop_column('helped')
        batch_op.drop_column('ended')

    with op.batch_alter_table('expert_stem', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expert_stem_expert_id'))

    op.drop_table('expert_stem')
    with op.batch_alter_table('expert_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expert_place_expert_id'))

    op.drop_table('expert_place')
