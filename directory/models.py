"""The tables of organisations and profiles, and the themes that contents share."""

from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, code, label, pk


class Organisation(Base):
    """A member organisation of one or several networks (structure adhérente)."""

    __tablename__ = "organisation"
    id: Mapped[pk]
    reference: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[code]
    """The field's own short name: ACI, EI, AI, ETTI, GEIQ, ESAT…"""
    name: Mapped[label] = mapped_column(index=True)
    siret: Mapped[str | None] = mapped_column(String(14))
    address: Mapped[label]
    postcode: Mapped[str] = mapped_column(String(5))
    town: Mapped[label]
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    website: Mapped[str | None] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(200))


class OrganisationNetwork(Base):
    """An organisation belongs to a network."""

    __tablename__ = "organisation_network"
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)


class Profile(Base):
    """What a member says of their work."""

    __tablename__ = "profile"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    job: Mapped[label]
    employer: Mapped[label]
    """In words, when the employer is not one of the organisations."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_shown: Mapped[bool] = mapped_column(default=True)
    email_shown: Mapped[bool] = mapped_column(default=True)
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")

    @property
    def employer_name(self) -> str:
        """The organisation's name, or the words given."""
        return self.organisation.name if self.organisation else self.employer


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


class Theme(Listed, Base):
    """What a content is about: accès à l'emploi, formation… (seeds/004)."""

    __tablename__ = "theme"
    listed = "theme"
