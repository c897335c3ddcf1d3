"""companies, experts and positions"""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('conduct_acceptance',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_conduct_acceptance_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_conduct_acceptance'))
    )
    op.create_table('expert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('is_team', sa.Boolean(), nullable=False),
    sa.Column('job', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('least_staff', sa.Integer(), nullable=True),
    sa.Column('most_staff', sa.Integer(), nullable=True),
    sa.Column('quota', sa.Integer(), nullable=True),
    sa.Column('absent_from', sa.Date(), nullable=True),
    sa.Column('absent_until', sa.Date(), nullable=True),
    sa.Column('delegate_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('absent_until IS NULL OR absent_from IS NOT NULL', name=op.f('ck_expert_absence_begins')),
    sa.CheckConstraint('delegate_id IS NULL OR delegate_id <> id', name=op.f('ck_expert_delegates_to_another')),
    sa.CheckConstraint('least_staff IS NULL OR most_staff IS NULL OR least_staff <= most_staff', name=op.f('ck_expert_staff_is_a_range')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_expert_is_named')),
    sa.CheckConstraint('quota IS NULL OR quota > 0', name=op.f('ck_expert_quota_is_some')),
    sa.ForeignKeyConstraint(['delegate_id'], ['expert.id'], name=op.f('fk_expert_delegate_id_expert'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_expert_institution_id_institution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['member.id'], name=op.f('fk_expert_proposed_by_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert'))
    )
    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_delegate_id'), ['delegate_id'], unique=False)
        batch_op.create_index('ix_expert_name', ['institution_id', 'name'], unique=False)
        batch_op.create_index(batch_op.f('ix_expert_proposed_by_id'), ['proposed_by_id'], unique=False)

    op.create_table('institution_address',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_institution_address_institution_id_institution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_institution_address_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'institution_id', 'email', name=op.f('pk_institution_address'))
    )
    with op.batch_alter_table('institution_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_institution_address_institution_id'), ['institution_id'], unique=False)

    op.create_table('company',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('postcode', sa.String(length=5), nullable=False),
    sa.Column('town', sa.String(length=200), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=False),
    sa.Column('staff', sa.Integer(), nullable=True),
    sa.Column('grows', sa.Boolean(), nullable=False),
    sa.Column('reorganises', sa.Boolean(), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_company_is_named')),
    sa.CheckConstraint('staff IS NULL OR staff >= 0', name=op.f('ck_company_staff_is_counted')),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_company_commune_code_commune')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company')),
    sa.UniqueConstraint('siret', name=op.f('uq_company_siret'))
    )
    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_commune_code'), ['commune_code'], unique=False)

    op.create_table('desk_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('first_name', sa.String(length=200), nullable=False),
    sa.Column('last_name', sa.String(length=200), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_desk_seat_email_is_lower_case')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_desk_seat_expert_id_expert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_desk_seat_institution_id_institution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_desk_seat_member_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_seat'))
    )
    with op.batch_alter_table('desk_seat', schema=None) as batch_op:
        batch_op.create_index('ix_desk_seat_email', ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_desk_seat_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_desk_seat_of_expert', ['expert_id', 'email'], unique=True)
        batch_op.create_index('ix_desk_seat_of_manager', ['institution_id', 'email'], unique=True, sqlite_where=sa.text('expert_id IS NULL'), postgresql_where=sa.text('expert_id IS NULL'))

    op.create_table('expert_commune',
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_expert_commune_commune_code_commune')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_commune_expert_id_expert'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('expert_id', 'commune_code', name=op.f('pk_expert_commune'))
    )
    with op.batch_alter_table('expert_commune', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_commune_commune_code'), ['commune_code'], unique=False)

    op.create_table('expert_territory',
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('territory_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_territory_expert_id_expert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['territory_id'], ['territory.id'], name=op.f('fk_expert_territory_territory_id_territory')),
    sa.PrimaryKeyConstraint('expert_id', 'territory_id', name=op.f('pk_expert_territory'))
    )
    with op.batch_alter_table('expert_territory', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_territory_territory_id'), ['territory_id'], unique=False)

    op.create_table('competence',
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_competence_expert_id_expert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_competence_subject_id_subject')),
    sa.PrimaryKeyConstraint('expert_id', 'subject_id', name=op.f('pk_competence'))
    )
    with op.batch_alter_table('competence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_competence_subject_id'), ['subject_id'], unique=False)

    op.create_table('representative',
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_representative_company_id_company'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_representative_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'member_id', name=op.f('pk_representative'))
    )
    with op.batch_alter_table('representative', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_representative_member_id'), ['member_id'], unique=False)

    op.create_table('position',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('waiting', 'queued', 'reserved', 'introduced', 'engaged', 'taken', 'declined', 'done', 'removed', name='state', native_enum=False, length=20), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('extended', sa.Boolean(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('named', sa.String(length=200), nullable=False),
    sa.Column('named_job', sa.String(length=200), nullable=False),
    sa.Column('named_phone', sa.String(length=20), nullable=True),
    sa.Column('named_email', sa.String(length=254), nullable=True),
    sa.Column('company_agrees', sa.Boolean(), nullable=False),
    sa.Column('institution_agrees', sa.Boolean(), nullable=False),
    sa.Column('outcome', sa.Enum('advice', 'one_off', 'funding', 'support', 'not_helped', 'unreachable', name='outcome', native_enum=False, length=20), nullable=True),
    sa.Column('link_epoch', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name=op.f('ck_position_comes_to_something')),
    sa.CheckConstraint("(state = 'queued') = (queued_at IS NOT NULL)", name=op.f('ck_position_queued_when_queued')),
    sa.CheckConstraint("(state = 'reserved') = (due_at IS NOT NULL)", name=op.f('ck_position_due_when_reserved')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_position_expert_id_expert')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_position_institution_id_institution')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_position_need_id_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position'))
    )
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index('ix_position_answered_by', ['expert_id', 'state', 'need_id'], unique=False)
        batch_op.create_index('ix_position_due', ['due_at'], unique=False)
        batch_op.create_index('ix_position_held', ['need_id'], unique=True, sqlite_where=sa.text("state IN ('reserved', 'introduced', 'engaged')"), postgresql_where=sa.text("state IN ('reserved', 'introduced', 'engaged')"))
        batch_op.create_index('ix_position_of_expert', ['need_id', 'expert_id'], unique=True)
        batch_op.create_index('ix_position_of_institution', ['need_id', 'institution_id'], unique=True, sqlite_where=sa.text('expert_id IS NULL'), postgresql_where=sa.text('expert_id IS NULL'))
        batch_op.create_index('ix_position_received', ['institution_id', 'state', 'need_id'], unique=False)

    op.create_table('position_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.Enum('send', 'reserve', 'queue', 'unqueue', 'promote', 'extend', 'expire', 'decline', 'come_back', 'introduce', 'agree', 'engage', 'part', 'take', 'finish', 'remove', name='act', native_enum=False, length=20), nullable=False),
    sa.Column('by', sa.Enum('expert', 'company', 'team', 'house', name='by', native_enum=False, length=20), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_position_step_member_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_position_step_position_id_position'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position_step'))
    )
    with op.batch_alter_table('position_step', schema=None) as batch_op:
        batch_op.create_index('ix_position_step', ['position_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_position_step_member_id'), ['member_id'], unique=False)

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('company_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_need_company_id'), ['company_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_need_company_id_company'), 'company', ['company_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_need_company_id_company'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_need_company_id'))
        batch_op.drop_column('company_id')

    with op.batch_alter_table('position_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_position_step_member_id'))
        batch_op.drop_index('ix_position_step')

    op.drop_table('position_step')
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index('ix_position_received')
        batch_op.drop_index('ix_position_of_institution', sqlite_where=sa.text('expert_id IS NULL'), postgresql_where=sa.text('expert_id IS NULL'))
        batch_op.drop_index('ix_position_of_expert')
        batch_op.drop_index('ix_position_held', sqlite_where=sa.text("state IN ('reserved', 'introduced', 'engaged')"), postgresql_where=sa.text("state IN ('reserved', 'introduced', 'engaged')"))
        batch_op.drop_index('ix_position_due')
        batch_op.drop_index('ix_position_answered_by')

    op.drop_table('position')
    with op.batch_alter_table('representative', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_representative_member_id'))

    op.drop_table('representative')
    with op.batch_alter_table('competence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_competence_subject_id'))

    op.drop_table('competence')
    with op.batch_alter_table('expert_territory', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expert_territory_territory_id'))

    op.drop_table('expert_territory')
    with op.batch_alter_table('expert_commune', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expert_commune_commune_code'))

    op.drop_table('expert_commune')
    with op.batch_alter_table('desk_seat', schema=None) as batch_op:
        batch_op.drop_index('ix_desk_seat_of_manager', sqlite_where=sa.text('expert_id IS NULL'), postgresql_where=sa.text('expert_id IS NULL'))
        batch_op.drop_index('ix_desk_seat_of_expert')
        batch_op.drop_index(batch_op.f('ix_desk_seat_member_id'))
        batch_op.drop_index('ix_desk_seat_email')

    op.drop_table('desk_seat')
    with op.batch_alter_table('company', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_company_commune_code'))

    op.drop_table('company')
    with op.batch_alter_table('institution_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_institution_address_institution_id'))

    op.drop_table('institution_address')
    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expert_proposed_by_id'))
        batch_op.drop_index('ix_expert_name')
        batch_op.drop_index(batch_op.f('ix_expert_delegate_id'))

    op.drop_table('expert')
    op.drop_table('conduct_acceptance')
