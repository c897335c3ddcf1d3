"""The public letter: nobody receives it who did not confirm, and nothing of a member is in it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from access.viewers import Role, Viewer
from accounts.models import AuditEntry, Member
from agenda.models import Event
from core import clock, jobs
from core.outbox import Mail
from core.refusals import Refused
from forum.models import State, Topic
from news.models import Article
from notifications.letter.cards import What
from notifications.public_letter import actions, queries
from notifications.public_letter.actions import Said
from notifications.public_letter.links import CONFIRM, STOP
from notifications.public_letter.models import Consent, PublicItem, PublicLetter
from resources import actions as library
from resources.models import Document
from tests.letters import partners
from tests.world import BOTH, World

PAGE = "/lettre-publique/coorace"
EMAIL = "partenaire@example.org"


def to(world: World, email: str = EMAIL) -> list[Mail]:
    """The mails written to an address."""
    return world.all(select(Mail).where(Mail.to_address == email).order_by(Mail.id))


@BOTH
def test_one_subscribes_by_a_mail_then_a_button(world: World) -> None:
    partners.open_letter(world, world.moderator())
    visitor = world.client()
    answer = visitor.post(PAGE, data={"email": " Partenaire@Example.org "})
    assert answer.status_code == 302
    world.work()
    (mail,) = to(world)
    assert mail.kind == "public_letter_confirm"
    (path,) = {word for word in mail.text.split() if "/confirmer/" in word}
    path = path.removeprefix("http://localhost")
    page = visitor.get(path)
    assert page.status_code == 200
    waiting = partners.known(world, EMAIL)
    assert waiting is not None
    assert waiting.confirmed_at is None, "mail programs open the links that they scan"
    visitor.post(path)
    agreed = partners.known(world, EMAIL)
    assert agreed is not None
    assert agreed.confirmed_at
    assert agreed.consent is Consent.MAIL


def test_only_those_who_confirmed_receive_it_and_each_once(world: World) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    partners.subscriber(world)
    partners.subscriber(world, "pas-encore@example.org", confirmed=False)
    letter_id = partners.write(world, editor)
    partners.send(world, editor, letter_id)
    world.act(lambda s: jobs.enqueue(s, actions.SEND, {"letter_id": letter_id}))
    world.work()
    (mail,) = to(world)
    assert mail.subject == "La lettre de novembre"
    assert "Des portes ouvertes" in mail.text
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert to(world, "pas-encore@example.org") == []
    with pytest.raises(Refused, match="letter-sent"):
        partners.send(world, editor, letter_id)


def test_one_click_stops_it_and_the_address_goes(world: World) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    number = partners.subscriber(world)
    stop = f"/lettre-publique/desabonnement/{partners.token(world, STOP, number)}"
    assert world.client().get(stop).status_code == 200
    still = partners.known(world, EMAIL)
    assert still is not None
    assert still.ended_at is None, "a GET changes nothing"
    assert world.client().post(stop).status_code == 200
    partners.send(world, editor, partners.write(world, editor))
    assert to(world) == []
    confirm = f"/lettre-publique/confirmer/{partners.token(world, CONFIRM, number)}"
    assert world.client().post(confirm).status_code == 404, "an old link subscribes to nothing"
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=31)):
        keeping = world.app.extensions["maillage.keeping"]
        world.act(lambda s: keeping.carry_out(s, {"rule": "public-letter-ended"}))
    assert partners.known(world, EMAIL) is None


def test_an_address_that_never_confirmed_is_forgotten_in_a_week(world: World) -> None:
    partners.open_letter(world, world.moderator())
    partners.subscriber(world, confirmed=False)
    partners.subscriber(world, "oui@example.org")
    with patch.object(clock, "now", return_value=clock.now() + timedelta(days=8)):
        keeping = world.app.extensions["maillage.keeping"]
        world.act(lambda s: keeping.carry_out(s, {"rule": "public-letter-asked"}))
    assert partners.known(world, EMAIL) is None
    assert partners.known(world, "oui@example.org")


def test_the_page_never_says_whether_an_address_subscribes(world: World) -> None:
    partners.open_letter(world, world.moderator())
    partners.subscriber(world)
    partners.subscriber(world, "attend@example.org", confirmed=False)
    answers, costs = set(), set()
    for email in (EMAIL, "attend@example.org", "inconnue@example.org"):
        with world.counted() as statements:
            answer = world.client().post(PAGE, data={"email": email})
        answers.add((answer.status_code, answer.location, answer.get_data()))
        costs.add(len(statements))
    assert len(answers) == len(costs) == 1
    forged = partners.token(world, STOP, 999) + "x"
    for token in (forged, partners.token(world, STOP, 999), partners.token(world, CONFIRM, 1)):
        assert world.client().get(f"/lettre-publique/desabonnement/{token}").status_code == 404


def test_an_address_is_not_written_to_again_and_again(world: World) -> None:
    partners.open_letter(world, world.moderator())
    for _time in range(3):
        world.client().post(PAGE, data={"email": EMAIL})
    world.work()
    assert len(to(world)) == 1


@pytest.mark.parametrize("is_open", [True, False])
def test_a_letter_that_is_closed_does_not_exist(world: World, is_open: bool) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    letter_id = partners.write(world, editor)
    assert world.client().get(f"{PAGE}/{letter_id}").status_code == 404, "it is not sent"
    partners.send(world, editor, letter_id)
    partners.open_letter(world, editor, is_open=is_open)
    for path in (PAGE, f"{PAGE}/{letter_id}"):
        assert world.client().get(path).status_code == (200 if is_open else 404)
    assert world.client().get("/lettre-publique/fnars").status_code == 404


@BOTH
def test_nothing_of_a_content_leaves_but_what_was_written_for_it(world: World) -> None:
    editor, author = world.moderator(), world.member("Odile")
    partners.open_letter(world, editor)
    partners.subscriber(world)
    document = world.document(author, "Un titre interne", b"Des mots internes.")
    letter_id = partners.write(world, editor, of=(What.DOCUMENT, document.id))
    partners.send(world, editor, letter_id)
    (mail,) = to(world)
    page = world.client().get(f"{PAGE}/{letter_id}").get_data(as_text=True)
    for said in (mail.text, mail.html, page):
        assert "Des portes ouvertes" in said
        assert "Un titre interne" not in said
        assert "/ressources/" not in said
        assert author.name not in said


def sent_then_withdrawn(world: World, body: str = "**Bonjour** à tous.") -> int:
    """A letter whose document is withdrawn after its mail was written, before it leaves."""
    editor, author = world.moderator(), world.member("Odile")
    partners.open_letter(world, editor)
    partners.subscriber(world)
    document = world.document(author)
    letter_id = partners.write(world, editor, of=(What.DOCUMENT, document.id))

    def withdraw(session: Session, viewer: Viewer) -> None:
        by = session.get_one(Member, author.id)
        library.withdraw(session, session.get_one(Document, document.id), by=by, viewer=viewer)

    def send(session: Session, viewer: Viewer) -> None:
        letter = session.scalars(queries.letter(viewer, letter_id)).one()
        actions.write(session, viewer, letter, title=letter.title, body=body)
        actions.send(session, viewer, letter, by=session.get_one(Member, editor.id))

    world.act_as(editor, send)
    works(world, jobs.Job.kind == actions.SEND, most=10)
    assert "Des portes ouvertes" in to(world)[0].text
    world.act_as(author, withdraw)
    return letter_id


def works(world: World, *which: ColumnElement[bool], most: int) -> None:
    """The worker does so much of this, at most."""
    plan = world.app.extensions["maillage.plan"]
    with world.session() as session:
        for _time in range(most):
            if not jobs.work_once(session, plan, "test:0", *which):
                return
    raise AssertionError("there is always something more to do")


def test_what_no_longer_stands_is_told_of_no_more(world: World) -> None:
    letter_id = sent_then_withdrawn(world)
    world.work()
    (left,) = to(world)
    assert left.sent_at
    assert "Des portes ouvertes" not in left.text + left.html
    assert "Des portes ouvertes" not in world.client().get(f"{PAGE}/{letter_id}").get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("topic", {"state": State.HIDDEN}),
        ("article", {"state": State.HIDDEN}),
        ("event", {"withdrawn_at": clock.now()}),
        ("event", {"cancelled_at": clock.now()}),
    ],
    ids=["topic hidden", "article hidden", "event withdrawn", "event cancelled"],
)
def test_each_kind_of_content_stands_or_is_told_of_no_more(
    world: World, kind: str, ends: dict[str, Any]
) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    made = getattr(world, kind)(world.member("Odile"), "Un titre interne")
    model, number = (Event, made.id) if kind == "event" else (Topic, of_topic(made))
    letter_id = partners.write(world, editor, of=(What(kind), number))
    partners.send(world, editor, letter_id)
    page = f"{PAGE}/{letter_id}"
    assert "Des portes ouvertes" in world.client().get(page).text
    world.act(lambda s: s.execute(update(model).where(model.id == number).values(**ends)))
    assert "Des portes ouvertes" not in world.client().get(page).text


def of_topic(made: Any) -> int:
    """The number by which a question or an article is known."""
    return int(made.topic_id if isinstance(made, Article) else made.id)


def test_who_stops_before_a_letter_leaves_is_not_written_to(world: World) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    number = partners.subscriber(world)
    letter_id = partners.write(world, editor)

    def send(session: Session, viewer: Viewer) -> None:
        letter = session.scalars(queries.letter(viewer, letter_id)).one()
        actions.send(session, viewer, letter, by=session.get_one(Member, editor.id))

    world.act_as(editor, send)
    works(world, jobs.Job.kind == actions.SEND, most=10)
    assert len(to(world)) == 1
    stop = f"/lettre-publique/desabonnement/{partners.token(world, STOP, number)}"
    world.client().post(stop)
    world.work()
    assert to(world) == []


def test_an_editor_takes_off_what_is_of_their_letter_alone(world: World) -> None:
    editor = world.moderator()
    mine, other = (partners.write(world, editor, title) for title in ("Une", "Deux"))
    item = partners.item_of(world, other)
    client = world.client(editor)
    client.post(f"/lettres/publiques/{mine}/elements/{item}/retirer")
    assert partners.item_of(world, other) == item
    client.post(f"/lettres/publiques/{other}/elements/{item}/retirer")
    assert world.all(select(PublicItem.letter_id)) == [mine]


def test_one_who_confirms_after_a_letter_was_sent_gets_the_next_one(world: World) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    letter_id = partners.write(world, editor)
    partners.send(world, editor, letter_id)
    partners.subscriber(world)
    world.act(lambda s: jobs.enqueue(s, actions.SEND, {"letter_id": letter_id}))
    world.work()
    assert to(world) == []


def test_a_letter_that_closes_meanwhile_asks_nobody_to_confirm(world: World) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    world.client().post(PAGE, data={"email": EMAIL})
    partners.open_letter(world, editor, is_open=False)
    world.work()
    assert to(world) == []
    assert partners.known(world, EMAIL) is None


def test_a_letter_that_names_elsewhere_what_no_longer_stands_leaves_once(world: World) -> None:
    sent_then_withdrawn(world, "Des portes ouvertes sont en préparation.")
    works(world, most=40)
    (left,) = to(world)
    assert left.sent_at
    assert left.text.count("Des portes ouvertes") == 1, "the words of the editor"
    assert "Venez le 3 décembre." not in left.text


@pytest.mark.parametrize(
    ("role", "networks", "edits"),
    [
        (Role.USER, ("coorace",), False),
        (Role.MODERATOR, ("coorace",), True),
        (Role.MODERATOR, ("fnars",), False),
        (Role.ADMINISTRATOR, ("fnars",), True),
    ],
)
def test_only_its_editors_prepare_a_letter(
    world: World, role: Role, networks: tuple[str, ...], edits: bool
) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    letter_id = partners.write(world, editor)
    who, network_id = world.member("Qui", role=role, networks=networks), world.network("coorace")
    client = world.client(who)
    for path in (
        f"/lettres/redaction/{network_id}",
        f"/lettres/redaction/{network_id}/apercu",
        f"/lettres/partenaires/{network_id}",
        f"/lettres/partenaires/{network_id}/nouvelle",
        f"/lettres/publiques/{letter_id}",
    ):
        assert client.get(path).status_code == (200 if edits else 404), path
    sent = client.post(f"/lettres/publiques/{letter_id}/envoyer").status_code
    assert sent == (302 if edits else 404)
    assert partners.sent_at(world, letter_id) is edits
    acts = world.all(select(AuditEntry).where(AuditEntry.actor_id == who.id))
    assert [one.details for one in acts] == ([{"public-letter": "sent"}] if edits else [])
    with pytest.raises(Refused, match="letter-sent" if edits else "not-editor"):
        world.act_as(who, lambda s, v: add(s, v, letter_id))


def add(session: Session, viewer: Viewer, letter_id: int) -> None:
    letter = session.get_one(PublicLetter, letter_id)
    actions.add_item(session, viewer, letter, Said("Titre", "Mots"), None)


def test_an_editor_marks_only_what_they_see(world: World) -> None:
    editor = world.moderator("Mo", networks=("coorace",))
    document = world.document(world.member("Fa", networks=("fnars",)), networks=["fnars"])
    partners.open_letter(world, editor)
    with pytest.raises(Refused, match="content-unseen"):
        partners.write(world, editor, of=(What.DOCUMENT, document.id))


def test_a_network_that_is_not_open_sends_nothing(world: World) -> None:
    editor = world.moderator()
    letter_id = partners.write(world, editor)
    with pytest.raises(Refused, match="letter-closed"):
        partners.send(world, editor, letter_id)


@BOTH
def test_a_second_letter_in_a_month_is_asked_for(world: World) -> None:
    editor = world.moderator()
    partners.open_letter(world, editor)
    first, second, third, fourth = (
        partners.write(world, editor, f"Lettre {number}") for number in range(4)
    )
    client, present = world.client(editor), clock.now()
    with patch.object(clock, "now", return_value=present):
        assert 'name="again"' not in client.get(f"/lettres/publiques/{first}").text
        client.post(f"/lettres/publiques/{first}/envoyer")
        assert 'name="again"' in client.get(f"/lettres/publiques/{second}").text
        client.post(f"/lettres/publiques/{second}/envoyer")
        assert [partners.sent_at(world, one) for one in (first, second)] == [True, False]
        client.post(f"/lettres/publiques/{second}/envoyer", data={"again": "1"})
    assert partners.sent_at(world, second)
    march = datetime(2027, 3, 31, 21, 59, tzinfo=UTC)  # a minute before April, in Paris
    for letter_id, moment in ((third, march), (fourth, march + timedelta(minutes=2))):
        with patch.object(clock, "now", return_value=moment):
            partners.send(world, editor, letter_id)
    assert partners.sent_at(world, fourth)
