"""Polls of dates: who sees them, who answers, what becomes of them."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Role, Viewer
from accounts.models import AuditEntry, Member
from agenda import changes
from agenda.models import Event
from agenda.polls import actions, queries
from agenda.polls.actions import Said, When
from agenda.polls.models import Poll, Reply
from agenda.polls.personal import RULES
from agenda.polls.queries import Show, Tally
from core.refusals import Refused
from tests.agenda.attending import LONG_BEFORE, at, comes, first_date, opened
from tests.agenda.polling import NINE, again, answers, days, polled, said_by, settles, slots_of
from tests.forum.test_at_once import at_once
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def tends(
    world: World, member: Member, act: Callable[..., Any], poll: Poll, *more: Any, **said: Any
) -> Any:
    """They do this to a poll."""
    return world.act_as(member, lambda s, viewer: act(s, poll.id, *more, by=viewer, **said))


# --- proposing -----------------------------------------------------------------------------------


@BOTH
def test_a_poll_keeps_its_slots_in_order_each_once(world: World) -> None:
    poll = polled(world, world.member("Olga"), slots=[*reversed(days(3)), *days(2)])
    assert [one.starts_at for one in slots_of(world, poll)] == [
        datetime(2027, 3, day, 8, tzinfo=UTC) for day in (22, 23, 24)
    ]


@pytest.mark.parametrize(
    ("slots", "said", "code"),
    [
        (days(1), {}, "slots-few"),
        (days(21), {}, "slots-many"),
        (days(3, datetime(2027, 1, 3, 9)), {}, "slot-past"),
        ([When(NINE, NINE), *days(2)], {}, "ends-before-it-starts"),
        (days(2), {"title": " "}, "title-empty"),
        (days(2), {"title": "a" * 151}, "title-too-long"),
        (days(2), {"words": "a" * 3001}, "body-too-long"),
        (days(2), {"minutes": 0}, "length-unknown"),
        (days(2), {"until": date(2027, 1, 3)}, "last-day-past"),
        (days(2), {"zone": "Mars/Nord"}, "zone-unknown"),
    ],
)
def test_what_makes_no_poll_is_refused(
    world: World, slots: list[When], said: dict[str, Any], code: str
) -> None:
    olga = world.member("Olga")
    assert refusal(lambda: polled(world, olga, slots=slots, **said)) == code


@BOTH
def test_the_same_form_sent_twice_makes_one_poll(world: World) -> None:
    olga = world.member("Olga")
    made = [polled(world, olga, submission="un").id for _ in range(2)]
    assert made[0] == made[1]


# --- who × what ----------------------------------------------------------------------------------

WHO = {
    "of the network": (("coorace",), ("departement:44",), True),
    "of another network": (("fnars",), ("departement:44",), False),
    "of another territory": (("coorace",), ("departement:72",), False),
    "of no network": ((), ("departement:44",), False),
}


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_a_poll_exists_for_its_audience_alone(world: World, who: str) -> None:
    networks, territories, sees = WHO[who]
    olga = world.member("Olga", networks=["coorace"], territories=["departement:44"])
    poll = polled(world, olga, networks=["coorace"], territories=["departement:44"])
    answers(world, olga, poll, "ooo")
    one = world.member("Zoé", networks=networks, territories=territories)
    client, slot = world.client(one), slots_of(world, poll)[0]
    assert client.get(f"/agenda/sondages/{poll.id}").status_code == (200 if sees else 404)
    assert (poll.title in client.get("/agenda/sondages").get_data(as_text=True)) is sees
    assert world.act_as(one, lambda s, v: s.scalar(queries.awaiting(v))) == int(sees)
    world.work()
    assert bool(world.told(one)) is sees
    sent = client.post(f"/agenda/sondages/{poll.id}/reponse", data={f"slot-{slot.id}": "yes"})
    assert sent.status_code == (302 if sees else 404)
    if not sees:
        assert refusal(lambda: answers(world, one, poll, "ooo")) == "poll-unseen"
        assert world.all(select(Reply.member_id)) == [olga.id]


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("moderator", 302), ("member", 403), ("stranger", 404)]
)
@pytest.mark.parametrize("act", ["relancer", "clore", "rouvrir", "retirer", "creneaux/{}/retirer"])
def test_who_tends_a_poll(world: World, who: str, status: int, act: str) -> None:
    owner = world.member("Olga", networks=["coorace"])
    poll = polled(world, owner, networks=["coorace"])
    people = {
        "owner": owner,
        "moderator": world.member("Mona", role=Role.MODERATOR, networks=["coorace"]),
        "member": world.member("Marc", networks=["coorace"]),
        "stranger": world.member("Sami", role=Role.MODERATOR, networks=["fnars"]),
    }
    act = act.format(slots_of(world, poll)[0].id)
    client = world.client(people[who])
    assert client.post(f"/agenda/sondages/{poll.id}/{act}").status_code == status


def test_moderators_withdraw_and_the_trail_says_so(world: World) -> None:
    olga, mona = world.member("Olga"), world.member("Mona", role=Role.MODERATOR)
    poll, path = polled(world, olga), "/agenda/sondages"
    world.client(mona).post(f"/agenda/sondages/{poll.id}/retirer")
    marc = world.client(world.member("Marc"))
    assert marc.get(f"{path}/{poll.id}").status_code == 404
    assert marc.get(f"/agenda/sondages/{poll.id}/retire").status_code == 404
    assert (
        world.client(olga).get(f"{path}/{poll.id}").location == f"/agenda/sondages/{poll.id}/retire"
    )
    assert refusal(lambda: answers(world, olga, poll, "ooo")) == "poll-unseen"
    assert world.client(olga).post(f"/agenda/sondages/{poll.id}/retire").status_code == 403
    world.client(mona).post(f"/agenda/sondages/{poll.id}/retire")
    assert marc.get(f"{path}/{poll.id}").status_code == 200
    acts = world.all(select(AuditEntry).where(AuditEntry.about == poll.title))
    assert [one.act for one in acts] == ["poll-withdrawn"] * 2
    assert {one.details["reach"] for one in acts} == {poll.audience_id}


# --- answering -----------------------------------------------------------------------------------


@BOTH
def test_an_answer_is_whole_and_takes_the_place_of_the_one_before(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    answers(world, anne, poll, "osn", "Plutôt le matin")
    assert said_by(world, anne, poll) == "osn"
    answers(world, anne, poll, "nno")
    assert said_by(world, anne, poll) == "nno"
    (reply,) = world.all(select(Reply))
    assert reply.words == ""


@BOTH
def test_counts_and_the_best_slots(world: World) -> None:
    olga = world.member("Olga")
    poll = polled(world, olga)
    for name, said in (("Anne", "oos"), ("Bruno", "osn"), ("Chloé", "nos")):
        answers(world, world.member(name), poll, said)
    slots, found = world.act(lambda s: queries.tallied(s, poll.id))
    assert [found[one.id] for one in slots] == [Tally(2, 0, 1), Tally(2, 1, 0), Tally(0, 2, 1)]
    assert queries.best(slots, found) == {slots[1].id}


def test_no_slot_is_best_while_none_suits(world: World) -> None:
    olga = world.member("Olga")
    poll = polled(world, olga)
    answers(world, olga, poll, "nnn")
    slots, found = world.act(lambda s: queries.tallied(s, poll.id))
    assert queries.best(slots, found) == set()


def test_a_slot_that_has_begun_is_no_longer_answered(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    answers(world, anne, poll, "ooo")
    with at(datetime(2027, 3, 22, 12, tzinfo=UTC)):
        answers(world, anne, poll, "nnn")
    assert said_by(world, anne, poll) == "onn"
    with at(datetime(2027, 4, 1, tzinfo=UTC)):
        assert refusal(lambda: answers(world, anne, poll, "ooo")) == "poll-ended"


@BOTH
def test_nobody_answers_after_the_last_day(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga, until=date(2027, 1, 10))
    with at(datetime(2027, 1, 10, 20, tzinfo=UTC)):
        answers(world, anne, poll, "ooo")
    with at(datetime(2027, 1, 11, 5, tzinfo=UTC)):
        assert refusal(lambda: answers(world, anne, poll, "nnn")) == "poll-ended"
        open_ones = world.act_as(anne, lambda s, v: queries.listed(s, v, Show.OPEN))
        closed = world.act_as(anne, lambda s, v: queries.listed(s, v, Show.CLOSED))
    assert (len(open_ones), len(closed)) == (0, 1)


def test_an_answer_says_something_and_not_too_much(world: World) -> None:
    olga = world.member("Olga")
    poll = polled(world, olga)
    assert refusal(lambda: answers(world, olga, poll, "")) == "nothing-answered"
    assert refusal(lambda: answers(world, olga, poll, "ooo", "a" * 301)) == "words-too-long"


# --- correcting ----------------------------------------------------------------------------------


@BOTH
def test_a_slot_that_is_added_leaves_the_answers_as_they_were(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    answers(world, anne, poll, "oso")
    tends(world, olga, actions.add_slots, poll, days(4))
    assert said_by(world, anne, poll) == "oso?"
    again_ = lambda: tends(world, olga, actions.add_slots, poll, days(4))  # noqa: E731
    assert refusal(again_) == "nothing-to-do"
    many = lambda: tends(world, olga, actions.add_slots, poll, days(21))  # noqa: E731
    assert refusal(many) == "slots-many"


@BOTH
def test_a_slot_that_suits_somebody_is_taken_off_only_when_sure(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga, slots=days(4))
    answers(world, anne, poll, "nsoo")
    first, second, third, _last = slots_of(world, poll)
    tends(world, olga, actions.remove_slot, poll, first.id)
    act = actions.remove_slot
    assert refusal(lambda: tends(world, olga, act, poll, second.id)) == "slot-wanted"
    tends(world, olga, act, poll, second.id, sure=True)
    assert refusal(lambda: tends(world, olga, act, poll, third.id, sure=True)) == "slots-few"
    assert said_by(world, anne, poll) == "oo"


def test_what_is_said_is_corrected_while_it_is_open(world: World) -> None:
    olga = world.member("Olga")
    poll = polled(world, olga)
    tends(world, olga, actions.correct, poll, Said(title="Autre titre", words="**Salle 3**"))
    assert again(world, poll).title == "Autre titre"
    assert "<strong>" in again(world, poll).html
    tends(world, olga, actions.close, poll)
    late = lambda: tends(world, olga, actions.correct, poll, Said(title="Tard"))  # noqa: E731
    assert refusal(late) == "poll-closed"
    assert refusal(lambda: tends(world, olga, actions.add_slots, poll, days(5))) == "poll-closed"


# --- closing -------------------------------------------------------------------------------------


@BOTH
def test_a_slot_becomes_a_date_and_the_poll_is_closed_with_it(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    answers(world, anne, poll, "oso")
    event = settles(world, olga, poll, 1)
    closed = again(world, poll)
    assert (closed.event_id, closed.closed_at) == (event.id, LONG_BEFORE)
    assert [one.chosen for one in slots_of(world, poll)] == [False, True, False]
    assert refusal(lambda: answers(world, anne, poll, "nnn")) == "poll-closed"
    assert refusal(lambda: tends(world, olga, actions.close, poll)) == "poll-closed"


@BOTH
def test_two_who_close_at_the_same_instant_make_one_date(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, mona = world.member("Olga"), world.member("Mona", role=Role.MODERATOR)
    poll = polled(world, olga)
    held_by = actions.held_by

    def slowly(session: Session, poll_id: int, by: Viewer) -> Poll:
        found = held_by(session, poll_id, by)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(actions, "held_by", slowly)

    def run(which: int) -> str:
        try:
            settles(world, (olga, mona)[which], poll, which)
        except Refused as refused:
            return refused.code
        return "closed"

    assert sorted(at_once(world, 2, run)) == ["closed", "poll-closed"]
    events = world.all(select(Event.id))
    assert [again(world, poll).event_id] == events
    assert sum(one.chosen for one in slots_of(world, poll)) == 1


@BOTH
def test_two_answers_of_one_member_at_the_same_instant_make_one(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    at_once(world, 2, lambda which: answers(world, anne, poll, ("ooo", "nnn")[which]))
    assert said_by(world, anne, poll) in {"ooo", "nnn"}


@BOTH
def test_a_poll_closed_without_a_date_is_opened_again(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    answers(world, anne, poll, "ooo")
    assert refusal(lambda: tends(world, olga, actions.reopen, poll)) == "nothing-to-do"
    tends(world, olga, actions.close, poll)
    tends(world, olga, actions.reopen, poll)
    answers(world, anne, poll, "nnn")


@BOTH
def test_a_poll_is_opened_again_only_once_its_date_is_off(world: World) -> None:
    olga = world.member("Olga")
    poll = polled(world, olga)
    event = settles(world, olga, poll, 0)
    assert refusal(lambda: tends(world, olga, actions.reopen, poll)) == "poll-dated"
    world.act_as(olga, lambda s, v: changes.cancel(s, s.get_one(Event, event.id), "Grève", by=v))
    tends(world, olga, actions.reopen, poll)
    assert again(world, poll).event_id is None
    assert not any(one.chosen for one in slots_of(world, poll))


# --- what one has already ------------------------------------------------------------------------


@BOTH
def test_only_dates_that_concern_the_viewer_stand_in_the_way(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    poll = polled(world, olga)
    hers = world.event(anne, "À moi", NINE + timedelta(hours=1))
    others = opened(world, olga, world.event(olga, "Avec moi", NINE + timedelta(days=1)))
    comes(world, anne, first_date(world, others))
    world.event(olga, "Sans moi", NINE)
    after = world.event(anne, "Juste après", NINE + timedelta(days=2, hours=2))
    slots = slots_of(world, poll)
    found = world.act_as(anne, lambda s, v: queries.conflicts(s, v, slots))
    assert [[one.event_id for one in found[slot.id]] for slot in slots] == [
        [hers.id],
        [others.id],
        [],
    ]
    assert after.id
    world.act_as(anne, lambda s, v: changes.cancel(s, s.get_one(Event, hers.id), "", by=v))
    found = world.act_as(anne, lambda s, v: queries.conflicts(s, v, slots))
    assert found[slots[0].id] == []


# --- how long ------------------------------------------------------------------------------------


@BOTH
def test_answers_are_erased_six_months_after_the_end(world: World) -> None:
    olga, anne = world.member("Olga"), world.member("Anne")
    closed, forgotten = polled(world, olga), polled(world, olga, "Jamais clos")
    for poll in (closed, forgotten):
        answers(world, anne, poll, "ooo")
    tends(world, olga, actions.close, closed)
    (rule,) = RULES
    kept = []
    for day in (date(2027, 7, 1), date(2027, 7, 10), date(2027, 9, 30)):
        present = datetime(day.year, day.month, day.day, tzinfo=UTC)
        world.act(lambda s, present=present: rule.carry_out(s, present))  # type: ignore[misc]
        kept.append(len(world.all(select(Reply.id))))
    assert kept == [2, 1, 0]
