"""The tables of running the house."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, code


class Deletion(Base):
    """A content that an administrator deleted: given back within thirty days, then gone."""

    __tablename__ = "deletion"
    __table_args__ = (Index("ix_deletion_at", "at"),)
    kind: Mapped[code] = mapped_column(primary_key=True)
    """ "topic", "article", "document": a name of house.contents."""
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(500))
