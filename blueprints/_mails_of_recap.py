"""What the weekly mail to those who answer says: what waits, by kind, each with its link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints._corrections import title_of
from blueprints._languages import spoken
from blueprints.expertise._answering_words import in_plain_words
from core import clock
from expertise.agreements.models import Agreement
from expertise.positions.models import Position
from expertise.positions.policy import Around
from expertise.recap.waiting import Waiting

Line = tuple[str, str, str | None]
"""Title, detail, address."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of the mail."""

    subject: str
    sentence: str
    parts: list[tuple[str, list[Line]]]
    href: str
    label: str
    why: str


def said(values: Mapping[str, Any]) -> Said:
    """What waits for its reader."""
    found: Waiting = values["waiting"]
    tokens, survey_tokens = values["tokens"], values["survey_tokens"]
    count = sum(
        len(one)
        for one in (
            found.to_answer,
            found.running_out,
            found.to_conclude,
            found.to_sign,
            found.appointments,
            found.surveys,
            found.away,
        )
    )
    parts: list[tuple[str, list[Line]]] = [
        (_("To answer"), [_position(one, tokens) for one in found.to_answer]),
        (
            _("Reservations that run out soon"),
            [_position(one, tokens, until=True) for one in found.running_out],
        ),
        (
            _("Where you stand: to conclude"),
            [_position(one, tokens, concludes=True) for one in found.to_conclude],
        ),
        (_("Agreements that wait for your signature"), [_agreement(one) for one in found.to_sign]),
        (
            _("Appointments of the week"),
            [(_day(one.day), one.words, None) for one in found.appointments],
        ),
        (
            _("Surveys that wait for you"),
            [
                (
                    title_of(one.need),
                    one.need.company,
                    url_for("expertise.survey", token=survey_tokens[one.id], _external=True),
                )
                for one in found.surveys
            ],
        ),
        (
            _("Absences"),
            [
                (
                    name,
                    ngettext(
                        "%(num)s need waits for them while they are away, and you are their "
                        "delegate: ask the team to send it to you.",
                        "%(num)s needs wait for them while they are away, and you are their "
                        "delegate: ask the team to send them to you.",
                        waits,
                    ),
                    None,
                )
                for name, waits in found.away
            ],
        ),
    ]
    return Said(
        subject=ngettext(
            "Expertise: %(num)s thing waits for you",
            "Expertise: %(num)s things wait for you",
            count,
        ),
        sentence=_("What waits for you this week"),
        parts=[(heading, lines) for heading, lines in parts if lines],
        href=url_for("expertise.received", _external=True),
        label=_("All the needs received"),
        why=_(
            "You receive this message once a week, when something waits for you, because you "
            "answer the needs of companies. Its links are yours: whoever has them can answer in "
            "your place."
        ),
    )


def _position(
    one: Position, tokens: Mapping[int, str], *, until: bool = False, concludes: bool = False
) -> Line:
    need = one.need
    detail = f"{need.company}, {need.town}"
    if until and one.due_at:
        detail = _("Until %(day)s", day=_day(one.due_at.astimezone(clock.PARIS).date()))
    elif concludes:
        detail = f"{detail} · {in_plain_words(one, Around())}"
    return (
        title_of(need),
        f"{need.programme.name} · {detail}",
        url_for("expertise.answer_by_mail", token=tokens[one.id], _external=True),
    )


def _agreement(one: Agreement) -> Line:
    need = one.position.need
    return (
        title_of(need),
        f"{need.programme.name} · {need.company}, {need.town}",
        url_for("expertise.agreement", agreement_id=one.id, _external=True),
    )


def _day(day: Any) -> str:
    return format_date(day, "EEEE d MMMM", locale=spoken())
