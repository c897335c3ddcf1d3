"""What happens to surveys."""

from dataclasses import dataclass

from core.facts import Fact
from expertise.surveys.models import Survey


@dataclass(frozen=True, slots=True)
class Disappointed(Fact):
    """A side says that it is unhappy, for the first time after this closing."""

    survey: Survey
