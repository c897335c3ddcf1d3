"""What a member prefers."""

from accounts.models import Member


def speak(member: Member, language: str) -> None:
    """Choose the language of the pages and of the mails."""
    member.language = language
