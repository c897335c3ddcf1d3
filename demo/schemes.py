"""The invented schemes of the demonstration: who runs them, for whom, where, until when."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import geography
from core import clock
from demo import DATA
from directory import tending_schemes
from directory.models import Theme

SOURCE = "Démonstration : dispositif inventé"


def schemes(session: Session) -> None:
    """All of them, for all members; dates are counted in days from today."""
    rows: list[dict[str, Any]] = json.loads((DATA / "schemes.json").read_text(encoding="utf-8"))
    themes = {one.slug: one.id for one in session.scalars(select(Theme))}
    today = clock.today()
    for row in rows:
        days = {
            name: today + timedelta(days=row[name]) if name in row else None
            for name in ("starts", "ends")
        }
        territories = [geography.by_code(session, code) for code in row["territories"]]
        tending_schemes.add(
            session,
            tending_schemes.Description(
                **{name: row.get(name, "") for name in _WORDS},
                theme_id=themes.get(row["theme"]),
                starts_on=days["starts"],
                ends_on=days["ends"],
                offered_on=[one.id for one in territories if one is not None],
                source=SOURCE,
            ),
        )


_WORDS = (
    *("name", "run_by", "for_whom", "conditions", "description", "contact", "phone"),
    *("postcode", "town"),
)
