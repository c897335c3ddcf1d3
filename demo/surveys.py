"""Needs of the demonstration that were answered long ago, and what was said of them since."""

import io
import json
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from access import colours
from core.paper import FONTS
from core.storage import Storage
from demo import DATA
from demo.calendar import Month
from expertise.needs.life import Act, Ending, State
from expertise.needs.models import By, Need, Step
from expertise.needs.ways import way_of
from expertise.positions.life import Act as PositionAct
from expertise.positions.life import Outcome
from expertise.positions.life import State as PositionState
from expertise.positions.models import By as PositionBy
from expertise.positions.models import Position, PositionStep
from expertise.programmes import queries
from expertise.programmes.models import Institution, Programme
from expertise.surveys.models import Kind, Said, Survey

HELPED = {"helped": Outcome.SUPPORT, "not_helped": Outcome.NOT_HELPED}
SCALE = ("easy", "in_time", "tie_lasts", "of_use")
LOGO_HEIGHT, LOGO_POINTS = 96, 40


def surveys(session: Session, month: Month, storage: Storage) -> None:
    """The needs that the file says are closed come to their end; both sides were asked."""
    for said in json.loads((DATA / "programmes.json").read_text()):
        programme = session.scalars(select(Programme).where(Programme.slug == said["slug"])).one()
        houses = list(session.scalars(queries.institutions(programme)))
        for one in houses[::2]:  # the others are known by their names
            one.logo = storage.put(_logo(one, programme))
        for number, need in enumerate(said["needs"], start=1):
            if need["state"] == State.CLOSED:
                found = session.scalars(
                    select(Need).where(Need.programme_id == programme.id, Need.number == number)
                ).one()
                _closed(session, month, found, houses[number % len(houses)], need)
    session.flush()


def _closed(
    session: Session, month: Month, need: Need, house: Institution, said: dict[str, Any]
) -> None:
    opened_at = need.asked_at + timedelta(days=1)
    called_at, closed_at = opened_at + timedelta(days=3), opened_at + timedelta(days=20)
    need.way, need.opened_at = way_of(session, need), opened_at
    need.closed_at, need.ending = closed_at, Ending(said["ending"])
    end = Act.HELP if need.ending is Ending.HELPED else Act.NOT_HELP
    for act, by, at in (
        (Act.VALIDATE, By.TEAM, opened_at),
        (Act.CALL, By.INSTITUTION, called_at),
        (end, By.HOUSE, closed_at),
    ):
        words = house.name if act is Act.CALL else ""
        session.add(Step(need_id=need.id, act=act, by=by, words=words, at=at))
    position = Position(
        need_id=need.id,
        institution_id=house.id,
        state=PositionState.DONE,
        outcome=HELPED[need.ending],
        sent_at=opened_at,
        told_at=opened_at,
        answered_at=called_at,
    )
    session.add(position)
    session.flush()
    for done, who, at in (
        (PositionAct.SEND, PositionBy.HOUSE, opened_at),
        (PositionAct.TAKE, PositionBy.EXPERT, called_at),
        (PositionAct.FINISH, PositionBy.EXPERT, closed_at),
    ):
        session.add(PositionStep(position_id=position.id, act=done, by=who, words="", at=at))
    for kind, answers in said["surveys"].items():
        _asked(session, need, Kind(kind), answers)


def _asked(session: Session, need: Need, kind: Kind, said: dict[str, Any]) -> None:
    """What the company answered, two days after it was asked."""
    if need.closed_at is None or need.ending is None:
        raise ValueError(need.title)
    months = {Kind.THREE_MONTHS: 90, Kind.SIX_MONTHS: 180}.get(kind, 0)
    sent_at = need.closed_at + timedelta(days=months)
    answered_at = sent_at + timedelta(days=2)
    told = {name: Said(words) if name in SCALE else words for name, words in said.items()}
    published = told.pop("published", False)
    session.add(
        Survey(
            programme_id=need.programme_id,
            need_id=need.id,
            kind=kind,
            ending=need.ending,
            closed_at=need.closed_at,
            sent_at=sent_at,
            answered_at=answered_at,
            consented_at=answered_at if told.get("testimonial") else None,
            approved_at=answered_at + timedelta(days=1) if published else None,
            **told,
        )
    )


def _logo(one: Institution, programme: Programme) -> bytes:
    """A square of the colour of its programme, and its name beside, on two lines at most."""
    font = ImageFont.truetype(FONTS / "atkinson-hyperlegible-next-bold.ttf", LOGO_POINTS)
    first, _space, rest = one.name.partition(" ")
    wide = int(max(font.getlength(first), font.getlength(rest))) + LOGO_HEIGHT
    drawn = Image.new("RGBA", (wide, LOGO_HEIGHT), (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    side = LOGO_HEIGHT - 20
    pen.rounded_rectangle((0, 10, side, 10 + side), 18, fill=programme.colour)
    middle = (side / 2, LOGO_HEIGHT / 2)
    pen.text(middle, first[:1], font=font, fill=colours.ink_on(programme.colour), anchor="mm")
    words = f"{first}\n{rest}".strip()
    left = (LOGO_HEIGHT - 4, LOGO_HEIGHT / 2)
    pen.multiline_text(left, words, font=font, fill=programme.colour, anchor="lm", spacing=0)
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()
