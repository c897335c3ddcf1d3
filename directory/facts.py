"""What happens in the directory."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import HouseChanged, Sensitive
from accounts.models import Member
from core.facts import Fact
from directory.models import Listed, Organisation, Scheme


@dataclass(frozen=True, slots=True)
class OrganisationDescribed(Fact):
    """What is known of an organisation changed, or whether it is shown at all."""

    organisation: Organisation
    new: bool = False
    """Nobody works there yet."""


@dataclass(frozen=True, slots=True)
class SchemeDescribed(Fact):
    """Likewise of a scheme."""

    scheme: Scheme


@dataclass(frozen=True, slots=True)
class DirectoryChanged(Sensitive):
    """An administrator added, corrected, withdrew or gave back an entry of the directory."""

    act: ClassVar[str] = "directory-changed"
    entry: Organisation | Scheme | None = None
    """None for a table that was imported: `about` is then the name of the file."""

    @property
    def reach(self) -> int | None:
        """That of the entry."""
        return self.entry.audience_id if self.entry else None


@dataclass(frozen=True, slots=True)
class ProfileChanged(Fact):
    """A member says otherwise who they are or what they can help with."""

    member: Member


@dataclass(frozen=True, slots=True)
class Named(HouseChanged):
    """An entry of a list is new, or has another name."""

    entry: Listed | None = None
