"""The weekly letter between its writing and its leaving: what closes meanwhile is not in it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import administration
from accounts.models import Member
from core.outbox import Mail
from forum.models import Post, Topic
from notifications.models import Frequency, Kind
from resources import actions as library
from resources.models import Document
from tests.letters.weekly import letter, only_written
from tests.notifications.mailing import choose, hide, letters_begin
from tests.world import BOTH, World


@BOTH
def test_what_closes_before_a_letter_leaves_is_not_in_it(world: World) -> None:
    moderator, author, reader = world.moderator(), world.member("Odile"), world.member("Rémi")
    hidden = world.topic(author, "Un sujet qui sera masqué")
    document = world.document(author, "Un document qui sera retiré")
    world.topic(author, "Un sujet qui reste")
    world.work()
    letters_begin(world)
    only_written(world)
    first = letter(world, reader)
    assert first is not None
    assert hidden.title in first.text
    assert document.title in first.text
    question = world.one(select(Topic.last_post_id).where(Topic.id == hidden.id))
    hide(world, moderator, world.act(lambda s: s.get_one(Post, question)))
    world.act_as(
        author,
        lambda s, v: library.withdraw(
            s, s.get_one(Document, document.id), by=s.get_one(Member, author.id), viewer=v
        ),
    )
    world.work()
    last = letter(world, reader)
    assert last is not None
    assert last.sent_at
    assert last.id != first.id
    assert hidden.title not in last.text + last.html
    assert document.title not in last.text + last.html
    assert "Un sujet qui reste" in last.text


def test_a_letter_stopped_or_wholly_closed_does_not_leave(world: World) -> None:
    author, reader, stopper = (
        world.member("Odile"),
        world.member("Rémi"),
        world.member("Sam"),
    )
    document = world.document(author, "Le seul document")
    world.work()
    letters_begin(world)
    only_written(world)
    assert letter(world, reader)
    choose(world, stopper, Kind.LETTER, Frequency.NEVER)
    world.act_as(
        author,
        lambda s, v: library.withdraw(
            s, s.get_one(Document, document.id), by=s.get_one(Member, author.id), viewer=v
        ),
    )
    world.work()
    assert letter(world, reader) is None
    assert letter(world, stopper) is None


def test_an_answer_that_is_hidden_before_a_letter_leaves_is_told_no_more(world: World) -> None:
    moderator, asker, helper = world.moderator(), world.member("Odile"), world.member("Bruno")
    topic = world.topic(asker, "Qui signe ?")
    world.topic(world.member("Carole"), "Un sujet qui reste")
    world.work()
    choose(world, asker, Kind.ANSWER, Frequency.WEEKLY)
    answer = world.reply(topic, helper)
    world.work()
    letters_begin(world)
    only_written(world)
    first = letter(world, asker)
    assert first is not None
    assert helper.name in first.text
    hide(world, moderator, answer)
    world.work()
    last = letter(world, asker)
    assert last is not None
    assert helper.name not in last.text + last.html
    assert "Un sujet qui reste" in last.text


def test_who_is_suspended_before_a_letter_leaves_is_not_written_to(world: World) -> None:
    reader, by = world.member("Rémi"), world.administrator()
    world.topic(world.member("Odile"), "Un sujet")
    letters_begin(world)
    only_written(world)
    assert letter(world, reader)
    world.act(
        lambda s: administration.suspend(
            s, s.get_one(Member, reader.id), by=s.get_one(Member, by.id), reason="Non.", until=None
        )
    )
    world.work()
    assert letter(world, reader) is None


def test_a_letter_does_not_go_to_who_has_its_address_since(world: World) -> None:
    reader, other = world.member("Rémi"), world.member("Sam")
    world.topic(world.member("Odile"), "Un sujet")
    letters_begin(world)
    only_written(world)
    former = reader.email

    def move(session: Session) -> None:
        session.get_one(Member, reader.id).email = "ailleurs@example.org"
        session.flush()
        session.get_one(Member, other.id).email = former

    world.act(move)
    world.work()
    assert world.all(select(Mail).where(Mail.to_address == former, Mail.kind == "letter")) == []
