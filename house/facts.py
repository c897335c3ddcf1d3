"""What administrators do to run the house; the audit trail keeps each."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive


@dataclass(frozen=True, slots=True)
class MailSentAgain(Sensitive):
    """A mail that had not left is tried again."""

    act: ClassVar[str] = "mail-sent-again"


@dataclass(frozen=True, slots=True)
class MailTested(Sensitive):
    """A mail was written to see whether mail arrives."""

    act: ClassVar[str] = "mail-tested"


@dataclass(frozen=True, slots=True)
class WorkTriedAgain(Sensitive):
    """Work that waited or was given up is tried now."""

    act: ClassVar[str] = "work-tried-again"
