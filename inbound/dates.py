"""What a calendar answers by mail to an invitation."""

from email.message import Message

from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.attending import answering
from agenda.ics import invitations, replies
from core.refusals import Refused


def answer(session: Session, mail: Message, member: Member, event_id: int) -> None:
    """Come, or not, as the calendar of a member says: that of their own account alone.

    The address that they answer to is the proof. Raises Refused: "reply-none", "reply-damaged",
    "reply-not-theirs", "reply-unknown", and as answering.answer.
    """
    said = replies.reply(mail, sender=member.email)
    if said is None:
        raise Refused("reply-none")
    invited = invitations.answered(session, said, event_id=event_id)
    answering.answer(session, invited, said.answer, by_calendar=True)
