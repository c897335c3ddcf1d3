"""Files attached to messages: who sees the words opens them, and nobody else."""

import io

import pytest
from sqlalchemy import func, select

from accounts.models import Member
from files.models import StoredFile
from forum.models import Attachment
from tests.http.sample import attach, picture
from tests.world import BOTH, World


def opens(world: World, member: Member, attachment: Attachment) -> bool:
    """Whether a member opens a file attached to a message."""
    status = world.client(member).get(f"/forum/fichiers/{attachment.id}/photo.png").status_code
    assert status in {200, 404}
    return status == 200


@BOTH
def test_who_sees_the_topic_opens_its_files(world: World) -> None:
    author, colleague = world.member("Alice"), world.member("Bruno")
    stranger = world.member("Élie", networks=["fnars"])
    attachment = attach(world, author, world.topic(author, networks=["coorace"]))
    assert opens(world, author, attachment)
    assert opens(world, colleague, attachment)
    assert not opens(world, stranger, attachment)


def test_the_file_of_a_hidden_message_is_hidden(world: World) -> None:
    author, reader, moderator = world.member("Alice"), world.member("Bruno"), world.moderator()
    attachment = attach(world, author, world.topic(author))

    hidden = world.client(moderator).post(
        f"/moderation/messages/{attachment.post_id}/masquer",
        data={"reason": "Une personne y figure."},
    )
    assert hidden.status_code == 302
    assert not opens(world, reader, attachment)
    assert opens(world, author, attachment)
    assert opens(world, moderator, attachment)


def test_a_question_and_an_answer_carry_files(world: World) -> None:
    author = world.member()
    client = world.client(author)
    form = {
        "title": "Que dit ce courrier ?",
        "theme": world.theme(),
        "body": "Voir la photo.",
        "reach": "everyone",
        "files": [(io.BytesIO(picture()), "courrier.png")],
    }
    asked = client.post("/forum/nouveau", data=form)
    assert asked.status_code == 302
    reply = {"body": "Le voici.", "files": [(io.BytesIO(b"Le texte."), "texte.txt")]}
    assert client.post(f"{asked.location}/reponses", data=reply).status_code == 302
    page = client.get(asked.location).get_data(as_text=True)
    assert "courrier.png" in page
    assert "texte.txt" in page
    world.work()
    assert world.one(select(func.count()).where(StoredFile.read_at.is_(None))) == 0


def test_what_arrived_is_kept_when_the_words_are_missing(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    upload = world.upload(author, "texte.txt")
    client = world.client(author)
    here = f"/forum/sujets/{topic.id}/reponses"
    answer = client.post(here, data={"body": "", "uploads": upload})
    assert answer.status_code == 422
    assert f'name="uploads" value="{upload}"' in answer.get_data(as_text=True)
    assert client.post(here, data={"body": "Voici.", "uploads": upload}).status_code == 302
    assert world.one(select(Attachment.name)) == "texte.txt"


def test_the_same_answer_sent_twice_carries_its_file_once(world: World) -> None:
    author = world.member()
    topic = world.topic(author)
    form = {"body": "Voici.", "uploads": world.upload(author), "submission": "ab12"}
    for _ in range(2):
        answer = world.client(author).post(f"/forum/sujets/{topic.id}/reponses", data=form)
        assert answer.status_code == 302
    assert world.one(select(func.count()).select_from(Attachment)) == 1


def test_its_author_takes_a_file_off(world: World) -> None:
    author = world.member()
    attachment = attach(world, author, world.topic(author))
    client = world.client(author)
    page = client.get(f"/forum/messages/{attachment.post_id}/modifier").get_data(as_text=True)
    assert "photo.png" in page
    form = {"body": "La photo.", "detached": attachment.id}
    client.post(f"/forum/messages/{attachment.post_id}/modifier", data=form)
    assert not opens(world, author, attachment)


@pytest.mark.parametrize("count", [11])
def test_too_many_files_are_refused(world: World, count: int) -> None:
    author = world.member()
    topic = world.topic(author)
    uploads = [world.upload(author, f"{n}.txt") for n in range(count)]
    answer = world.client(author).post(
        f"/forum/sujets/{topic.id}/reponses", data={"body": "Voici.", "uploads": uploads}
    )
    assert answer.status_code == 422
    assert world.one(select(func.count()).select_from(Attachment)) == 0
