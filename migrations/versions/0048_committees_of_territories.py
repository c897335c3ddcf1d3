"""committees of territories"""

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0049'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('committee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('vote_days', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_committee_is_named')),
    sa.CheckConstraint('quorum > 0 AND vote_days > 0', name=op.f('ck_committee_can_decide')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_committee_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee')),
    sa.UniqueConstraint('programme_id', 'name', name=op.f('uq_committee_programme_id_name'))
    )
    op.create_table('committee_commune',
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], name=op.f('fk_committee_commune_committee_id_committee'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_committee_commune_commune_code_commune')),
    sa.PrimaryKeyConstraint('committee_id', 'commune_code', name=op.f('pk_committee_commune'))
    )
    with op.batch_alter_table('committee_commune', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_commune_commune_code'), ['commune_code'], unique=False)

    op.create_table('committee_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('first_name', sa.String(length=200), nullable=False),
    sa.Column('last_name', sa.String(length=200), nullable=False),
    sa.Column('house', sa.String(length=200), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('is_chair', sa.Boolean(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_committee_seat_email_is_lower_case')),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], name=op.f('fk_committee_seat_committee_id_committee'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_committee_seat_institution_id_institution')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_committee_seat_member_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_seat'))
    )
    with op.batch_alter_table('committee_seat', schema=None) as batch_op:
        batch_op.create_index('ix_committee_seat_email', ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_seat_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_seat_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_committee_seat_of_committee', ['committee_id', 'email'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    op.create_table('committee_territory',
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('territory_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], name=op.f('fk_committee_territory_committee_id_committee'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['territory_id'], ['territory.id'], name=op.f('fk_committee_territory_territory_id_territory')),
    sa.PrimaryKeyConstraint('committee_id', 'territory_id', name=op.f('pk_committee_territory'))
    )
    with op.batch_alter_table('committee_territory', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_territory_territory_id'), ['territory_id'], unique=False)

    op.create_table('committee_minutes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('signed_by_id', sa.Integer(), nullable=True),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(published_at IS NULL) = (number IS NULL) AND (published_at IS NULL) = (content IS NULL)', name=op.f('ck_committee_minutes_numbered_when_published')),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_committee_minutes_ends_after_it_starts')),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], name=op.f('fk_committee_minutes_committee_id_committee')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['committee_seat.id'], name=op.f('fk_committee_minutes_signed_by_id_committee_seat')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_minutes')),
    sa.UniqueConstraint('committee_id', 'number', name=op.f('uq_committee_minutes_committee_id_number'))
    )
    with op.batch_alter_table('committee_minutes', schema=None) as batch_op:
        batch_op.create_index('ix_committee_minutes_draft', ['committee_id'], unique=True, sqlite_where=sa.text('published_at IS NULL'), postgresql_where=sa.text('published_at IS NULL'))

    op.create_table('committee_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('put_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('prolonged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('if_selected', sa.Text(), nullable=False),
    sa.Column('if_refused', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Enum('selected', 'refused', 'no_quorum', 'tie', 'outside', 'withdrawn', name='outcome', native_enum=False, length=20), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('favourable', sa.Integer(), nullable=False),
    sa.Column('unfavourable', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.Integer(), nullable=False),
    sa.Column('aside', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('minutes_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(outcome IS NULL) = (closed_at IS NULL)', name=op.f('ck_committee_case_ends_when_closed')),
    sa.CheckConstraint('favourable >= 0 AND unfavourable >= 0 AND abstained >= 0 AND aside >= 0', name=op.f('ck_committee_case_votes_are_counted')),
    sa.CheckConstraint('quorum > 0', name=op.f('ck_committee_case_can_decide')),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], name=op.f('fk_committee_case_committee_id_committee')),
    sa.ForeignKeyConstraint(['minutes_id'], ['committee_minutes.id'], name=op.f('fk_committee_case_minutes_id_committee_minutes')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_committee_case_need_id_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_case'))
    )
    with op.batch_alter_table('committee_case', schema=None) as batch_op:
        batch_op.create_index('ix_committee_case_basket', ['committee_id', 'closed_at', 'id'], unique=False)
        batch_op.create_index('ix_committee_case_due', ['due_at'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_committee_case_every', ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_case_minutes_id'), ['minutes_id'], unique=False)
        batch_op.create_index('ix_committee_case_of_need', ['need_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('committee_ballot',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.Column('vote', sa.Enum('favourable', 'unfavourable', 'abstention', 'aside', name='vote', native_enum=False, length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('cast_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("vote <> 'unfavourable' OR length(words) > 0", name=op.f('ck_committee_ballot_says_why_not')),
    sa.ForeignKeyConstraint(['case_id'], ['committee_case.id'], name=op.f('fk_committee_ballot_case_id_committee_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seat_id'], ['committee_seat.id'], name=op.f('fk_committee_ballot_seat_id_committee_seat')),
    sa.PrimaryKeyConstraint('case_id', 'seat_id', name=op.f('pk_committee_ballot'))
    )
    with op.batch_alter_table('committee_ballot', schema=None) as batch_op:
        batch_op.create_index('ix_committee_ballot_of_seat', ['seat_id'], unique=False)

    op.create_table('committee_shut',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['committee_case.id'], name=op.f('fk_committee_shut_case_id_committee_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seat_id'], ['committee_seat.id'], name=op.f('fk_committee_shut_seat_id_committee_seat'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'seat_id', name=op.f('pk_committee_shut'))
    )
    with op.batch_alter_table('committee_shut', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_shut_seat_id'), ['seat_id'], unique=False)

    with op.batch_alter_table('need_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outside', sa.Boolean(), server_default=sa.false(), nullable=False))

    emptied = (
        " AND NOT (NEW.words = '' AND {} = '[]' AND NEW.number = OLD.number "
        "AND NEW.published_at = OLD.published_at)"
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            "CREATE OR REPLACE FUNCTION minutes_stay() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'published minutes are never changed'; END $$"
        )
        for act, but in (('update', emptied.format('NEW.content::text')), ('delete', '')):
            op.execute(
                f"CREATE TRIGGER committee_minutes_stays_{act} BEFORE {act} ON committee_minutes "
                f"FOR EACH ROW WHEN (OLD.published_at IS NOT NULL{but}) "
                "EXECUTE FUNCTION minutes_stay()"
            )
    else:
        for act, but in (('update', emptied.format('NEW.content')), ('delete', '')):
            op.execute(
                f"CREATE TRIGGER committee_minutes_stays_{act} BEFORE {act} ON committee_minutes "
                f"WHEN OLD.published_at IS NOT NULL{but} "
                "BEGIN SELECT RAISE(ABORT, 'published minutes are never changed'); END"
            )


def downgrade() -> None:
    with op.batch_alter_table('need_step', schema=None) as batch_op:
        batch_op.drop_column('outside')

    with op.batch_alter_table('committee_shut', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committee_shut_seat_id'))

    op.drop_table('committee_shut')
    with op.batch_alter_table('committee_ballot', schema=None) as batch_op:
        batch_op.drop_index('ix_committee_ballot_of_seat')

    op.drop_table('committee_ballot')
    with op.batch_alter_table('committee_case', schema=None) as batch_op:
        batch_op.drop_index('ix_committee_case_of_need', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_committee_case_minutes_id'))
        batch_op.drop_index('ix_committee_case_every')
        batch_op.drop_index('ix_committee_case_due', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_committee_case_basket')

    op.drop_table('committee_case')
    with op.batch_alter_table('committee_minutes', schema=None) as batch_op:
        batch_op.drop_index('ix_committee_minutes_draft', sqlite_where=sa.text('published_at IS NULL'), postgresql_where=sa.text('published_at IS NULL'))

    op.drop_table('committee_minutes')
    with op.batch_alter_table('committee_territory', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committee_territory_territory_id'))

    op.drop_table('committee_territory')
    with op.batch_alter_table('committee_seat', schema=None) as batch_op:
        batch_op.drop_index('ix_committee_seat_of_committee', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_committee_seat_member_id'))
        batch_op.drop_index(batch_op.f('ix_committee_seat_institution_id'))
        batch_op.drop_index('ix_committee_seat_email')

    op.drop_table('committee_seat')
    with op.batch_alter_table('committee_commune', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committee_commune_commune_code'))

    op.drop_table('committee_commune')
    op.drop_table('committee')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("DROP FUNCTION IF EXISTS minutes_stay()")
