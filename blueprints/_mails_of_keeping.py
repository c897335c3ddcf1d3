"""What the desk tells the team of a programme of its own accord: it signs in to read more."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints._mails_of_needs import Said
from expertise.keeping.jobs import About
from expertise.keeping.needs import NOTICE

Values = Mapping[str, Any]


def to_team(values: Values) -> Said:
    """Something that nobody did, and that a team must know."""
    return _SAYS[values["about"]](values)


def _lapsing(values: Values) -> Said:
    needs, programme = values["needs"], values["programme"]
    return _said(
        values,
        ngettext(
            "%(num)s need that nobody touches any more will be closed",
            "%(num)s needs that nobody touches any more will be closed",
            len(needs),
        ),
        [
            _(
                "Nothing has happened to them for almost three years. Without anything new within "
                "%(days)s days, they are closed and nobody's name is kept. Whatever you do with "
                "one of them keeps it.",
                days=NOTICE,
            ),
            _("Numbers: %(numbers)s", numbers=", ".join(str(one.number) for one in needs)),
        ],
        url_for("expertise.team", slug=programme.slug, _external=True),
        _("Open the baskets"),
    )


def _said(values: Values, sentence: str, facts: list[str], href: str, label: str) -> Said:
    name = values["programme"].name
    return Said(
        subject=f"{name}\u00a0: {sentence}",
        sentence=sentence,
        quotation="",
        facts=facts,
        href=href,
        label=label,
        why=_(
            "You receive this message at the address of the team of %(programme)s.", programme=name
        ),
    )


_SAYS: dict[About, Callable[[Values], Said]] = {About.LAPSING: _lapsing}
