"""The tables of the figures: groups of members, and what each of them did on each day."""

from datetime import date
from typing import Annotated

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, code, pk

number = Annotated[int, mapped_column(default=0, server_default=text("0"))]


class Group(Base):
    """The members of a network, of a territory, of a kind of organisation, or of several at once.

    What is not named is not narrowed: the group that names nothing is the whole house.
    """

    __tablename__ = "figure_group"
    __table_args__ = (
        Index("ix_figure_group_territory", "territory_id", "network_id", "kind_id"),
        CheckConstraint("members >= 0", name="members_are_counted"),
    )
    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    """What it names, written in one way only: "n1 t12 k3"; empty for the whole house."""
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("territory.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_kind.id"))
    members: Mapped[int]
    """How many there are now."""
    shown: Mapped[bool]
    """Whether its figures may be read: neither it nor what a difference would tell is small."""


class GroupDay(Base):
    """What a group was and did on a day, as it is in Paris. A column for each measure."""

    __tablename__ = "figure_day"
    __table_args__ = {"sqlite_with_rowid": False}
    group_id: Mapped[int] = mapped_column(
        ForeignKey("figure_group.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    members: Mapped[number]
    charter: Mapped[number]
    active_week: Mapped[number]
    active_month: Mapped[number]
    invited: Mapped[number]
    joined: Mapped[number]
    visits: Mapped[number]
    mail_visits: Mapped[number]
    topics: Mapped[number]
    answers: Mapped[number]
    answered_in_time: Mapped[number]
    answered_late: Mapped[number]
    delay_minutes: Mapped[number]
    first_4_hours: Mapped[number]
    first_day: Mapped[number]
    first_2_days: Mapped[number]
    first_week: Mapped[number]
    first_later: Mapped[number]
    documents: Mapped[number]
    openings: Mapped[number]
    events: Mapped[number]
    mails: Mapped[number]
    sought_in_vain: Mapped[number]


class DocumentDay(Base):
    """How often a document was opened on a day, and in all when that day ended.

    Only days when it was have a row, and every Sunday after the first of them.
    """

    __tablename__ = "figure_document"
    __table_args__ = {"sqlite_with_rowid": False}
    day: Mapped[date] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    openings: Mapped[int]
    total: Mapped[int]


class Tally(Base):
    """What leaves no other trace, counted as it happens; nobody's name is kept."""

    __tablename__ = "figure_tally"
    measure: Mapped[code] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]
