"""What happens to the accounts of companies."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from accounts.models import Member
from core.facts import Fact
from expertise.companies.models import Company, CompanyRequest
from expertise.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class AccountAsked(Fact):
    """A company asks for an account."""

    request: CompanyRequest


@dataclass(frozen=True, slots=True)
class AccountDeclined(Fact):
    """The team answered no, with its words."""

    request: CompanyRequest


@dataclass(frozen=True, slots=True)
class RepresentativeAwaited(Fact):
    """Somebody who has an account is invited to act for a company: theirs to accept."""

    company: Company
    member: Member
    by: Member


@dataclass(frozen=True, slots=True)
class RepresentativeNamed(Sensitive):
    """A member acts for a company from now on."""

    act: ClassVar[str] = "representative-named"
    company: Company | None = None
    member: Member | None = None
    words: str = ""
    """Of who named them."""


@dataclass(frozen=True, slots=True)
class RepresentativeLeft(Sensitive):
    """A member acts for a company no more."""

    act: ClassVar[str] = "representative-left"
    company: Company | None = None
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class CompanyLeft(Fact):
    """Nobody acts for a company any more: a team that knows it is told."""

    company: Company
    programme: Programme
    needs: tuple[int, ...]
    """The numbers of those that are under way."""
