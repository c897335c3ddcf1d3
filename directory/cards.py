"""A contact as a card that telephones and mail programs take (vCard 3.0, RFC 2426)."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Member
from core import text
from directory.models import Organisation, Profile

AT_WORK = {"TYPE": "WORK"}


def of_member(member: Member, profile: Profile, house: Organisation | None) -> bytes:
    """A colleague, with what they wish to show; their organisation when the viewer sees it."""
    from icalendar.prop import vN

    shown = {
        "N": vN((member.last_name, member.first_name, "", "", "")),
        "FN": member.name,
        "TITLE": profile.job,
        "ORG": house.name if house else profile.employer,
        "EMAIL": member.email if profile.email_shown else None,
        "TEL": profile.phone if profile.phone_shown else None,
    }
    if house:
        shown |= {"ADR": _address(house), "URL": house.website}
    return _card(shown)


def of_organisation(one: Organisation) -> bytes:
    """An organisation."""
    from icalendar.prop import vN

    return _card(
        {
            "N": vN((one.name, "", "", "", "")),
            "FN": one.name,
            "ORG": one.name,
            "EMAIL": one.email,
            "TEL": one.phone,
            "ADR": _address(one),
            "URL": one.website,
            "NOTE": one.opening_hours,
        }
    )


def _address(one: Organisation) -> Any:
    from icalendar.prop import vAdr

    if not one.town:
        return None
    return vAdr(("", "", one.address, one.town, "", one.postcode, "France"))


def _card(shown: Mapping[str, Any]) -> bytes:
    """Lines escaped and folded by a library that takes time to load: here alone."""
    from icalendar import Component
    from icalendar.prop import vText, vUri

    card = type("Card", (Component,), {"name": "VCARD"})()
    card.add("VERSION", "3.0")
    for name, value in shown.items():
        if not value:
            continue
        if isinstance(value, str):
            value = vUri(value) if name == "URL" else vText(" ".join(text.plain(value).split()))
        card.add(name, value, parameters=AT_WORK if name in {"EMAIL", "TEL", "ADR"} else {})
    return bytes(card.to_ical(sorted=False))
