"""organisations that are tended"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def folded(words: str) -> str:
    apart = unicodedata.normalize('NFKD', words.lower())
    return ''.join(one for one in apart if not unicodedata.combining(one)).replace('œ', 'oe').replace('æ', 'ae')


def columns(nullable: bool) -> list[sa.Column]:
    return [
        sa.Column('kind_id', sa.Integer(), nullable=nullable),
        sa.Column('name_key', sa.String(length=200), nullable=nullable),
        sa.Column('search_key', sa.Text(), nullable=nullable),
        sa.Column('opening_hours', sa.String(length=200), nullable=nullable),
        sa.Column('description', sa.Text(), nullable=nullable),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=nullable),
        sa.Column('audience_id', sa.Integer(), nullable=nullable),
    ]


def fill(connection: sa.Connection) -> None:
    """What stood there keeps its kind, which becomes an entry of a list, and is for everyone."""
    kinds = connection.execute(sa.text('SELECT DISTINCT kind FROM organisation ORDER BY kind')).scalars().all()
    if not kinds:
        return
    slugs: set[str] = set()
    for position, kind in enumerate(kinds, start=1):
        slug = folded(kind).replace('_', '-').replace(' ', '-')[:55]
        if slug in slugs:  # "ACI" and "aci" stood apart, and still do
            slug = f'{slug}-{position}'
        slugs.add(slug)
        connection.execute(
            sa.text('INSERT INTO organisation_kind (slug, name, position, retired) VALUES (:slug, :name, :position, :retired)'),
            {'slug': slug, 'name': kind, 'position': position, 'retired': False},
        )
    key = {'key': 'networks ; territories '}
    everyone = connection.execute(sa.text('SELECT id FROM audience WHERE key = :key'), key).scalar()
    if everyone is None:
        connection.execute(sa.text('INSERT INTO audience (key) VALUES (:key)'), key)
        everyone = connection.execute(sa.text('SELECT id FROM audience WHERE key = :key'), key).scalar()
    connection.execute(
        sa.text(
            "UPDATE organisation SET opening_hours = '', description = '', changed_at = CURRENT_TIMESTAMP, audience_id = :everyone, "
            'kind_id = (SELECT id FROM organisation_kind WHERE organisation_kind.name = organisation.kind), '
            'longitude = CASE WHEN latitude IS NULL THEN NULL ELSE longitude END, '
            'latitude = CASE WHEN longitude IS NULL THEN NULL ELSE latitude END, '
            "placed = CASE WHEN latitude IS NULL OR longitude IS NULL THEN NULL ELSE 'address' END"
        ),
        {'everyone': everyone},
    )
    for one, name, kind, town in connection.execute(sa.text('SELECT id, name, kind, town FROM organisation')).all():
        connection.execute(
            sa.text('UPDATE organisation SET name_key = :name, search_key = :search WHERE id = :id'),
            {'id': one, 'name': folded(name)[:200], 'search': folded(f'{name} {kind} {town}')},
        )


def fill_people(connection: sa.Connection) -> None:
    """Where members stand in the lists, and the words they are found by."""
    for one, first, last in connection.execute(sa.text('SELECT id, first_name, last_name FROM member')).all():
        connection.execute(
            sa.text('UPDATE member SET name_key = :key WHERE id = :id'), {'id': one, 'key': folded(f'{last} {first}')[:401]}
        )
    for one, job, employer in connection.execute(sa.text('SELECT member_id, job, employer FROM profile')).all():
        connection.execute(
            sa.text('UPDATE profile SET search_key = :key WHERE member_id = :id'),
            {'id': one, 'key': folded(f'{job} {employer}')},
        )


def upgrade() -> None:
    op.create_table('activity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity')),
    sa.UniqueConstraint('name', name=op.f('uq_activity_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_activity_slug'))
    )
    op.create_table('organisation_kind',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_kind')),
    sa.UniqueConstraint('name', name=op.f('uq_organisation_kind_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_organisation_kind_slug'))
    )
    op.create_table('organisation_activity',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_organisation_activity_activity_id_activity')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_activity_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organisation_id', 'activity_id', name=op.f('pk_organisation_activity'))
    )
    with op.batch_alter_table('organisation_activity', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_activity', ['activity_id', 'organisation_id'], unique=False)

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_name'))
        for column in columns(nullable=True):
            batch_op.add_column(column)
        batch_op.add_column(sa.Column('placed', sa.Enum('address', 'commune', 'hand', name='placed', native_enum=False, length=20), nullable=True))
        batch_op.add_column(sa.Column('email', sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column('places', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
    fill(op.get_bind())
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for column in columns(nullable=True):
            batch_op.alter_column(column.name, existing_type=column.type, nullable=False)
        batch_op.alter_column('reference', existing_type=sa.VARCHAR(length=100), nullable=True)
        batch_op.alter_column('website', existing_type=sa.VARCHAR(length=300), type_=sa.String(length=500), existing_nullable=True)
        batch_op.create_index('ix_organisation_name', ['name_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_commune_code'), ['commune_code'], unique=False)
        batch_op.create_index('ix_organisation_kind', ['kind_id', 'name_key'], unique=False)
        batch_op.create_index('ix_organisation_place', ['latitude', 'longitude'], unique=False)
        batch_op.create_index('ix_organisation_siret', ['siret'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_organisation_audience_id_audience'), 'audience', ['audience_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_organisation_kind_id_organisation_kind'), 'organisation_kind', ['kind_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_organisation_is_named'), 'length(name) > 0')
        batch_op.create_check_constraint(op.f('ck_organisation_places_are_counted'), 'places >= 0')
        batch_op.create_check_constraint(op.f('ck_organisation_is_somewhere_or_nowhere'), '(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (placed IS NULL)')
        batch_op.drop_column('kind')

    with op.batch_alter_table('organisation_network', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_network', ['network_id', 'organisation_id'], unique=False)

    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_organisation_id'), ['organisation_id'], unique=False)
        batch_op.add_column(sa.Column('search_key', sa.Text(), nullable=True))
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name_key', sa.String(length=401), nullable=True))
    fill_people(op.get_bind())
    hyphens = "UPDATE commune SET folded_name = replace(replace(folded_name, '-', ' '), :apostrophe, ' ')"
    op.execute(sa.text(hyphens).bindparams(apostrophe="'"))
    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.alter_column('search_key', existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.alter_column('name_key', existing_type=sa.String(length=401), nullable=False)
        batch_op.create_index('ix_member_name', ['name_key', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_organisation_id'))
        batch_op.drop_column('search_key')
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_index('ix_member_name')
        batch_op.drop_column('name_key')
    with op.batch_alter_table('organisation_network', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_network')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.VARCHAR(length=200), nullable=True))  # as long as what it is given
    op.execute(sa.text('UPDATE organisation SET kind = (SELECT name FROM organisation_kind WHERE organisation_kind.id = kind_id)'))
    op.execute(sa.text("UPDATE organisation SET reference = 'organisation-' || id WHERE reference IS NULL"))
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for name in ('is_named', 'places_are_counted', 'is_somewhere_or_nowhere'):
            batch_op.drop_constraint(op.f(f'ck_organisation_{name}'), type_='check')
        batch_op.alter_column('kind', existing_type=sa.VARCHAR(length=200), nullable=False)
        batch_op.drop_constraint(batch_op.f('fk_organisation_kind_id_organisation_kind'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_organisation_audience_id_audience'), type_='foreignkey')
        for name in ('siret', 'place', 'kind', 'commune_code', 'name'):
            batch_op.drop_index(f'ix_organisation_{name}')
        batch_op.create_index(batch_op.f('ix_organisation_name'), ['name'], unique=False)
        batch_op.alter_column('reference', existing_type=sa.VARCHAR(length=100), nullable=False)  # website stays as long
        for column in (*columns(nullable=True), sa.Column('placed'), sa.Column('email'), sa.Column('places'), sa.Column('withdrawn_at')):
            batch_op.drop_column(column.name)
    with op.batch_alter_table('organisation_activity', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_activity')
    op.drop_table('organisation_activity')
    op.drop_table('organisation_kind')
    op.drop_table('activity')
