"""The tables of those who answer."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune, Territory
from accounts.models import EMAIL_LENGTH, Member
from core.db import Base, label, long_text, pk
from core.naming import Named
from directory.models import PHONE_LENGTH
from expertise.programmes.models import Institution, Subject

LONGEST_SPECIALITY = 300
MANAGES = text("expert_id IS NULL")


class Expert(Named, Base):
    """A person or a team who answers needs, in the name of an institution."""

    __tablename__ = "expert"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint(
            "least_staff IS NULL OR most_staff IS NULL OR least_staff <= most_staff",
            name="staff_is_a_range",
        ),
        CheckConstraint("quota IS NULL OR quota > 0", name="quota_is_some"),
        CheckConstraint("absent_until IS NULL OR absent_from IS NOT NULL", name="absence_begins"),
        CheckConstraint("delegate_id IS NULL OR delegate_id <> id", name="delegates_to_another"),
        CheckConstraint("0 <= helped AND helped <= ended", name="helped_some_of_them"),
        Index("ix_expert_name", "institution_id", "folded_name"),
    )
    id: Mapped[pk]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    is_team: Mapped[bool]
    """Several people who answer under one name."""
    job: Mapped[label] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    """The work address where needs are sent; of a team, the one that it shares."""
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    about: Mapped[long_text]
    """What they know, in their own words."""
    least_staff: Mapped[int | None]
    most_staff: Mapped[int | None]
    """The size of the companies that they help."""
    quota: Mapped[int | None]
    """The most needs that they are sent in thirty days."""
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]
    """The last day of it; None while `absent_from` stands: until they say otherwise."""
    delegate_id: Mapped[int | None] = mapped_column(
        ForeignKey("expert.id", ondelete="SET NULL"), index=True
    )
    """Who receives their needs meanwhile."""
    proposed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    proposed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    """When the team of a programme let them in; nothing is sent to them before."""
    left_at: Mapped[datetime | None]
    """When they answered no more; what they did stays."""
    ended: Mapped[int] = mapped_column(default=0)
    """The needs that came to something with them, those who could not be reached apart,"""
    helped: Mapped[int] = mapped_column(default=0)
    """and those where the company was helped: counted by expertise.matching."""
    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")
    delegate: Mapped["Expert | None"] = relationship(lazy="raise_on_sql", remote_side="Expert.id")
    subjects: Mapped[list["Competence"]] = relationship(
        lazy="raise_on_sql", back_populates="expert", cascade="all, delete-orphan"
    )
    territories: Mapped[list[Territory]] = relationship(
        secondary="expert_territory", lazy="raise_on_sql", order_by=Territory.name
    )
    communes: Mapped[list[Commune]] = relationship(
        secondary="expert_commune", lazy="raise_on_sql", order_by=Commune.folded_name
    )
    seats: Mapped[list["DeskSeat"]] = relationship(
        lazy="raise_on_sql", order_by="DeskSeat.id", back_populates="expert"
    )

    def is_absent(self, day: date) -> bool:
        """Whether they are away on a day."""
        if self.absent_from is None or day < self.absent_from:
            return False
        return self.absent_until is None or day <= self.absent_until


class Competence(Base):
    """An expert answers about a subject."""

    __tablename__ = "competence"
    expert_id: Mapped[int] = mapped_column(
        ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True, index=True)
    words: Mapped[str] = mapped_column(String(LONGEST_SPECIALITY), default="")
    """What of it: "l'export vers l'Allemagne"."""
    expert: Mapped[Expert] = relationship(lazy="raise_on_sql", back_populates="subjects")
    subject: Mapped[Subject] = relationship(lazy="raise_on_sql")


class ExpertTerritory(Base):
    """Where an expert answers. With no territory and no commune: wherever the programme works."""

    __tablename__ = "expert_territory"
    expert_id: Mapped[int] = mapped_column(
        ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(
        ForeignKey("territory.id"), primary_key=True, index=True
    )


class ExpertCommune(Base):
    """A commune where an expert answers, beside their territories."""

    __tablename__ = "expert_commune"
    expert_id: Mapped[int] = mapped_column(
        ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True
    )
    commune_code: Mapped[str] = mapped_column(
        ForeignKey("commune.code"), primary_key=True, index=True
    )


class DeskSeat(Base):
    """Somebody's place at the desk: they manage an institution, or answer as one of its experts."""

    __tablename__ = "desk_seat"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        Index("ix_desk_seat_of_expert", "expert_id", "email", unique=True),
        Index(
            "ix_desk_seat_of_manager",
            "institution_id",
            "email",
            unique=True,
            sqlite_where=MANAGES,
            postgresql_where=MANAGES,
        ),
        Index("ix_desk_seat_email", "email"),
    )
    id: Mapped[pk]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"))
    """None: they manage the institution."""
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    first_name: Mapped[label]
    last_name: Mapped[label]
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    """None until they have an account: their invitation waits."""
    since: Mapped[datetime]
    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")
    expert: Mapped[Expert | None] = relationship(lazy="raise_on_sql", back_populates="seats")
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class InstitutionAddress(Base):
    """Where the needs of a programme are sent, for an institution (seeds/000 §4.2)."""

    __tablename__ = "institution_address"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), primary_key=True)


class ConductAcceptance(Base):
    """A member accepted the rules of conduct of the desk (seeds/003 §6)."""

    __tablename__ = "conduct_acceptance"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    accepted_at: Mapped[datetime]
