"""The letters of the expertise desk: each says its words in the colour of its programme."""

from collections.abc import Callable

from blueprints import (
    _digest,
    _mails_of_agreements,
    _mails_of_committees,
    _mails_of_companies,
    _mails_of_keeping,
    _mails_of_needs,
    _mails_of_people,
    _mails_of_positions,
    _mails_of_recap,
    _mails_of_subscriptions,
    _mails_of_surveys,
)
from blueprints._mail_frame import BAND, Letter, Values

OF_A_PROGRAMME = ("need", "subscription", "committee")
"""What a mail is about, that a programme dresses."""


def _colour(values: Values) -> str:
    for name in OF_A_PROGRAMME:
        if name in values:
            return str(values[name].programme.colour)
    return str(values["programme"].colour) if "programme" in values else BAND


def _letter(
    say: Callable[[Values], _mails_of_needs.Said | _mails_of_positions.Week],
) -> Callable[[Values], Letter]:
    def letter(values: Values) -> Letter:
        said = say(values)
        return Letter(
            preheader=said.sentence,
            why=said.why,
            action=_digest.Link(said.href, said.label),
            colour=_colour(values),
            more={"said": said},
        )

    return letter


def _plain(
    say: Callable[[Values], _mails_of_agreements.Code | _mails_of_agreements.Day],
) -> Callable[[Values], Letter]:
    """A mail without a link to follow."""

    def letter(values: Values) -> Letter:
        said = say(values)
        return Letter(
            preheader=said.title, why=said.why, colour=_colour(values), more={"said": said}
        )

    return letter


def _recap(values: Values) -> Letter:
    said = _mails_of_recap.said(values)
    return Letter(
        preheader=said.subject,
        why=said.why,
        action=_digest.Link(said.href, said.label),
        unsubscribe=values["unsubscribe"],
        more={"said": said},
    )


LETTERS: dict[str, Callable[[Values], Letter]] = {
    "need": _letter(_mails_of_needs.to_company),
    "need_team": _letter(_mails_of_needs.to_team),
    "position": _letter(_mails_of_positions.one),
    "committee": _letter(_mails_of_committees.to_member),
    "committee_team": _letter(_mails_of_committees.to_team),
    "needs_of_week": _letter(_mails_of_positions.week),
    "company": _letter(_mails_of_companies.to_person),
    "company_team": _letter(_mails_of_companies.to_team),
    "desk_people": _letter(_mails_of_people.to_people),
    "desk_team": _letter(_mails_of_people.to_team),
    "desk_week": _recap,
    "desk_notice": _letter(_mails_of_keeping.to_team),
    "incident": _letter(_mails_of_people.incident),
    "subscription": _letter(_mails_of_subscriptions.to_company),
    "subscription_team": _letter(_mails_of_subscriptions.to_team),
    "service_asked": _letter(_mails_of_subscriptions.to_provider),
    "survey": _letter(_mails_of_surveys.to_a_side),
    "survey_team": _letter(_mails_of_surveys.to_team),
    "agreement": _letter(_mails_of_agreements.to_party),
    "agreement_desk": _letter(_mails_of_agreements.to_desk),
    "agreement_code": _plain(_mails_of_agreements.code),
    "agreement_day": _plain(_mails_of_agreements.day),
}
"""Kind of a mail → what makes its letter."""
