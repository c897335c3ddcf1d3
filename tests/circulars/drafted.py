"""What the stories of circulars share: their drafts, what is told of them, files on them."""

from email.message import EmailMessage

from sqlalchemy import select

from accounts.models import Member
from circulars.models import Draft
from tests.world import World

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//
BEGIN:VEVENT
UID:un@example.org
SUMMARY:Journée des CIP
DTSTART;TZID=Europe/Paris:20260312T093000
DTEND;TZID=Europe/Paris:20260312T120000
LOCATION:Nantes
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def drafts(world: World) -> list[Draft]:
    return world.all(select(Draft).order_by(Draft.id))


def told(world: World, member: Member) -> list[str]:
    """The mails that answer circulars."""
    kinds = {"draft_ready", "circular_refused"}
    return [mail.kind for mail in world.mails(member) if mail.kind in kinds]


def with_files(mail: EmailMessage, *files: tuple[str, bytes]) -> EmailMessage:
    for name, content in files:
        mail.add_attachment(content, "application", "octet-stream", filename=name)
    return mail
