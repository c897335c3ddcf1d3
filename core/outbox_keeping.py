"""What stays of mails, and for how long: what is said of a person goes with them."""

import re
from collections.abc import Mapping
from html import escape

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select
from sqlalchemy.orm import Session

from core import jobs
from core.bounces import Hold
from core.outbox import Mail
from core.retention import deleting

AT_ONCE = 1000
"""Mails read in one transaction."""
_SPEAK = (Mail.subject, Mail.text, Mail.html, Mail.calendar)


def forget(session: Session, *, address: str, names: Mapping[str, str], with_words: bool) -> None:
    """Let go of a person: the mails to their address, their names in those that wait to leave.

    `names`: each name → what stands in its place. A mail that waits leaves under the new name; not
    at all `with_words`, since it tells what is gone.
    """
    session.execute(delete(Mail).where(Mail.to_address == address))
    session.execute(delete(Hold).where(Hold.address == address))
    session.execute(
        delete(jobs.Job).where(
            or_(
                cast(jobs.Job.payload, String).contains(address, autoescape=True),
                jobs.Job.last_error.contains(address, autoescape=True),
            )
        )
    )
    waiting = select(Mail).where(Mail.sent_at.is_(None), _holds(names))
    for mail in session.scalars(waiting).all():
        _forget_in(session, mail, _whole(names), with_words=with_words)


def forget_in_journal(
    session: Session, after: int, *, names: Mapping[str, str], with_words: bool
) -> int | None:
    """Take the names out of some mails, from number `after` on; where the next ones begin.

    A mail that has left keeps no words about them. None: that was the last of them.
    """
    last = session.scalar(select(func.max(Mail.id))) or 0
    end = after + AT_ONCE
    some = select(Mail).where(Mail.id > after, Mail.id <= end, _holds(names))
    for mail in session.scalars(some).all():
        _forget_in(session, mail, _whole(names), with_words=with_words)
    return end if end < last else None


def _spoken(names: Mapping[str, str]) -> dict[str, str]:
    return {form: new for name, new in names.items() for form in (name, escape(name))}


def _holds(names: Mapping[str, str]) -> ColumnElement[bool]:
    return or_(
        *(
            column.contains(name, autoescape=True)
            for name in _spoken(names)
            for column in (*_SPEAK, Mail.last_error, Mail.to_name)
        )
    )


def _whole(names: Mapping[str, str]) -> dict[re.Pattern[str], str]:
    """ "Anne Martin" is not in "Anne Martineau"."""
    return {
        re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"): new for name, new in _spoken(names).items()
    }


def _forget_in(
    session: Session, mail: Mail, names: Mapping[re.Pattern[str], str], *, with_words: bool
) -> None:
    parts = (mail.subject, mail.text, mail.html, mail.to_name, mail.last_error, mail.calendar)
    if not any(name.search(part or "") for name in names for part in parts):
        return
    left = mail.sent_at is not None or mail.failed_at is not None
    if with_words and not left:
        session.delete(mail)
        return
    mail.calendar = None  # its lines are folded: a name cannot be changed in it
    if left:
        mail.text = mail.html = ""
    for name, new in names.items():
        mail.subject, mail.to_name = name.sub(new, mail.subject), name.sub(new, mail.to_name)
        mail.text, mail.html = name.sub(new, mail.text), name.sub(new, mail.html)
    if with_words:
        mail.subject = "…"
    mail.last_error = None


RULES = (
    # A mail that waits for a server that is down keeps its row, however old.
    deleting("mails", 90, Mail, lambda limit: or_(Mail.sent_at < limit, Mail.failed_at < limit)),
    deleting("failed-jobs", 90, jobs.Job, lambda limit: jobs.Job.failed_at < limit),
)
