"""The addresses that programs call: a key says for which partner."""

import re
from typing import NoReturn

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from pydantic import BaseModel, ValidationError

from accounts.credentials import token_hash
from blueprints._access import public
from blueprints._limits import PROGRAM, PROGRAM_BY_ADDRESS, PROGRAM_NEEDS, limiter
from blueprints._problems import Wrong, problem
from blueprints._refusals import explain
from blueprints._security import csrf
from blueprints.expertise._wording import state_of
from blueprints.expertise.forms import FIELDS
from blueprints.expertise_api import bp
from blueprints.expertise_api.contract import (
    LARGEST_BODY,
    InstitutionOut,
    NeedIn,
    NeedOut,
    ProgrammeOut,
    QuestionOut,
    SubjectName,
    SubjectOut,
    ThemeOut,
    pointer,
)
from core.db import db
from core.refusals import Refused
from expertise.needs.models import Need
from expertise.partners import actions, queries
from expertise.partners.models import Partner
from expertise.programmes import queries as programmes
from expertise.programmes.models import Subject

HERE = "/api/expertise/v1"
KEY = "Idempotency-Key"
KEY_PATTERN = r"^[!-~]{1,200}$"
PLACES = FIELDS | {
    "name-empty": "last_name",
    "subject-missing": "subjects",
    "unknown-subject": "subjects",
    "too-many-subjects": "subjects",
    "answer-needed": "answers",
    "answer-unknown": "answers",
    "answer-too-long": "answers",
    "unknown-question": "answers",
}
"""Refusal → the field that it is about."""
WORDS = {
    "missing": _l("Fill in this field."),
    "extra_forbidden": _l("This field is not known."),
    "string_too_long": _l("This value is too long."),
    "too_long": _l("This list is too long."),
    "string_too_short": _l("This value is too short."),
    "answered_twice": _l("A question is answered twice."),
}
"""What the contract refuses, in words; the rest does not have the form that it says."""


def _caller() -> str:
    """Whose requests are counted: a key, known or not; without one, an address."""
    given = request.headers.get("Authorization")
    return f"key:{token_hash(given)}" if given else f"address:{get_remote_address()}"


def _partner() -> Partner:
    """The partner whose key comes with the request; it is told why it may not go on."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        _stop(401, _("Send your key so: “Authorization: Bearer maillage_…”."))
    partner = db.session.scalars(queries.holder(key.strip())).one_or_none()
    if partner is None:
        _stop(401, _("No partner has this key: it was revoked, or renewed."))
    if not partner.is_active:
        _stop(403, explain(Refused("partner-stopped")))
    return partner


def _stop(status: int, sentence: str, *errors: Wrong) -> NoReturn:
    abort(problem(status, sentence=sentence, errors=errors))


def _said(one: BaseModel, status: int = 200) -> Response:
    return Response(one.model_dump_json(), status, content_type="application/json")


@bp.post(f"{HERE}/needs")
@csrf.exempt  # a key comes with the request, and no cookie is looked at
@public
@limiter.limit(PROGRAM_NEEDS, key_func=_caller)
@limiter.limit(PROGRAM_BY_ADDRESS, key_func=get_remote_address)
def ask() -> Response:
    """A company asks; the same key of idempotency is one need."""
    partner = _partner()
    sent, submission = _read(), request.headers.get(KEY, "")
    if not re.fullmatch(KEY_PATTERN, submission):
        _stop(400, _("Send a header %(name)s: a word of your own for this need.", name=KEY))
    try:
        need = actions.ask_through(
            db.session(), partner, sent.said(), language=sent.language, submission=submission
        )
    except Refused as refused:
        db.session.rollback()
        sentence, field = explain(refused), PLACES.get(refused.code)
        place = pointer([field] if field else [])
        return problem(422, errors=[Wrong(place, refused.code, sentence)])
    db.session.commit()
    known = db.session.scalars(queries.its_need(partner, need.number)).one()
    answer = _said(_need(known), 201)
    answer.headers["Location"] = url_for(".need", number=need.number)
    return answer


def _read() -> NeedIn:
    """What was sent, once it has the form of the contract."""
    request.max_content_length = LARGEST_BODY
    if request.mimetype != "application/json":
        _stop(415, _("Send it as application/json."))
    body = request.get_data(cache=False)
    try:
        return NeedIn.model_validate_json(body)
    except ValidationError as invalid:
        found = invalid.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        _stop(400, _("This is not JSON."))
    other = _("This value does not have the form that is described.")
    wrong = [
        Wrong(pointer(one["loc"]), one["type"], str(WORDS.get(one["type"], other))) for one in found
    ]
    return abort(problem(422, errors=wrong))


def _need(need: Need) -> NeedOut:
    """What its partner reads: nothing of what the team and the company say to each other."""
    return NeedOut(
        number=need.number,
        state=need.state,
        ending=need.ending,
        words=str(state_of(need)["words"]),
        title=need.title,
        subjects=[SubjectName(id=one.id, name=one.name) for one in need.subjects],
        asked_at=need.asked_at,
        validated_at=need.opened_at,
        closed_at=need.closed_at,
    )


@bp.get(f"{HERE}/needs/<int:number>")
@public
@limiter.limit(PROGRAM, key_func=_caller)
@limiter.limit(PROGRAM_BY_ADDRESS, key_func=get_remote_address)
def need(number: int) -> Response:
    """Where a need stands that this partner asked."""
    found = db.session.scalars(queries.its_need(_partner(), number)).one_or_none()
    if found is None:
        _stop(404, _("You asked no need of this number."))
    return _said(_need(found))


@bp.get(f"{HERE}/programme")
@public
@limiter.limit(PROGRAM, key_func=_caller)
@limiter.limit(PROGRAM_BY_ADDRESS, key_func=get_remote_address)
def programme() -> Response:
    """What one may ask about, and what is asked with it."""
    one, session = _partner().programme, db.session()
    return _said(
        ProgrammeOut(
            name=one.name,
            tagline=one.tagline,
            open=one.is_open,
            several_subjects=one.several_subjects,
            off_list=one.off_list,
            least_staff=one.least_staff,
            most_staff=one.most_staff,
            sectors=list(one.sectors),  # type: ignore[arg-type] # its letters are sections
            asks_phase=one.asks_phase,
            territories=[place.name for place in session.scalars(programmes.territories(one))],
            themes=[
                ThemeOut(name=theme.name, subjects=[_subject(each) for each in theme.subjects])
                for theme in session.scalars(programmes.catalogue_with_questions(one))
            ],
            institutions=[
                InstitutionOut(id=each.id, name=each.name, kind=each.kind)
                for each in session.scalars(programmes.institutions(one))
            ],
        )
    )


def _subject(subject: Subject) -> SubjectOut:
    return SubjectOut(
        id=subject.id,
        name=subject.name,
        help=subject.help,
        questions=[
            QuestionOut(
                id=one.id,
                words=one.words,
                kind=one.kind,
                choices=one.choices.splitlines(),
                required=one.required,
            )
            for one in subject.questions
        ],
    )
