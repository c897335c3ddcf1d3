"""subscriptions"""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('price_grid',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('vat_points', sa.Integer(), nullable=False),
    sa.CheckConstraint('vat_points BETWEEN 0 AND 10000', name=op.f('ck_price_grid_vat_is_a_rate')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_price_grid_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_grid')),
    sa.UniqueConstraint('programme_id', 'starts_on', name=op.f('uq_price_grid_programme_id_starts_on'))
    )
    op.create_table('programme_seller',
    sa.Column('programme_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('prefix', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('form', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('registration', sa.String(length=200), nullable=False),
    sa.Column('vat_number', sa.String(length=20), nullable=False),
    sa.Column('vat_words', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('iban', sa.String(length=40), nullable=False),
    sa.Column('bic', sa.String(length=11), nullable=False),
    sa.Column('payee', sa.String(length=200), nullable=False),
    sa.Column('penalty_words', sa.String(length=200), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_programme_seller_is_named')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_seller_programme_id_programme')),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_programme_seller')),
    sa.UniqueConstraint('prefix', name=op.f('uq_programme_seller_prefix'))
    )
    op.create_table('service',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('expert', 'provided', 'relayed', name='servicekind', native_enum=False, length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('provider', sa.String(length=200), nullable=False),
    sa.Column('provider_email', sa.String(length=254), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.CheckConstraint("kind <> 'provided' OR (length(provider) > 0 AND length(provider_email) > 0)", name=op.f('ck_service_provided_by_somebody')),
    sa.CheckConstraint("kind <> 'relayed' OR length(link) > 0", name=op.f('ck_service_relayed_is_linked')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_service_is_named')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_service_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service'))
    )
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.create_index('ix_service_of_experts', ['programme_id'], unique=True, sqlite_where=sa.text("kind = 'expert'"), postgresql_where=sa.text("kind = 'expert'"))
        batch_op.create_index('ix_service_of_programme', ['programme_id', 'position'], unique=False)

    op.create_table('price_line',
    sa.Column('grid_id', sa.Integer(), nullable=False),
    sa.Column('least_staff', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('net_cents', sa.Integer(), nullable=False),
    sa.CheckConstraint('least_staff >= 0', name=op.f('ck_price_line_staff_is_counted')),
    sa.CheckConstraint('net_cents > 0', name=op.f('ck_price_line_costs_something')),
    sa.ForeignKeyConstraint(['grid_id'], ['price_grid.id'], name=op.f('fk_price_line_grid_id_price_grid'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('grid_id', 'least_staff', name=op.f('pk_price_line'))
    )
    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'paid', 'cancelled', 'credited', name='state', native_enum=False, length=20), nullable=False),
    sa.Column('paid_by', sa.Enum('card', 'cheque', 'transfer', name='paidby', native_enum=False, length=20), nullable=False),
    sa.Column('least_staff', sa.Integer(), nullable=False),
    sa.Column('most_staff', sa.Integer(), nullable=True),
    sa.Column('net_cents', sa.Integer(), nullable=False),
    sa.Column('vat_points', sa.Integer(), nullable=False),
    sa.Column('vat_cents', sa.Integer(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_reference', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("(state IN ('cancelled', 'credited')) = (ended_at IS NOT NULL)", name=op.f('ck_subscription_ends_when_ended')),
    sa.CheckConstraint("(state IN ('paid', 'credited')) = (paid_on IS NOT NULL)", name=op.f('ck_subscription_paid_when_paid')),
    sa.CheckConstraint('(paid_on IS NULL) = (starts_on IS NULL) AND (paid_on IS NULL) = (ends_on IS NULL)', name=op.f('ck_subscription_runs_once_paid')),
    sa.CheckConstraint('net_cents > 0', name=op.f('ck_subscription_costs_something')),
    sa.CheckConstraint('starts_on IS NULL OR starts_on <= ends_on', name=op.f('ck_subscription_ends_after_it_starts')),
    sa.CheckConstraint('vat_cents >= 0', name=op.f('ck_subscription_vat_is_counted')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_subscription_company_id_company')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_subscription_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription'))
    )
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.create_index('ix_subscription_basket', ['programme_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_subscription_of_company', ['company_id', 'programme_id', 'ends_on'], unique=False)
        batch_op.create_index('ix_subscription_waiting', ['programme_id', 'company_id'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('checkout',
    sa.Column('session_id', sa.String(length=255), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_checkout_subscription_id_subscription')),
    sa.PrimaryKeyConstraint('session_id', name=op.f('pk_checkout'))
    )
    with op.batch_alter_table('checkout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checkout_subscription_id'), ['subscription_id'], unique=False)

    op.create_table('credit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('complement', sa.Text(), nullable=False),
    sa.CheckConstraint("used_at IS NOT NULL OR complement = ''", name=op.f('ck_credit_complement_of_a_use')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_credit_need_id_need'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_credit_service_id_service')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_credit_subscription_id_subscription')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit')),
    sa.UniqueConstraint('subscription_id', 'service_id', name=op.f('uq_credit_subscription_id_service_id'))
    )
    with op.batch_alter_table('credit', schema=None) as batch_op:
        batch_op.create_index('ix_credit_of_need', ['need_id'], unique=True)
        batch_op.create_index('ix_credit_of_service', ['service_id', 'used_at'], unique=False)

    op.create_table('invoice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('invoice', 'credit_note', name='kind', native_enum=False, length=20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=24), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('seller', sa.JSON(), nullable=False),
    sa.Column('buyer', sa.JSON(), nullable=False),
    sa.Column('mentions', sa.JSON(), nullable=False),
    sa.Column('net_cents', sa.Integer(), nullable=False),
    sa.Column('vat_cents', sa.Integer(), nullable=False),
    sa.Column('gross_cents', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'credit_note') = (corrects_id IS NOT NULL)", name=op.f('ck_invoice_corrects_an_invoice')),
    sa.CheckConstraint("(kind = 'invoice') = (net_cents >= 0)", name=op.f('ck_invoice_has_its_sign')),
    sa.CheckConstraint('gross_cents = net_cents + vat_cents', name=op.f('ck_invoice_adds_up')),
    sa.CheckConstraint('number > 0', name=op.f('ck_invoice_is_numbered')),
    sa.ForeignKeyConstraint(['corrects_id'], ['invoice.id'], name=op.f('fk_invoice_corrects_id_invoice')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_invoice_programme_id_programme')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_invoice_subscription_id_subscription')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('programme_id', 'kind', 'year', 'number', name=op.f('uq_invoice_programme_id_kind_year_number')),
    sa.UniqueConstraint('title', name=op.f('uq_invoice_title'))
    )
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.create_index('ix_invoice_corrects', ['corrects_id'], unique=True)
        batch_op.create_index('ix_invoice_of_subscription', ['subscription_id', 'kind'], unique=True)

    op.create_table('payment_event',
    sa.Column('id', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('outcome', sa.Enum('paid', 'ignored', 'twice', 'mismatch', 'unknown', name='outcome', native_enum=False, length=20), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=True),
    sa.Column('payment', sa.String(length=200), nullable=False),
    sa.Column('cents', sa.Integer(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_payment_event_subscription_id_subscription')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_event'))
    )
    with op.batch_alter_table('payment_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_event_subscription_id'), ['subscription_id'], unique=False)

    op.create_table('invoice_line',
    sa.Column('invoice_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_cents', sa.Integer(), nullable=False),
    sa.Column('net_cents', sa.Integer(), nullable=False),
    sa.Column('vat_points', sa.Integer(), nullable=False),
    sa.Column('vat_cents', sa.Integer(), nullable=False),
    sa.CheckConstraint('net_cents = quantity * unit_cents', name=op.f('ck_invoice_line_adds_up')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_invoice_line_is_counted')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_invoice_line_invoice_id_invoice')),
    sa.PrimaryKeyConstraint('invoice_id', 'place', name=op.f('pk_invoice_line'))
    )

    # An invoice is never changed: the database sees to it.
    postgresql = op.get_bind().dialect.name == 'postgresql'
    if postgresql:
        op.execute(
            "CREATE OR REPLACE FUNCTION invoices_stay() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'an invoice is never changed'; END $$"
        )
    for table in ('invoice', 'invoice_line'):
        if postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION invoices_stay()"
            )
        else:
            for act in ('update', 'delete'):
                op.execute(
                    f"CREATE TRIGGER {table}_stays_{act} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'an invoice is never changed'); END"
                )


def downgrade() -> None:
    op.drop_table('invoice_line')
    with op.batch_alter_table('payment_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_event_subscription_id'))

    op.drop_table('payment_event')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_index('ix_invoice_of_subscription')
        batch_op.drop_index('ix_invoice_corrects')

    op.drop_table('invoice')
    with op.batch_alter_table('credit', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_of_service')
        batch_op.drop_index('ix_credit_of_need')

    op.drop_table('credit')
    with op.batch_alter_table('checkout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_checkout_subscription_id'))

    op.drop_table('checkout')
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_index('ix_subscription_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index('ix_subscription_of_company')
        batch_op.drop_index('ix_subscription_basket')

    op.drop_table('subscription')
    op.drop_table('price_line')
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.drop_index('ix_service_of_programme')
        batch_op.drop_index('ix_service_of_experts', sqlite_where=sa.text("kind = 'expert'"), postgresql_where=sa.text("kind = 'expert'"))

    op.drop_table('service')
    op.drop_table('programme_seller')
    op.drop_table('price_grid')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("DROP FUNCTION IF EXISTS invoices_stay()")
