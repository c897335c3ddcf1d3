"""The tables of committees: who sits, what is put before them, how they vote, what they publish."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune, Territory
from accounts.models import EMAIL_LENGTH, Member, enum_of
from core.db import Base, label, long_text, pk
from expertise.needs.models import Need
from expertise.programmes.models import Institution, Programme

LONGEST_REASON = 2_000
SITS = text("left_at IS NULL")
RUNS = text("closed_at IS NULL")
DRAFTED = text("published_at IS NULL")


class Committee(Base):
    """The steering committee of a territory (comité de pilotage)."""

    __tablename__ = "committee"
    __table_args__ = (
        UniqueConstraint("programme_id", "name"),
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("quorum > 0 AND vote_days > 0", name="can_decide"),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[label]
    quorum: Mapped[int]
    """How many must vote, those who step aside apart."""
    vote_days: Mapped[int]
    """Working days that a vote stays open."""
    retired: Mapped[bool] = mapped_column(default=False)
    """Nothing new is put before it; what it did stays."""
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    territories: Mapped[list[Territory]] = relationship(
        secondary="committee_territory", lazy="raise_on_sql", order_by=Territory.name
    )
    communes: Mapped[list[Commune]] = relationship(
        secondary="committee_commune", lazy="raise_on_sql", order_by=Commune.folded_name
    )


class CommitteeTerritory(Base):
    """Where a committee selects. With no territory and no commune: wherever the programme works."""

    __tablename__ = "committee_territory"
    committee_id: Mapped[int] = mapped_column(
        ForeignKey("committee.id", ondelete="CASCADE"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(
        ForeignKey("territory.id"), primary_key=True, index=True
    )


class CommitteeCommune(Base):
    """A commune where a committee selects, beside its territories."""

    __tablename__ = "committee_commune"
    committee_id: Mapped[int] = mapped_column(
        ForeignKey("committee.id", ondelete="CASCADE"), primary_key=True
    )
    commune_code: Mapped[str] = mapped_column(
        ForeignKey("commune.code"), primary_key=True, index=True
    )


class CommitteeSeat(Base):
    """Somebody sits in a committee, for the house that sends them."""

    __tablename__ = "committee_seat"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        Index(
            "ix_committee_seat_of_committee",
            "committee_id",
            "email",
            unique=True,
            sqlite_where=SITS,
            postgresql_where=SITS,
        ),
        Index("ix_committee_seat_email", "email"),
    )
    id: Mapped[pk]
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    first_name: Mapped[label]
    last_name: Mapped[label]
    house: Mapped[label] = mapped_column(default="")
    """Who sends them: a chamber, a town, a company."""
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    """The same, when it answers needs too: what is hidden from it is hidden from them."""
    is_chair: Mapped[bool] = mapped_column(default=False)
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    """None until they have an account: their invitation waits."""
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]
    """When they sat no more; what they voted stays."""
    committee: Mapped[Committee] = relationship(lazy="raise_on_sql")
    institution: Mapped[Institution | None] = relationship(lazy="raise_on_sql")
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class Outcome(StrEnum):
    """How what was put before a committee ended."""

    SELECTED = "selected"
    REFUSED = "refused"
    NO_QUORUM = "no_quorum"
    """Too few voted: the team decides."""
    TIE = "tie"
    """As many for as against, and no chair to settle it: the team decides."""
    OUTSIDE = "outside"
    """The team decided meanwhile, and said why."""
    WITHDRAWN = "withdrawn"


class Minutes(Base):
    """What a committee decided over some days (relevé de décisions). Published, it stays."""

    __tablename__ = "committee_minutes"
    __table_args__ = (
        UniqueConstraint("committee_id", "number"),
        CheckConstraint("first_day <= last_day", name="ends_after_it_starts"),
        CheckConstraint(
            "(published_at IS NULL) = (number IS NULL) AND "
            "(published_at IS NULL) = (content IS NULL)",
            name="numbered_when_published",
        ),
        Index(
            "ix_committee_minutes_draft",
            "committee_id",
            unique=True,
            sqlite_where=DRAFTED,
            postgresql_where=DRAFTED,
        ),
    )
    id: Mapped[pk]
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    number: Mapped[int | None]
    """From 1 in its committee, when it is published."""
    first_day: Mapped[date]
    last_day: Mapped[date]
    words: Mapped[long_text] = mapped_column(default="")
    """Of the chair."""
    content: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The decisions as they were published: see minutes. Those who voted are numbers of seats."""
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("committee_seat.id"))
    """The chair who published it."""
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    committee: Mapped[Committee] = relationship(lazy="raise_on_sql")
    signed_by: Mapped[CommitteeSeat | None] = relationship(lazy="raise_on_sql")


class CommitteeCase(Base):
    """A need that is, or was, before a committee."""

    __tablename__ = "committee_case"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="ends_when_closed"),
        CheckConstraint("quorum > 0", name="can_decide"),
        CheckConstraint(
            "favourable >= 0 AND unfavourable >= 0 AND abstained >= 0 AND aside >= 0",
            name="votes_are_counted",
        ),
        # A need is before one committee at a time.
        Index(
            "ix_committee_case_of_need",
            "need_id",
            unique=True,
            sqlite_where=RUNS,
            postgresql_where=RUNS,
        ),
        Index("ix_committee_case_every", "need_id"),
        Index("ix_committee_case_basket", "committee_id", "closed_at", "id"),
        Index("ix_committee_case_newest", "committee_id", "id"),
        Index("ix_committee_case_due", "due_at", sqlite_where=RUNS, postgresql_where=RUNS),
    )
    id: Mapped[pk]
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    quorum: Mapped[int]
    """That of the committee, on that day."""
    put_at: Mapped[datetime]
    due_at: Mapped[datetime]
    prolonged_at: Mapped[datetime | None]
    """Once, when too few had voted in time."""
    told_at: Mapped[datetime]
    """When those who have not voted were last written to."""
    reminded_at: Mapped[datetime | None]
    """When they were told that the vote is about to end."""
    if_selected: Mapped[long_text] = mapped_column(default="")
    if_refused: Mapped[long_text] = mapped_column(default="")
    """What the company will read, as the chair or the team words it."""
    outcome: Mapped[Outcome | None] = mapped_column(enum_of(Outcome))
    closed_at: Mapped[datetime | None]
    favourable: Mapped[int] = mapped_column(default=0)
    unfavourable: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    aside: Mapped[int] = mapped_column(default=0)
    """How many voted what, once it is closed."""
    reason: Mapped[long_text] = mapped_column(default="")
    """What was said with the decision."""
    minutes_id: Mapped[int | None] = mapped_column(ForeignKey(Minutes.id), index=True)
    """Those that publish it."""
    committee: Mapped[Committee] = relationship(lazy="raise_on_sql")
    need: Mapped[Need] = relationship(lazy="raise_on_sql")


class Vote(StrEnum):
    """What a member of a committee says of a need."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    ABSTENTION = "abstention"
    ASIDE = "aside"
    """ "Je me déporte": a tie to the company. It does not count."""


class Ballot(Base):
    """The vote of somebody on a need."""

    __tablename__ = "committee_ballot"
    __table_args__ = (
        CheckConstraint("vote <> 'unfavourable' OR length(words) > 0", name="says_why_not"),
        Index("ix_committee_ballot_of_seat", "seat_id"),
    )
    case_id: Mapped[int] = mapped_column(
        ForeignKey("committee_case.id", ondelete="CASCADE"), primary_key=True
    )
    seat_id: Mapped[int] = mapped_column(ForeignKey("committee_seat.id"), primary_key=True)
    vote: Mapped[Vote] = mapped_column(enum_of(Vote))
    words: Mapped[long_text] = mapped_column(default="")
    cast_at: Mapped[datetime]


class Shut(Base):
    """A need that is before a committee is not shown to one of its members."""

    __tablename__ = "committee_shut"
    case_id: Mapped[int] = mapped_column(
        ForeignKey("committee_case.id", ondelete="CASCADE"), primary_key=True
    )
    seat_id: Mapped[int] = mapped_column(
        ForeignKey("committee_seat.id", ondelete="CASCADE"), primary_key=True, index=True
    )
