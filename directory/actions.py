"""Writes about profiles."""

from collections.abc import Collection

import phonenumbers
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import Joined
from accounts.models import Member
from core.facts import record
from core.refusals import Refused
from directory import queries, skills
from directory.facts import ProfileChanged
from directory.models import PHONE_LENGTH, Profile


def telephone(typed: str) -> str | None:
    """A French or international number as it is kept: "02 61 91 00 00". None when empty.

    Raises Refused("phone-unknown") for what is no number, or too long with its extension.
    """
    if not typed.strip():
        return None
    try:
        number = phonenumbers.parse(typed, "FR")
    except phonenumbers.NumberParseException as error:
        raise Refused("phone-unknown") from error
    if not phonenumbers.is_possible_number(number):
        raise Refused("phone-unknown")
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 33
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    kept = phonenumbers.format_number(number, form)
    if len(kept) > PHONE_LENGTH:
        raise Refused("phone-unknown")
    return kept


def change_profile(
    session: Session,
    viewer: Viewer,
    member: Member,
    *,
    first_name: str,
    last_name: str,
    job: str,
    employer: str,
    organisation_id: int | None,
    phone: str,
    phone_shown: bool,
    email_shown: bool,
    offers: Collection[int],
    seeks: Collection[int],
    languages: Collection[str],
) -> None:
    """A member says who they are, what they do and what they can help with.

    Raises Refused("phone-unknown"), Refused("unknown-organisation"), and as skills.declare.
    """
    if member.id != viewer.member_id:
        raise Refused("not-yours")
    if organisation_id is not None and organisation_id not in {
        row.id for row in session.execute(queries.organisations(viewer))
    }:
        raise Refused("unknown-organisation")
    number = telephone(phone)
    member.first_name, member.last_name = first_name.strip(), last_name.strip()
    profile = session.get(Profile, member.id) or Profile(member_id=member.id)
    session.add(profile)
    profile.job, profile.employer = job.strip(), "" if organisation_id else employer.strip()
    profile.organisation_id, profile.phone = organisation_id, number
    profile.phone_shown, profile.email_shown = phone_shown, email_shown
    skills.declare(session, member.id, offers=offers, seeks=seeks, languages=languages)
    record(session, ProfileChanged(member))


def first_profile(session: Session, fact: Joined) -> None:
    """A new member starts with what the invitation said."""
    assert fact.member is not None  # noqa: S101 - the fact is recorded with it
    session.add(Profile(member_id=fact.member.id, job=fact.job, employer=fact.employer))
