"""A name, and where it stands in a list: in lower case, without accents."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.db import label
from core.text import folded

LONGEST_FOLDED = 400
"""Twice that of a name: « œ » takes two letters."""


def named(name: str) -> dict[str, str]:
    """The values of a statement that gives this name: what is folded tells as much as the name."""
    return {"name": name, "folded_name": folded(name)}


class Named:
    """What has a name is found, and listed, whatever its capitals and its accents."""

    name: Mapped[label]
    folded_name: Mapped[str] = mapped_column(String(LONGEST_FOLDED))

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.folded_name = folded(name)
        return name
