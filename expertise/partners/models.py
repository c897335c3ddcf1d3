"""The table of partners."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, code, label, pk
from expertise.programmes.models import Programme

LONGEST_ORIGINS = 1_000


class Partner(Base):
    """A site, or a program, through which companies ask of a programme (seeds/003, 4.1)."""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("(key_hash IS NULL) = (key_made_at IS NULL)", name="key_is_dated"),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), index=True
    )
    slug: Mapped[code] = mapped_column(unique=True)
    """Its own short address: /expertise/p/<slug>."""
    name: Mapped[label]
    origins: Mapped[str] = mapped_column(String(LONGEST_ORIGINS))
    """Of the sites that may frame its pages, one a line; none: it asks by its program alone."""
    colour: Mapped[str | None] = mapped_column(String(7))
    """Of its pages; None: that of the programme."""
    since: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    """Nothing is asked through it any more; what was asked stays."""
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the key of its program: the key itself is kept nowhere."""
    key_made_at: Mapped[datetime | None]
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")

    @property
    def sites(self) -> list[str]:
        """Its origins: "https://www.example.org"."""
        return self.origins.splitlines()

    @property
    def is_active(self) -> bool:
        """Whether one asks through it."""
        return self.stopped_at is None
