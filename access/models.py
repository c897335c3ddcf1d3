"""The tables of the rule."""

from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from access.viewers import Viewer
from core.db import Base, code, label, long_text, pk
from core.storage import KEPT


class Network(Base):
    """A federation of organisations (réseau), with what dresses its pages."""

    __tablename__ = "network"
    id: Mapped[pk]
    slug: Mapped[code] = mapped_column(unique=True)
    name: Mapped[label] = mapped_column(unique=True)
    full_name: Mapped[label]
    colour: Mapped[str] = mapped_column(String(7))
    accent: Mapped[str] = mapped_column(String(7))
    logo: Mapped[str | None] = mapped_column(String(64), info=KEPT)
    """The storage's name of a PNG."""


class Level(StrEnum):
    """The kinds of territory, widest first."""

    REGION = "region"
    DEPARTEMENT = "departement"
    ZONE_EMPLOI = "zone_emploi"


def territory_label(level: Level, name: str) -> str:
    """How a territory is named in a sentence."""
    return f"{name} (zone d’emploi)" if level is Level.ZONE_EMPLOI else name


class Territory(Base):
    """A région, a département or a zone d'emploi: a set of communes."""

    __tablename__ = "territory"
    __table_args__ = (UniqueConstraint("level", "code"),)
    id: Mapped[pk]
    level: Mapped[Level] = mapped_column(
        Enum(Level, native_enum=False, values_callable=lambda e: [m.value for m in e], length=20)
    )
    code: Mapped[code]
    name: Mapped[label]
    communes: Mapped[int]
    """How many communes it is made of."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """Its middle: where its people live, on average."""

    @property
    def label(self) -> str:
        """Its name; a zone d'emploi says so, since a town often has the same name."""
        return territory_label(self.level, self.name)


class Commune(Base):
    """A commune of the official list (COG), with where it lies."""

    __tablename__ = "commune"
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[label]
    folded_name: Mapped[label] = mapped_column(index=True)
    """In lower case, without accents nor hyphens: "la roche sur yon"."""
    postcodes: Mapped[long_text]
    population: Mapped[int]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    departement_id: Mapped[int] = mapped_column(ForeignKey("territory.id"))
    zone_emploi_id: Mapped[int | None] = mapped_column(ForeignKey("territory.id"))


class Overlap(Base):
    """Two territories that share a commune; every territory overlaps itself."""

    __tablename__ = "territory_overlap"
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)
    contains: Mapped[bool]
    """Whether every commune of the other is in this one."""


class Audience(Base):
    """Who a content is for. Contents with the same reach share one row."""

    __tablename__ = "audience"
    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(500), unique=True)
    """The reach, written in one way only: "networks 1,3; territories 12"."""


class AudienceNetwork(Base):
    """A network that an audience names; none named means all of them."""

    __tablename__ = "audience_network"
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)


class AudienceTerritory(Base):
    """A territory that an audience names; none named means everywhere."""

    __tablename__ = "audience_territory"
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)


class MemberNetwork(Base):
    """A member belongs to a network."""

    __tablename__ = "member_network"
    __table_args__ = (Index("ix_member_network_network_id", "network_id", "member_id"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)


class MemberTerritory(Base):
    """A member works on a territory."""

    __tablename__ = "member_territory"
    __table_args__ = (Index("ix_member_territory_territory_id", "territory_id", "member_id"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)


class Restricted:
    """A content that only its audience sees."""

    @declared_attr
    def audience_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy hands the class
        """Who it is for."""
        return mapped_column(ForeignKey("audience.id"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> ColumnElement[bool]:
        """The rows whose audience is open to this viewer."""
        return cls.audience_id.in_(viewer.audiences)
