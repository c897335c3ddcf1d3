"""Letting go of an account whose day has come: it closes at once, then is emptied bit by bit.

The closing itself is one short transaction: nobody can come in, the name is gone from everywhere
that reads it from the account. What takes long (words, files, the name in the words of others) is
done in batches, each a transaction of its own, so that nobody waits to write meanwhile. How far it
is stands on the row of the closing: killed anywhere, it goes on from there, and the rule of every
night takes up again what was given up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from access.viewers import Role
from accounts import actions, leaving, personal
from accounts.facts import MemberLeft
from accounts.leaving import LEAVE
from accounts.models import Closing, Member
from core import clock, outbox_keeping
from core.facts import record
from core.jobs import Handler

FIRST_NAME, LAST_NAME = "Ancien", "membre"
"""What stands in the place of a name."""
PAUSE = timedelta(seconds=0.5)
"""Between two batches: those who wait to write come first."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Who left, as they were called; nothing else of it is kept once all is done."""

    member_id: int
    erases: bool
    """What they wrote and deposited goes too."""
    name: str
    email: str
    handle: str
    new_handle: str

    @property
    def names(self) -> dict[str, str]:
        """Each name, and what stands in its place."""
        return {
            self.name: f"{FIRST_NAME} {LAST_NAME}",
            f"@{self.handle}": f"@{self.new_handle}",
            self.email: "…",
        }


Step = Callable[[Session, Departure, int], int | None]
"""(session, departure, after) → where the next batch begins, or None when there is nothing left.

Done again, a batch changes nothing more.
"""


class Departing:
    """The handler, which knows what each room lets go of, in order."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        self.steps = dict(steps)

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {LEAVE: self.leave}

    def leave(self, session: Session, payload: dict[str, Any]) -> None:
        """Close an account whose day has come, or empty it a batch further.

        A closing that was taken back meanwhile closes nothing.
        """
        closing = session.get(Closing, payload["member_id"])
        if closing is None or closing.due_at > clock.now():
            return
        member = session.get_one(Member, closing.member_id)
        if member.left_at is not None:
            self._go_on(session, closing)
        elif leaving.runs_the_house_alone(session, member):
            leaving.stay(session, member, by=None)
        else:
            closing.progress = _close(session, member, erases=closing.erases)
            _soon(session, closing.member_id)

    def _go_on(self, session: Session, closing: Closing) -> None:
        progress = dict(closing.progress or {})
        names = list(self.steps)
        step, after = progress.pop("step", names[0]), progress.pop("after", 0)
        if step not in self.steps:  # it had another name before an upgrade
            step, after = names[0], 0
        departure = Departure(closing.member_id, closing.erases, **progress)
        following = self.steps[step](session, departure, after)
        if following is None and step == names[-1]:
            session.delete(closing)
            return
        if following is None:
            step = names[names.index(step) + 1]
        closing.progress = {**progress, "step": step, "after": following or 0}
        _soon(session, closing.member_id, pause=following is not None)


def _soon(session: Session, member_id: int, *, pause: bool = False) -> None:
    leaving.go_on(session, member_id, at=clock.now() + PAUSE if pause else clock.now())


def _close(session: Session, member: Member, *, erases: bool) -> dict[str, Any]:
    """Close the account; what is needed to go on."""
    departure = Departure(
        member.id, erases, member.name, member.email, member.handle, f"ancien-membre-{member.id}"
    )
    outbox_keeping.forget(session, address=member.email, names=departure.names, with_words=erases)
    personal.forget(session, member)
    member.email = f"{departure.new_handle}@invalid"
    member.first_name, member.last_name = FIRST_NAME, LAST_NAME
    member.handle = departure.new_handle
    member.password_hash = member.totp_secret = member.suspension_reason = None
    member.totp_on, member.totp_last_step = False, 0
    member.role, member.epoch = Role.USER, member.epoch + 1
    member.previous_visit_at = member.last_visit_at = None
    member.left_at = member.suspended_at = clock.now()
    member.suspended_until = None
    actions.settle(session, member.id, (), ())
    about = {"erases": erases}
    record(session, MemberLeft(None, departure.email, about, member.id, erases))
    return {
        "name": departure.name,
        "email": departure.email,
        "handle": departure.handle,
        "new_handle": departure.new_handle,
    }


def forget_in_mails(session: Session, departure: Departure, after: int) -> int | None:
    """Take the names out of the journal of mails."""
    return outbox_keeping.forget_in_journal(
        session, after, names=departure.names, with_words=departure.erases
    )
