"""files and library"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('document_kind',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_kind')),
    sa.UniqueConstraint('name', name=op.f('uq_document_kind_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_document_kind_slug'))
    )
    op.create_table('file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('mime', sa.String(length=100), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused', sa.String(length=30), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('words', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_size', sa.Integer(), nullable=False),
    sa.Column('cut', sa.Boolean(), nullable=False),
    sa.Column('thumbnail', sa.String(length=64), nullable=True),
    sa.CheckConstraint('size >= 0', name=op.f('ck_file_size_is_counted')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file')),
    sa.UniqueConstraint('sha256', name=op.f('uq_file_sha256'))
    )
    op.create_table('folder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['folder.id'], name=op.f('fk_folder_parent_id_folder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_folder')),
    sa.UniqueConstraint('parent_id', 'name', name=op.f('uq_folder_parent_id_name'))
    )
    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_folder_parent_id'), ['parent_id'], unique=False)

    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('title_key', sa.String(length=200), nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('folder_id', sa.Integer(), nullable=True),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('deposited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.Column('submission', sa.String(length=36), nullable=True),
    sa.Column('audience_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(link IS NULL) = (number > 0)', name=op.f('ck_document_is_a_file_or_a_link')),
    sa.CheckConstraint('downloads >= 0', name=op.f('ck_document_downloads_are_counted')),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_document_is_titled')),
    sa.CheckConstraint('replaced_by_id <> id', name=op.f('ck_document_is_not_replaced_by_itself')),
    sa.ForeignKeyConstraint(['audience_id'], ['audience.id'], name=op.f('fk_document_audience_id_audience')),
    sa.ForeignKeyConstraint(['folder_id'], ['folder.id'], name=op.f('fk_document_folder_id_folder')),
    sa.ForeignKeyConstraint(['kind_id'], ['document_kind.id'], name=op.f('fk_document_kind_id_document_kind')),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_document_owner_id_member')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['document.id'], name=op.f('fk_document_replaced_by_id_document')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_document_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('owner_id', 'submission', name=op.f('uq_document_owner_id_submission'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index('ix_document_folder', ['folder_id', 'renewed_at'], unique=False)
        batch_op.create_index('ix_document_kind', ['kind_id', 'renewed_at'], unique=False)
        batch_op.create_index('ix_document_latest', ['renewed_at', 'id', 'audience_id', 'withdrawn_at'], unique=False)
        batch_op.create_index('ix_document_owner', ['owner_id', 'renewed_at'], unique=False)
        batch_op.create_index('ix_document_review', ['review_on'], unique=False)
        batch_op.create_index('ix_document_theme', ['theme_id', 'renewed_at'], unique=False)
        batch_op.create_index('ix_document_titles', ['title_key', 'id', 'audience_id', 'withdrawn_at'], unique=False)

    op.create_table('upload',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('received', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('received >= 0 AND received <= size', name=op.f('ck_upload_received_is_within')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_upload_file_id_file')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_upload_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index('ix_upload_member', ['member_id', 'started_at'], unique=False)
        batch_op.create_index('ix_upload_started', ['file_id', 'started_at'], unique=False)

    op.create_table('document_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.String(length=32), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('deposited_by_id', sa.Integer(), nullable=False),
    sa.Column('deposited_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_document_version_is_numbered')),
    sa.ForeignKeyConstraint(['deposited_by_id'], ['member.id'], name=op.f('fk_document_version_deposited_by_id_member')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_version_document_id_document')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_document_version_file_id_file')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_document_version_upload_id_upload'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_version')),
    sa.UniqueConstraint('document_id', 'number', name=op.f('uq_document_version_document_id_number')),
    sa.UniqueConstraint('upload_id', name=op.f('uq_document_version_upload_id'))
    )
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.create_index('ix_document_version_file', ['file_id'], unique=False)

    op.create_table('download',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_download_document_id_document')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_download_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'document_id', name=op.f('pk_download'))
    )
    with op.batch_alter_table('download', schema=None) as batch_op:
        batch_op.create_index('ix_download_document', ['document_id', 'number'], unique=False)

    op.create_table('favourite',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_favourite_document_id_document')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_favourite_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'document_id', name=op.f('pk_favourite'))
    )
    with op.batch_alter_table('favourite', schema=None) as batch_op:
        batch_op.create_index('ix_favourite_document', ['document_id'], unique=False)

    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.String(length=32), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_attachment_file_id_file')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_attachment_post_id_post')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_attachment_upload_id_upload'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('upload_id', name=op.f('uq_attachment_upload_id'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index('ix_attachment_file', ['file_id'], unique=False)
        batch_op.create_index('ix_attachment_post', ['post_id'], unique=False)

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('document_id', sa.Integer(), nullable=True))
        batch_op.alter_column('post_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index('ix_notification_document', ['document_id'], unique=False)
        batch_op.create_check_constraint(batch_op.f('ck_notification_is_about_one_thing'), '(post_id IS NULL) <> (document_id IS NULL)')
        batch_op.create_unique_constraint(batch_op.f('uq_notification_member_id_kind_document_id_what'), ['member_id', 'kind', 'document_id', 'what'])
        batch_op.create_foreign_key(batch_op.f('fk_notification_document_id_document'), 'document', ['document_id'], ['id'])

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.add_column(sa.Column('files', sa.Integer(), nullable=False, server_default='0'))

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.alter_column('files', server_default=None)



def downgrade() -> None:
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_column('files')

    # What was told of documents has nothing left to be about.
    op.execute("DELETE FROM notification WHERE document_id IS NOT NULL")
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_notification_is_about_one_thing'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_notification_document_id_document'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notification_member_id_kind_document_id_what'), type_='unique')
        batch_op.drop_index('ix_notification_document')
        batch_op.alter_column('post_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('document_id')

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index('ix_attachment_post')
        batch_op.drop_index('ix_attachment_file')

    op.drop_table('attachment')
    with op.batch_alter_table('favourite', schema=None) as batch_op:
        batch_op.drop_index('ix_favourite_document')

    op.drop_table('favourite')
    with op.batch_alter_table('download', schema=None) as batch_op:
        batch_op.drop_index('ix_download_document')

    op.drop_table('download')
    with op.batch_alter_table('document_version', schema=None) as batch_op:
        batch_op.drop_index('ix_document_version_file')

    op.drop_table('document_version')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index('ix_upload_started')
        batch_op.drop_index('ix_upload_member')

    op.drop_table('upload')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index('ix_document_titles')
        batch_op.drop_index('ix_document_theme')
        batch_op.drop_index('ix_document_review')
        batch_op.drop_index('ix_document_owner')
        batch_op.drop_index('ix_document_latest')
        batch_op.drop_index('ix_document_kind')
        batch_op.drop_index('ix_document_folder')

    op.drop_table('document')
    with op.batch_alter_table('folder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_folder_parent_id'))

    op.drop_table('folder')
    op.drop_table('file')
    op.drop_table('document_kind')
