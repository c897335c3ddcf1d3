"""Which files come with a need, and how much of them. The one place for these limits."""

from core.extraction import kinds
from core.settings import Settings
from expertise.needs import policy
from expertise.needs.models import Need
from files.policy import MEGABYTE, Kinds, Limits
from files.policy import limits as of_the_house

MOST_FILES = 5
"""For one need; for one word of the thread."""
LARGEST_MB = 10
LARGEST_FORM = 25 * MEGABYTE
"""Bytes that one form may hold, all its files together."""
TAKEN = Kinds(
    frozenset({kinds.PDF, kinds.RTF, kinds.OLE, *kinds.OFFICE, *kinds.PICTURES}),
    frozenset(".docx .xlsx .pptx .odt .ods .odp".split()),  # noqa: SIM905 - read as a list
)
"""PDF, office documents, pictures; an archive is looked into by its name only."""


def limits(settings: Settings) -> Limits:
    """Those of the house, and smaller: who sends may have no account."""
    house = of_the_house(settings)
    return Limits(min(house.file, LARGEST_MB * MEGABYTE), house.member, house.total)


def may_take_back(need: Need) -> bool:
    """Whether its company may take a file back now: as it may correct its need."""
    return policy.may_edit(need)
