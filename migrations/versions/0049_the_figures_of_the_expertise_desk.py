"""the figures of the expertise desk"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_count",
        sa.Column("programme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_to", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_desk_count_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_desk_count")),
    )
    op.create_table(
        "desk_month",
        sa.Column("programme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "all",
                "subject",
                "territory",
                "institution",
                name="side",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("of_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "needs",
                "validated",
                "sent",
                "answered",
                "called",
                "expired",
                "helped",
                "companies",
                "not_helped",
                "unreachable",
                "no_taker",
                "oriented",
                "refused",
                "withdrawn",
                "local",
                "contracted",
                "done",
                "jobs_created",
                "jobs_kept",
                "satisfaction",
                name="measure",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("companies", sa.String(length=60), nullable=False),
        sa.Column("spread", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "times > 0 AND amount >= 0", name=op.f("ck_desk_month_counts_something")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_desk_month_programme_id_programme"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "programme_id", "side", "month", "of_id", "measure", name=op.f("pk_desk_month")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("desk_month")
    op.drop_table("desk_count")
