"""The days of a signed agreement in the calendars of those who meet (iTIP by mail, RFC 5546)."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from agenda.ics import writing
from agenda.ics.values import Entry
from core import clock, outbox
from expertise.agreements.models import Agreement, AgreementDay, Party

INVITATION = "agreement_day"
"""The kind of the mail."""
MIDNIGHT = time()


def guests(agreement: Agreement) -> list[writing.Guest]:
    """Who meets: both signatories and the expert, each address once."""
    found: dict[str, writing.Guest] = {}
    for party in Party:
        name, _title, address = agreement.signatory(party)
        found.setdefault(address, writing.Guest(name, address))
    return list(found.values())


def invite(session: Session, agreement: Agreement, day: AgreementDay, *, cancels: bool) -> None:
    """Tell calendars of a day: that it is, that it moved, or that it is off.

    A day that no calendar heard of is not called off.
    """
    if cancels and day.invited_at is None:
        return
    day.invited_at = clock.now()
    everybody = guests(agreement)
    entry = _entry(agreement, day, cancels=cancels)
    for guest in everybody:
        outbox.post(
            session,
            INVITATION,
            to_address=guest.mail,
            to_name=guest.name,
            language="fr",
            values={
                "need": agreement.position.need,
                "agreement": agreement,
                "day": day,
                "cancels": cancels,
            },
            calendar=writing.calendar(
                [entry], method="CANCEL" if cancels else "REQUEST", guests=everybody
            ).decode(),
        )


def _entry(agreement: Agreement, day: AgreementDay, *, cancels: bool) -> Entry:
    """What a calendar holds: who meets, where, which half; nothing of the need itself."""
    programme = agreement.position.need.programme
    starts = datetime.combine(day.day, MIDNIGHT)
    half = " (demi-journée)" if day.half_days == 1 else ""
    return Entry(
        uid=day.uid,
        sequence=day.sequence,
        title=f"Mission {programme.name}{half}",
        description=f"{agreement.employee} ({agreement.institution}) chez {agreement.company}.",
        starts=starts,
        ends=starts + timedelta(days=1),
        all_day=True,
        place=agreement.place,
        organizer=programme.name,
        organizer_mail=programme.email,
        cancelled=cancels,
        stamp=clock.now(),
    )
