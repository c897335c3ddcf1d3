"""The tables of organisations and profiles, and the themes that contents share."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune, Restricted
from accounts.models import EMAIL_LENGTH, enum_of
from core.addresses import LONGEST_LINK
from core.db import Base, code, label, long_text, pk
from core.text import folded

PHONE_LENGTH = 20


class Listed:
    """An entry of a list that administrators name, order and retire."""

    listed: ClassVar[str]
    """What the audit trail calls this list."""
    id: Mapped[pk]
    slug: Mapped[code] = mapped_column(unique=True)
    name: Mapped[label] = mapped_column(unique=True)
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    """No longer offered to new contents."""


class OrganisationKind(Listed, Base):
    """What an organisation is, by the field's own short name: ACI, EI, AI, ETTI, GEIQ, ESAT…"""

    __tablename__ = "organisation_kind"
    listed = "organisation_kind"


class Activity(Listed, Base):
    """What an organisation has people do: espaces verts, bâtiment, restauration…"""

    __tablename__ = "activity"
    listed = "activity"


class Placed(StrEnum):
    """How it is known where something stands."""

    ADDRESS = "address"
    COMMUNE = "commune"
    """In the middle of its commune, for want of better."""
    HAND = "hand"


class Standing:
    """What stands somewhere: an address, and a point when it is known."""

    address: Mapped[label] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(String(5), default="")
    town: Mapped[label] = mapped_column(default="")
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    placed: Mapped[Placed | None] = mapped_column(enum_of(Placed))


class Reachable:
    """What one can call, write to and visit."""

    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    website: Mapped[str | None] = mapped_column(String(LONGEST_LINK))


def somewhere_or_nowhere() -> CheckConstraint:
    """A point has both its numbers and its reason, or none."""
    return CheckConstraint(
        "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (placed IS NULL)",
        name="is_somewhere_or_nowhere",
    )


class Organisation(Standing, Reachable, Restricted, Base):
    """A member organisation of one or several networks (structure adhérente)."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_name", "name_key", "id"),
        Index("ix_organisation_kind", "kind_id", "name_key"),
        Index("ix_organisation_place", "latitude", "longitude"),
        Index("ix_organisation_siret", "siret"),
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("places >= 0", name="places_are_counted"),
        somewhere_or_nowhere(),
    )
    id: Mapped[pk]
    reference: Mapped[str | None] = mapped_column(String(100), unique=True)
    """Its name in the file that it came from."""
    kind_id: Mapped[int] = mapped_column(ForeignKey("organisation_kind.id"))
    name: Mapped[label]
    name_key: Mapped[label]
    """In lower case, without accents: the order of lists."""
    search_key: Mapped[long_text]
    """The name, the kind and the town, likewise: what is looked for as one types."""
    siret: Mapped[str | None] = mapped_column(String(14))
    """Fourteen digits; one SIRET may hold several kinds of insertion."""
    opening_hours: Mapped[label] = mapped_column(default="")
    places: Mapped[int | None]
    """How many people it can take."""
    description: Mapped[long_text] = mapped_column(default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    """Where the facts come from, and of when."""
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    kind: Mapped[OrganisationKind] = relationship(lazy="raise_on_sql")
    commune: Mapped[Commune | None] = relationship(lazy="raise_on_sql")


class OrganisationActivity(Base):
    """An organisation works in a field of activity."""

    __tablename__ = "organisation_activity"
    __table_args__ = (Index("ix_organisation_activity", "activity_id", "organisation_id"),)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)


class OrganisationNetwork(Base):
    """An organisation belongs to a network."""

    __tablename__ = "organisation_network"
    __table_args__ = (Index("ix_organisation_network", "network_id", "organisation_id"),)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)


def work_key(job: str, employer: str) -> str:
    """The words that a member is found by, besides their name and their organisation."""
    return folded(f"{job} {employer}")


def _first_work_key(context: Any) -> str:
    given = context.get_current_parameters()
    return work_key(given["job"], given["employer"])


class Skill(Listed, Base):
    """What one can help with: PMSMP, droit des étrangers, mobilité… (compétence)."""

    __tablename__ = "skill"
    listed = "skill"
    words: Mapped[long_text] = mapped_column(default="")
    """What people write when they speak of it, one wording a line; none: the parts of its name."""


class Side(StrEnum):
    """What a skill is to a member."""

    OFFERS = "offers"
    """ "I can help with it." """
    SEEKS = "seeks"
    """ "I am looking for help with it." """


class MemberSkill(Base):
    """A member has a skill, or looks for somebody who has it."""

    __tablename__ = "member_skill"
    __table_args__ = (Index("ix_member_skill", "skill_id", "side", "member_id"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[Side] = mapped_column(enum_of(Side), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)


class SkillContent(Restricted, Base):
    """A content speaks of a skill; whom it shows at work on it, if anybody.

    Worked out from the contents, and forgotten with them: nothing is typed here.
    """

    __tablename__ = "skill_content"
    __table_args__ = (
        Index("ix_skill_content_member", "member_id", "skill_id", "kind"),
        Index("ix_skill_content_skill", "skill_id"),
    )
    kind: Mapped[code] = mapped_column(primary_key=True)
    """That of its entry in the search: topic, document."""
    content_id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(
        ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    """Who gave the useful answer, who deposited the document."""


class SkillDismissal(Base):
    """A skill was proposed to a member, and is not for them."""

    __tablename__ = "skill_dismissal"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[int] = mapped_column(
        ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]


class MemberLanguage(Base):
    """A member speaks a language besides French."""

    __tablename__ = "member_language"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    """Its code (ISO 639)."""


class Profile(Base):
    """What a member says of their work."""

    __tablename__ = "profile"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    job: Mapped[label]
    search_key: Mapped[long_text] = mapped_column(default=_first_work_key)
    """The job and the employer in words, in lower case and without accents."""
    employer: Mapped[label]
    """In words, when the employer is not one of the organisations."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    phone_shown: Mapped[bool] = mapped_column(default=True)
    email_shown: Mapped[bool] = mapped_column(default=True)


@event.listens_for(Profile, "before_update")
def _keep_work_key(_mapper: object, _connection: object, profile: Profile) -> None:
    """Whoever changes the job changes the words."""
    profile.search_key = work_key(profile.job, profile.employer)


class Theme(Listed, Base):
    """What a content is about: accès à l'emploi, formation… (seeds/004)."""

    __tablename__ = "theme"
    listed = "theme"


class Scheme(Standing, Reachable, Restricted, Base):
    """A help that people in difficulty can be sent to (dispositif): who runs it, for whom."""

    __tablename__ = "scheme"
    __table_args__ = (
        Index("ix_scheme_name", "name_key", "id"),
        Index("ix_scheme_place", "latitude", "longitude"),
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        somewhere_or_nowhere(),
    )
    id: Mapped[pk]
    reference: Mapped[str | None] = mapped_column(String(100), unique=True)
    """Its name in the file that it came from."""
    name: Mapped[label]
    name_key: Mapped[label]
    """In lower case, without accents: the order of lists."""
    search_key: Mapped[long_text]
    """The name, who runs it, for whom and the town, likewise."""
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    """Who runs it, when that is in the directory."""
    run_by: Mapped[label] = mapped_column(default="")
    """Who runs it, in words."""
    for_whom: Mapped[str] = mapped_column(String(500), default="")
    conditions: Mapped[long_text] = mapped_column(default="")
    description: Mapped[long_text] = mapped_column(default="")
    contact: Mapped[label] = mapped_column(default="")
    """Whom to ask for, in words."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    theme: Mapped[Theme | None] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class SchemeTerritory(Base):
    """A scheme is offered on a territory; one that names none is offered everywhere."""

    __tablename__ = "scheme_territory"
    __table_args__ = (Index("ix_scheme_territory", "territory_id", "scheme_id"),)
    scheme_id: Mapped[int] = mapped_column(
        ForeignKey("scheme.id", ondelete="CASCADE"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)
