"""programmes and needs"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('institution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('group', 'public', 'local', name='institutionkind', native_enum=False, length=20), nullable=False),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_institution_is_named')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institution')),
    sa.UniqueConstraint('name', name=op.f('uq_institution_name'))
    )
    op.create_table('programme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('tagline', sa.String(length=200), nullable=False),
    sa.Column('colour', sa.String(length=7), nullable=False),
    sa.Column('accent', sa.String(length=7), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('asking', sa.Enum('anyone', 'subscribed', name='asking', native_enum=False, length=20), nullable=False),
    sa.Column('review', sa.Enum('team', 'committee', 'none', name='review', native_enum=False, length=20), nullable=False),
    sa.Column('sending', sa.Enum('at_once', 'weekly', name='sending', native_enum=False, length=20), nullable=False),
    sa.Column('way', sa.Enum('exclusive', 'cooperative', name='way', native_enum=False, length=20), nullable=False),
    sa.Column('several_subjects', sa.Boolean(), nullable=False),
    sa.Column('off_list', sa.Boolean(), nullable=False),
    sa.Column('position_days', sa.Integer(), nullable=False),
    sa.Column('reservation_days', sa.Integer(), nullable=False),
    sa.Column('extension_days', sa.Integer(), nullable=False),
    sa.Column('least_staff', sa.Integer(), nullable=True),
    sa.Column('most_staff', sa.Integer(), nullable=True),
    sa.Column('asks_phase', sa.Boolean(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.CheckConstraint('least_staff IS NULL OR most_staff IS NULL OR least_staff <= most_staff', name=op.f('ck_programme_staff_is_a_range')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_programme_is_named')),
    sa.CheckConstraint('position_days > 0 AND reservation_days > 0 AND extension_days >= 0', name=op.f('ck_programme_has_delays')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('name', name=op.f('uq_programme_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_programme_slug'))
    )
    op.create_table('programme_institution',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_programme_institution_institution_id_institution'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_institution_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'institution_id', name=op.f('pk_programme_institution'))
    )
    with op.batch_alter_table('programme_institution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_institution_institution_id'), ['institution_id'], unique=False)

    op.create_table('programme_team',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_programme_team_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_team_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'member_id', name=op.f('pk_programme_team'))
    )
    with op.batch_alter_table('programme_team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_team_member_id'), ['member_id'], unique=False)

    op.create_table('programme_territory',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('territory_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_territory_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['territory_id'], ['territory.id'], name=op.f('fk_programme_territory_territory_id_territory')),
    sa.PrimaryKeyConstraint('programme_id', 'territory_id', name=op.f('pk_programme_territory'))
    )
    op.create_table('programme_words',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.Enum('home', 'companies', 'institutions', 'services', 'prices', 'legal', name='publicpage', native_enum=False, length=20), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_words_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'page', name=op.f('pk_programme_words'))
    )
    op.create_table('subject_theme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('help', sa.String(length=600), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_subject_theme_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_theme')),
    sa.UniqueConstraint('programme_id', 'slug', name=op.f('uq_subject_theme_programme_id_slug'))
    )
    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'incomplete', 'selection', 'open', 'closed', name='state', native_enum=False, length=20), nullable=False),
    sa.Column('ending', sa.Enum('refused', 'oriented', 'withdrawn', 'no_taker', name='ending', native_enum=False, length=20), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('context', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('off_list', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('company', sa.String(length=200), nullable=False),
    sa.Column('postcode', sa.String(length=5), nullable=False),
    sa.Column('town', sa.String(length=200), nullable=False),
    sa.Column('commune_code', sa.String(length=5), nullable=False),
    sa.Column('staff', sa.Integer(), nullable=True),
    sa.Column('grows', sa.Boolean(), nullable=False),
    sa.Column('reorganises', sa.Boolean(), nullable=False),
    sa.Column('first_name', sa.String(length=200), nullable=False),
    sa.Column('last_name', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('hidden_words', sa.String(length=500), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submission', sa.String(length=36), nullable=True),
    sa.Column('link_epoch', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_need_closed_when_closed')),
    sa.CheckConstraint("(state = 'closed') = (ending IS NOT NULL)", name=op.f('ck_need_ends_when_closed')),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_need_ends_after_it_starts')),
    sa.CheckConstraint('length(title) > 0 AND length(description) > 0', name=op.f('ck_need_is_said')),
    sa.CheckConstraint('staff IS NULL OR staff >= 0', name=op.f('ck_need_staff_is_counted')),
    sa.ForeignKeyConstraint(['commune_code'], ['commune.code'], name=op.f('fk_need_commune_code_commune')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_need_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need')),
    sa.UniqueConstraint('programme_id', 'number', name=op.f('uq_need_programme_id_number')),
    sa.UniqueConstraint('programme_id', 'submission', name=op.f('uq_need_programme_id_submission'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index('ix_need_basket', ['programme_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_commune_code'), ['commune_code'], unique=False)
        batch_op.create_index('ix_need_siret', ['siret'], unique=False)

    op.create_table('subject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('help', sa.String(length=600), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['subject_theme.id'], name=op.f('fk_subject_theme_id_subject_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject')),
    sa.UniqueConstraint('theme_id', 'slug', name=op.f('uq_subject_theme_id_slug'))
    )
    op.create_table('need_hiding',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_need_hiding_institution_id_institution')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_hiding_need_id_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('need_id', 'institution_id', name=op.f('pk_need_hiding'))
    )
    with op.batch_alter_table('need_hiding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_hiding_institution_id'), ['institution_id'], unique=False)

    op.create_table('need_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.Enum('ask', 'ask_more', 'add', 'classify', 'orient', 'refuse', 'submit', 'validate', 'withdraw', 'no_taker', 'contest', 'reopen', name='act', native_enum=False, length=20), nullable=False),
    sa.Column('by', sa.Enum('company', 'team', 'house', name='by', native_enum=False, length=20), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_need_step_member_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_step_need_id_need'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_step'))
    )
    with op.batch_alter_table('need_step', schema=None) as batch_op:
        batch_op.create_index('ix_need_step', ['need_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_step_member_id'), ['member_id'], unique=False)

    op.create_table('need_subject',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_subject_need_id_need'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_need_subject_subject_id_subject')),
    sa.PrimaryKeyConstraint('need_id', 'subject_id', name=op.f('pk_need_subject'))
    )
    with op.batch_alter_table('need_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_subject_subject_id'), ['subject_id'], unique=False)

    op.create_table('subject_question',
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('text', 'choice', 'yes_no', name='questionkind', native_enum=False, length=20), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('choices', sa.Text(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['subject.id'], name=op.f('fk_subject_question_subject_id_subject'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_question'))
    )
    with op.batch_alter_table('subject_question', schema=None) as batch_op:
        batch_op.create_index('ix_subject_question', ['subject_id', 'position'], unique=False)

    op.create_table('need_answer',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_answer_need_id_need'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['subject_question.id'], name=op.f('fk_need_answer_question_id_subject_question')),
    sa.PrimaryKeyConstraint('need_id', 'question_id', name=op.f('pk_need_answer'))
    )
    with op.batch_alter_table('need_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_answer_question_id'), ['question_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('need_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_answer_question_id'))

    op.drop_table('need_answer')
    with op.batch_alter_table('subject_question', schema=None) as batch_op:
        batch_op.drop_index('ix_subject_question')

    op.drop_table('subject_question')
    with op.batch_alter_table('need_subject', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_subject_subject_id'))

    op.drop_table('need_subject')
    with op.batch_alter_table('need_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_step_member_id'))
        batch_op.drop_index('ix_need_step')

    op.drop_table('need_step')
    with op.batch_alter_table('need_hiding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_hiding_institution_id'))

    op.drop_table('need_hiding')
    op.drop_table('subject')
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index('ix_need_siret')
        batch_op.drop_index(batch_op.f('ix_need_commune_code'))
        batch_op.drop_index('ix_need_basket')

    op.drop_table('need')
    op.drop_table('subject_theme')
    op.drop_table('programme_words')
    op.drop_table('programme_territory')
    with op.batch_alter_table('programme_team', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_team_member_id'))

    op.drop_table('programme_team')
    with op.batch_alter_table('programme_institution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_institution_institution_id'))

    op.drop_table('programme_institution')
    op.drop_table('programme')
    op.drop_table('institution')
