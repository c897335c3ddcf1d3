"""What administrators do to run the house; the audit trail keeps each."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from accounts.models import Member


@dataclass(frozen=True, slots=True)
class MailSentAgain(Sensitive):
    """A mail that had not left is tried again."""

    act: ClassVar[str] = "mail-sent-again"


@dataclass(frozen=True, slots=True)
class MailTested(Sensitive):
    """A mail was written to see whether mail arrives."""

    act: ClassVar[str] = "mail-tested"


@dataclass(frozen=True, slots=True)
class HoldLifted(Sensitive):
    """An address from which mails came back is written to again."""

    act: ClassVar[str] = "hold-lifted"


@dataclass(frozen=True, slots=True)
class WorkTriedAgain(Sensitive):
    """Work that waited or was given up is tried now."""

    act: ClassVar[str] = "work-tried-again"


@dataclass(frozen=True, slots=True)
class AboutContent(Sensitive):
    """What is done with any content."""

    audience_id: int | None = None

    @property
    def reach(self) -> int | None:
        """That of the content."""
        return self.audience_id


@dataclass(frozen=True, slots=True)
class Deleted(AboutContent):
    """A content is taken away; it can be given back within thirty days."""

    act: ClassVar[str] = "content-deleted"


@dataclass(frozen=True, slots=True)
class Restored(AboutContent):
    """A deleted content is given back."""

    act: ClassVar[str] = "content-restored"


@dataclass(frozen=True, slots=True)
class Erased(AboutContent):
    """A deleted content is gone for good, after its thirty days."""

    act: ClassVar[str] = "content-erased"


@dataclass(frozen=True, slots=True)
class Merged(Sensitive):
    """Two accounts of one person became one."""

    act: ClassVar[str] = "accounts-merged"
    kept: Member | None = None
    former_address: str = ""
