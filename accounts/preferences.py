"""What a member prefers."""

from accounts.models import Member


def speak(member: Member, language: str) -> None:
    """Choose the language of the pages and of the mails."""
    member.language = language


def be_called(member: Member, first_name: str, last_name: str) -> None:
    """Say one's own name."""
    member.first_name, member.last_name = first_name.strip(), last_name.strip()
