"""The table of those who want no weekly mail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import EMAIL_LENGTH
from core.db import Base


class RecapStop(Base):
    """An address that wants no weekly mail of what waits; what is urgent is told all the same."""

    __tablename__ = "recap_stop"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), primary_key=True)
    at: Mapped[datetime]
