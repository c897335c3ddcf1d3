"""What editors add to the letter, and how they look at it without learning what is closed."""

from datetime import datetime
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from directory.models import MemberSkill, Side, Skill, SkillContent
from forum.actions import mark_read
from notifications.letter import actions, queries, rhythm
from notifications.letter.cards import What
from notifications.letter.models import Edition, LetterRun, LetterSettings
from notifications.letter.rhythm import Rhythm
from tests.letters import partners
from tests.letters.weekly import holds, letter
from tests.notifications.mailing import letters_leave
from tests.rooms.test_at_once import Deed, at_once
from tests.world import BOTH, World


def number(world: World) -> int:
    return world.network("coorace")


def path(world: World, end: str = "") -> str:
    return f"/lettres/redaction/{number(world)}{end}"


def page(world: World, who: Member, end: str = "") -> str:
    answer = world.client(who).get(path(world, end))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def next_letters_leave(world: World) -> None:
    """Those of the week that editors prepare."""
    week = world.one(select(Edition.week))
    assert week is not None
    letters_leave(world, week)


@pytest.mark.parametrize(
    ("present", "weekday", "hour", "due", "coming"),
    [
        # A Monday at 7 in Paris, winter then summer; late by two days, too late.
        ("2026-11-23T05:59+00:00", 0, 7, None, "2026-W48"),
        ("2026-11-23T06:00+00:00", 0, 7, "2026-W48", "2026-W49"),
        ("2026-07-06T05:00+00:00", 0, 7, "2026-W28", "2026-W29"),
        ("2026-11-25T12:00+00:00", 0, 7, "2026-W48", "2026-W49"),
        ("2026-11-26T12:00+00:00", 0, 7, None, "2026-W49"),
        # A Sunday evening, looked at on Monday: the letter of the week before.
        ("2027-01-04T08:00+00:00", 6, 18, "2026-W53", "2027-W01"),
    ],
)
def test_a_letter_leaves_at_its_day_and_hour_in_france(
    present: str, weekday: int, hour: int, due: str | None, coming: str
) -> None:
    moment, chosen = datetime.fromisoformat(present), Rhythm(weekday, hour)
    found = rhythm.due(moment, chosen)
    assert (found and found[0]) == due
    assert rhythm.coming(moment, chosen)[0] == coming


def test_the_hour_of_a_network_begins_its_letters_once(world: World) -> None:
    editor = world.moderator()
    answer = world.client(editor).post(
        f"/lettres/redaction/{number(world)}/jour", data={"weekday": "3", "hour": "9"}
    )
    assert answer.status_code == 302
    chosen = world.one(select(LetterSettings))
    assert chosen is not None
    assert (chosen.weekday, chosen.hour) == (3, 9)
    assert "jeudi" in page(world, editor) or "Thursday" in page(world, editor)
    refused = world.client(editor).post(
        f"/lettres/redaction/{number(world)}/jour", data={"weekday": "9", "hour": "9"}
    )
    assert refused.status_code == 422
    letters = world.app.extensions["maillage.plan"].handlers["letter.begin"]
    thursday = datetime.fromisoformat("2026-11-26T08:30+00:00")
    with patch.object(clock, "now", return_value=thursday):
        for _time in range(2):
            world.act(lambda s: letters(s, {}))
    runs = world.all(select(LetterRun))
    assert {one.week for one in runs} == {"2026-W48"}
    assert world.network("coorace") in {one.network_id for one in runs}
    assert len({one.network_id for one in runs}) == len(runs)


@BOTH
def test_a_word_and_a_pick_are_read_by_those_who_may(world: World) -> None:
    editor = world.moderator()
    author = world.member("Odile", networks=("coorace", "fnars"))
    colleague = world.member("Amina")
    elsewhere = world.member("Yann", territories=("departement:72",))
    stranger = world.member("Fanny", networks=("fnars",))
    document = world.document(author, "Le guide à lire", territories=["departement:44"])
    old = world.topic(author, "Une vieille question toujours utile")
    client = world.client(editor)
    said = client.post(
        f"/lettres/redaction/{number(world)}/mot", data={"body": "Bonne **rentrée** à tous."}
    )
    assert said.status_code == 302
    for address in (
        f"http://localhost/ressources/{document.id}",
        f"/forum/sujets/{old.id}?par=mail",
    ):
        put = client.post(f"/lettres/redaction/{number(world)}/a-la-une", data={"address": address})
        assert put.status_code == 302, address
    for address in ("/forum", "/forum/sujets/999", "https://[", "rien"):
        put = client.post(f"/lettres/redaction/{number(world)}/a-la-une", data={"address": address})
        assert put.status_code == 422, address
    next_letters_leave(world)
    assert holds(world, colleague, "Le guide à lire")
    assert not holds(world, elsewhere, "Le guide à lire")
    for member in (colleague, elsewhere):
        found = letter(world, member)
        assert found is not None
        assert "Bonne **rentrée** à tous." in found.text
        assert "<strong>rentrée</strong>" in found.html
        assert found.text.count(old.title) == 1, "put forward, it is not told twice"
    outside = letter(world, stranger)
    assert outside is not None, "the question is open to them"
    assert "rentrée" not in outside.text, "a word is for the members of its network"


def test_a_pick_is_taken_back_even_by_an_editor_who_does_not_see_it(world: World) -> None:
    editor = world.moderator()
    other = world.moderator("Autre", networks=("coorace",), territories=("departement:72",))
    document = world.document(editor, "Le guide du 44", territories=["departement:44"])
    named = {"what": "document", "number": str(document.id)}
    assert (
        world.client(editor)
        .post(f"/lettres/redaction/{number(world)}/a-la-une", data=named)
        .status_code
        == 302
    )
    assert (
        world.client(other)
        .post(f"/lettres/redaction/{number(world)}/a-la-une", data=named)
        .status_code
        == 422
    )
    assert "Le guide du 44" in page(world, editor)
    assert "Le guide du 44" not in page(world, other)
    assert (
        world.client(other)
        .post(f"/lettres/redaction/{number(world)}/retirer", data=named)
        .status_code
        == 302
    )
    assert world.all(select(Edition.picks)) == [[]]


@BOTH
def test_two_editors_at_the_same_instant_lose_nothing(world: World) -> None:
    editors = [world.moderator(name) for name in ("Mo", "Li")]
    keys = [(What.TOPIC, world.topic(editors[0], f"Question {place}").id) for place in (1, 2)]
    viewers = [world.viewer(one) for one in editors]

    def puts(place: int) -> Deed:
        return lambda s: actions.put_forward(
            s, viewers[place], s.get_one(Network, number(world)), keys[place]
        )

    at_once(world, puts(0), puts(1))
    (edition,) = world.all(select(Edition))
    assert edition.picks == [[key[0].value, key[1]] for key in keys]


def test_few_contents_are_put_forward(world: World) -> None:
    editor = world.moderator()
    client = world.client(editor)
    topics = [world.topic(editor, f"Question {number}") for number in range(6)]
    data = [{"what": "topic", "number": str(one.id)} for one in topics]
    answers = [
        client.post(f"/lettres/redaction/{number(world)}/a-la-une", data=one).status_code
        for one in data
    ]
    assert answers == [302] * 5 + [422]


@BOTH
@pytest.mark.parametrize(
    ("networks", "territories", "shown"),
    [
        ((), (), True),
        (("coorace",), (), True),
        (("fnars",), (), False),  # the member sees it, the editor does not
        (("coorace",), ("departement:72",), False),  # the editor sees it, the member does not
    ],
)
def test_a_preview_shows_what_both_see(
    world: World, networks: tuple[str, ...], territories: tuple[str, ...], shown: bool
) -> None:
    editor = world.moderator("Mo", networks=("coorace",))
    reader = world.member("Rémi", networks=("coorace", "fnars"), territories=("departement:44",))
    author = world.member("Odile", networks=("coorace", "fnars"), territories=("region:52",))
    made = world.topic(author, "Une chose", networks=networks, territories=territories)
    document = world.document(author, "Un guide", networks=networks, territories=territories)
    seen = page(world, editor, f"/apercu?membre={reader.id}")
    for title in (made.title, document.title):
        assert (title in seen) is shown


def test_a_preview_says_nothing_of_what_a_member_reads_or_is_told(world: World) -> None:
    editor, reader, author = world.moderator(), world.member("Rémi"), world.member("Odile")
    read = world.topic(author, "Déjà lu")
    asked = world.topic(reader, "Ma question")
    world.reply(asked, author, "Ma réponse.")
    world.work()

    def open_it(session: Session, viewer: Viewer) -> None:
        mark_read(session, viewer, read, 9_999)

    world.act_as(reader, open_it)
    seen = page(world, editor, f"/apercu?membre={reader.id}")
    assert "Déjà lu" in seen
    assert "Ma question" not in seen
    assert world.client(editor).get(path(world, "/apercu?membre=99999")).status_code == 404
    stranger = world.member("Fa", networks=("fnars",))
    assert world.client(editor).get(path(world, f"/apercu?membre={stranger.id}")).status_code == 404
    assert reader.name in page(world, editor, "/apercu?q=remi")


def test_a_preview_knows_what_a_member_can_help_with(world: World) -> None:
    editor, helper, author = world.moderator(), world.member("Bruno"), world.member("Odile")
    topic = world.topic(author, "Le logement")

    def speak(session: Session) -> str:
        skill = session.scalars(select(Skill).limit(1)).one()
        session.add(MemberSkill(member_id=helper.id, side=Side.OFFERS, skill_id=skill.id))
        session.add(
            SkillContent(
                kind="topic",
                content_id=topic.id,
                skill_id=skill.id,
                audience_id=topic.audience_id,
            )
        )
        return skill.name

    world.work()
    name = world.act(speak)
    assert name in page(world, editor, f"/apercu?membre={helper.id}")
    assert name not in page(world, editor, f"/apercu?membre={author.id}")


def test_what_is_prepared_after_a_letter_left_is_for_the_next_one(world: World) -> None:
    editor = world.moderator()
    network_id = world.network("coorace")
    before = world.act(lambda s: actions.next_week(s, network_id))
    letters_leave(world, before)
    after = world.act(lambda s: actions.next_week(s, network_id))
    assert after > before
    shown = world.act_as(editor, lambda s, v: queries.preparing(s, v, network_id))
    assert shown is not None
    assert shown.week == after


def test_editors_write_to_partners_from_the_pages(world: World) -> None:
    editor = world.moderator()
    client, network_id = world.client(editor), world.network("coorace")
    opened = client.post(f"/lettres/partenaires/{network_id}", data={"is_open": "1", "words": ""})
    assert opened.status_code == 302
    begun = client.post(
        f"/lettres/partenaires/{network_id}/nouvelle",
        data={"title": "Novembre", "body": "Bonjour."},
    )
    letter_id = int(begun.location.rpartition("/")[2])
    wrong = {"name": "Un titre", "text": "Des mots.", "link": "rien", "source": "/forum"}
    assert client.post(f"/lettres/publiques/{letter_id}/elements", data=wrong).status_code == 422
    right = wrong | {"link": "coorace.example/portes", "source": ""}
    assert client.post(f"/lettres/publiques/{letter_id}/elements", data=right).status_code == 302
    shown = client.get(f"/lettres/publiques/{letter_id}").get_data(as_text=True)
    assert "https://coorace.example/portes" in shown
    item = partners.item_of(world, letter_id)
    taken = client.post(f"/lettres/publiques/{letter_id}/elements/{item}/retirer")
    assert taken.status_code == 302
    changed = client.post(
        f"/lettres/publiques/{letter_id}", data={"title": "Décembre", "body": "Bonsoir."}
    )
    assert changed.status_code == 302
    assert client.post(f"/lettres/publiques/{letter_id}/envoyer").status_code == 302
    assert partners.sent_at(world, letter_id)
    public = world.client().get(f"/lettre-publique/coorace/{letter_id}").get_data(as_text=True)
    assert "Décembre" in public
    assert "Un titre" not in public


def test_a_member_who_edits_nothing_is_told_so(world: World) -> None:
    assert world.client(world.member()).get("/lettres/redaction").status_code == 403
    one = world.moderator("Mo", networks=("coorace",))
    assert world.client(one).get("/lettres/redaction").location == path(world)
    assert "FNARS" in world.client(world.moderator()).get("/lettres/redaction").get_data(
        as_text=True
    )
