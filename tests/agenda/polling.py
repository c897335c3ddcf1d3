"""What the stories of polls share: slots that are proposed, answers, the date that comes of it."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from accounts.models import Member
from agenda import actions as agenda
from agenda.models import Event, EventKind
from agenda.polls import actions, answering, queries
from agenda.polls.actions import Said, When
from agenda.polls.models import Choice, Poll, Reply, Slot, Suits
from tests.world import World

NINE = datetime(2027, 3, 22, 9)
LETTERS = {"o": Suits.YES, "s": Suits.IF_NEEDED, "n": Suits.NO}


def days(number: int, first: datetime = NINE) -> list[When]:
    """So many mornings of two hours, one day after another."""
    starts = [first + timedelta(days=one) for one in range(number)]
    return [When(one, one + timedelta(hours=2)) for one in starts]


def polled(
    world: World,
    owner: Member,
    title: str = "Réunion des CIP",
    slots: Collection[When] | None = None,
    *,
    networks: Collection[str] = (),
    territories: Collection[str] = (),
    all_day: bool = False,
    zone: str = "Europe/Paris",
    submission: str | None = None,
    **said: Any,
) -> Poll:
    """A poll of three mornings unless told otherwise, proposed as the page does."""
    network_ids = [world.network(slug) for slug in networks]
    territory_ids = [world.territory(code) for code in territories]
    return world.act_as(
        owner,
        lambda s, viewer: actions.propose(
            s,
            Said(title=title, **said),
            days(3) if slots is None else slots,
            owner=viewer,
            networks=network_ids,
            territories=territory_ids,
            all_day=all_day,
            zone=zone,
            submission=submission,
        ),
    )


def slots_of(world: World, poll: Poll) -> list[Slot]:
    """Its slots, in order."""
    return world.all(queries.slots(poll.id))


def answers(world: World, member: Member, poll: Poll, said: str, words: str = "") -> Reply:
    """They answer, a letter for each slot: « o » yes, « s » if need be, « n » no."""
    slots = [one.id for one in slots_of(world, poll)]
    suits = {
        slot: LETTERS[letter]
        for slot, letter in zip(slots, said, strict=False)
        if letter in LETTERS
    }
    return world.act_as(
        member, lambda s, viewer: answering.answer(s, poll.id, suits, words, member=viewer)
    )


def said_by(world: World, member: Member, poll: Poll) -> str:
    """What they answered, in the same letters; « ? » where nothing was."""
    known = {suits: letter for letter, suits in LETTERS.items()}
    choices = (
        select(Choice)
        .join(Reply, Reply.id == Choice.reply_id)
        .where(Reply.poll_id == poll.id, Reply.member_id == member.id)
    )
    found = {one.slot_id: one.suits for one in world.all(choices)}
    return "".join(
        known[found[one.id]] if one.id in found else "?" for one in slots_of(world, poll)
    )


def settles(world: World, member: Member, poll: Poll, which: int, **more: Any) -> Event:
    """They make a date of a slot, as the page does."""
    slot = slots_of(world, poll)[which]
    kind_id = world.one(select(EventKind.id).where(EventKind.slug == "reunion"))
    starts = slot.starts_at.replace(tzinfo=None)
    said = agenda.Said(
        title=poll.title, kind_id=kind_id, starts=starts, ends=starts + timedelta(hours=2)
    )

    def settle(session: Any, viewer: Any) -> Event:
        held = actions.held_by(session, poll.id, viewer)
        made = agenda.announce(
            session, said, owner=viewer, **{"networks": [], "territories": []} | more
        )
        actions.settle(session, held, slot.id, made, by=viewer)
        return made

    return world.act_as(member, settle)


def again(world: World, poll: Poll) -> Poll:
    """The poll as it is now."""
    return world.act(lambda s: s.get_one(Poll, poll.id))
