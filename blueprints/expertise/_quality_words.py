"""How an institution answers, in words: for its team, and for who manages it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from expertise.programmes.models import Programme
from expertise.quality.models import Kind
from expertise.quality.rates import LEAST, LEAST_HELP, MOST_REFUSALS, Rates

ALERTS = {Kind.REFUSALS: _l("Many refusals"), Kind.HELP: _l("Little help")}


def limits_in_words() -> str:
    """From where on one speaks of it."""
    return _(
        "The team is told from %(refusals)s%% of refusals on, or when %(help)s%% at most end with "
        "a help, over twelve months and %(least)s needs at least.",
        refusals=MOST_REFUSALS,
        help=LEAST_HELP,
        least=LEAST,
    )


def quality(
    programmes: Sequence[Programme], rates: Mapping[int, Rates]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Programme → its two lines: label, share in words, what it is of, the alert or None."""
    return [(one.name, _lines(rates.get(one.id, Rates()))) for one in programmes]


def _lines(rates: Rates) -> list[dict[str, Any]]:
    return [
        {
            "label": _("Needs declined"),
            "share": _share(rates.refusals),
            "of": _("%(part)s of %(whole)s answered", part=rates.declined, whole=rates.answered),
            "alert": ALERTS[Kind.REFUSALS] if Kind.REFUSALS in rates.alerts else None,
        },
        {
            "label": _("Companies helped"),
            "share": _share(rates.help),
            "of": _("%(part)s of %(whole)s ended", part=rates.helped, whole=rates.ended),
            "alert": ALERTS[Kind.HELP] if Kind.HELP in rates.alerts else None,
        },
    ]


def _share(share: int | None) -> str:
    return "—" if share is None else f"{share}\u00a0%"
