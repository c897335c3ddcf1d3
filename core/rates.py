"""When the next mail may leave for each provider: one row each, whatever waits."""

from datetime import UTC, datetime

from sqlalchemy import Double, case
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.db import Base, code, insert_into
from core.paces import Rate


class MailPace(Base):
    """When the next mail may leave for a provider."""

    __tablename__ = "mail_pace"
    provider: Mapped[code] = mapped_column(primary_key=True)
    """The first domain that its rate names."""
    free_at: Mapped[float] = mapped_column(Double)
    """Seconds since 1970: the database adds to it in one statement."""


def turn(session: Session, rate: Rate) -> datetime:
    """Take the next turn of a provider: at once, or after all those that were taken before."""
    present = clock.now().timestamp()
    taken = insert_into(session, MailPace).values(
        provider=rate.provider, free_at=present + rate.every
    )
    from_now = case((MailPace.free_at > present, MailPace.free_at), else_=present)
    free_at = session.scalar(
        taken.on_conflict_do_update(
            index_elements=["provider"], set_={"free_at": from_now + rate.every}
        ).returning(MailPace.free_at)
    )
    assert free_at is not None  # noqa: S101 - the statement returns its row
    return datetime.fromtimestamp(max(free_at - rate.every, present), UTC)
