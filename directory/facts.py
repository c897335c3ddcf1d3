"""What happens in the directory."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from core.facts import Fact
from directory.models import Organisation, Scheme


@dataclass(frozen=True, slots=True)
class OrganisationDescribed(Fact):
    """What is known of an organisation changed, or whether it is shown at all."""

    organisation: Organisation


@dataclass(frozen=True, slots=True)
class SchemeDescribed(Fact):
    """Likewise of a scheme."""

    scheme: Scheme


@dataclass(frozen=True, slots=True)
class DirectoryChanged(Sensitive):
    """An administrator added, corrected, withdrew or gave back an entry of the directory."""

    act: ClassVar[str] = "directory-changed"
