"""news: articles are topics of a section"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('article_kind',
    sa.Column('dated', sa.Boolean(), nullable=False),
    sa.Column('hires', sa.Boolean(), nullable=False),
    sa.Column('closes', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_kind')),
    sa.UniqueConstraint('name', name=op.f('uq_article_kind_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_article_kind_slug'))
    )
    op.create_table('article_feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_article_feed_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_feed')),
    sa.UniqueConstraint('member_id', name=op.f('uq_article_feed_member_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_article_feed_token_hash'))
    )
    op.create_table('article',
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('starts_at', sa.Time(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('ends_at', sa.Time(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('town', sa.String(length=200), nullable=False),
    sa.Column('contract', sa.Enum('cdi', 'cdd', 'cddi', 'interim', 'alternance', 'stage', 'service-civique', 'autre', name='contract', native_enum=False, length=20), nullable=True),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('picture_id', sa.Integer(), nullable=True),
    sa.Column('picture_words', sa.String(length=200), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(picture_id IS NULL) = (picture_words = '')", name=op.f('ck_article_picture_is_described')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_article_starts_before_it_ends')),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_article_audience_id_audience')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_article_event_id_event'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['kind_id'], ['article_kind.id'], name=op.f('fk_article_kind_id_article_kind')),
    sa.ForeignKeyConstraint(['picture_id'], ['file.id'], name=op.f('fk_article_picture_id_file')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_article_topic_id_topic')),
    sa.PrimaryKeyConstraint('topic_id', name=op.f('pk_article'))
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index('ix_article_event', ['event_id'], unique=False)
        batch_op.create_index('ix_article_feed', ['published_at', 'topic_id', 'audience_id', 'valid_until'], unique=False)
        batch_op.create_index('ix_article_kind', ['kind_id', 'published_at', 'topic_id', 'audience_id'], unique=False)
        batch_op.create_index('ix_article_picture', ['picture_id'], unique=False)
        batch_op.create_index('ix_article_story', ['story_id', 'published_at', 'topic_id'], unique=False)

    op.create_table('article_band',
    sa.Column('band', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['article.topic_id'], name=op.f('fk_article_band_topic_id_article')),
    sa.PrimaryKeyConstraint('band', 'published_at', 'topic_id', name=op.f('pk_article_band')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('article_band', schema=None) as batch_op:
        batch_op.create_index('ix_article_band_topic', ['topic_id'], unique=False)

    with op.batch_alter_table('reading_start', schema=None) as batch_op:
        batch_op.add_column(sa.Column('news_post_id', sa.Integer(), server_default=sa.text('0'), nullable=False))

    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.add_column(sa.Column('section', sa.Enum('forum', 'news', name='section', native_enum=False, length=20), server_default='forum', nullable=False))
        batch_op.drop_index('ix_topic_author')
        batch_op.create_index('ix_topic_author', ['author_id', 'section', 'last_activity_at'], unique=False)
        batch_op.drop_index('ix_topic_latest')
        batch_op.create_index('ix_topic_latest', ['section', 'last_activity_at', 'id', 'audience_id', 'state', 'theme_id'], unique=False)
        batch_op.drop_index('ix_topic_pinned')
        batch_op.create_index('ix_topic_pinned', ['pinned', 'section', 'last_activity_at'], unique=False)
        batch_op.drop_index('ix_topic_theme')
        batch_op.create_index('ix_topic_theme', ['theme_id', 'section', 'last_activity_at', 'id', 'audience_id', 'state'], unique=False)
        batch_op.drop_index('ix_topic_unanswered')
        batch_op.create_index('ix_topic_unanswered', ['answers', 'section', 'last_activity_at', 'id', 'audience_id', 'state'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_index('ix_topic_unanswered')
        batch_op.create_index('ix_topic_unanswered', ['answers', 'last_activity_at', 'id', 'audience_id', 'state'], unique=False)
        batch_op.drop_index('ix_topic_theme')
        batch_op.create_index('ix_topic_theme', ['theme_id', 'last_activity_at', 'id', 'audience_id', 'state'], unique=False)
        batch_op.drop_index('ix_topic_pinned')
        batch_op.create_index('ix_topic_pinned', ['pinned', 'last_activity_at'], unique=False)
        batch_op.drop_index('ix_topic_latest')
        batch_op.create_index('ix_topic_latest', ['last_activity_at', 'id', 'audience_id', 'state', 'theme_id'], unique=False)
        batch_op.drop_index('ix_topic_author')
        batch_op.create_index('ix_topic_author', ['author_id', 'last_activity_at'], unique=False)
        batch_op.drop_column('section')

    with op.batch_alter_table('reading_start', schema=None) as batch_op:
        batch_op.drop_column('news_post_id')

    with op.batch_alter_table('article_band', schema=None) as batch_op:
        batch_op.drop_index('ix_article_band_topic')

    op.drop_table('article_band')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index('ix_article_story')
        batch_op.drop_index('ix_article_picture')
        batch_op.drop_index('ix_article_kind')
        batch_op.drop_index('ix_article_feed')
        batch_op.drop_index('ix_article_event')

    op.drop_table('article')
    op.drop_table('article_feed')
    op.drop_table('article_kind')
