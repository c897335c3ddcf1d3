"""What is typed into forms: it upsets nothing, and is kept when it is refused."""

import random
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import Member
from core.text import plain
from forum.models import Post
from tests.http.addresses import Sample
from tests.http.forms import Form, every_form
from tests.http.naughty import NAUGHTY, echoed, naughty_strings
from tests.world import BOTH, World


def typed_into(house: Sample) -> int:
    """Send naughty words by every form of the house, each in its turn; how many forms there are."""
    number, chance = 0, random.Random(3)
    for client, forms in every_form(house):
        number += len(forms)
        for form in forms:
            for words in chance.sample(NAUGHTY, 5):
                answer = send(client, form, words)
                assert answer.status_code < 500, (form.action, words)
                assert answer.status_code != 400, (form.action, words)
                assert echoed(answer, words) == "", (form.action, words)
                if answer.status_code == 302:
                    assert urlsplit(answer.location).netloc == "", form.action
    return number


def send(client: FlaskClient, form: Form, words: str) -> TestResponse:
    """Send a form, but nothing that would close the house: who signs in, who is there."""
    filled = form.filled(words)
    if "newcomer_posts" in filled:
        filled["newcomer_posts"] = ["0"]
    if "suspendre" in form.action or "deconnecter" in form.action or "partout" in form.action:
        filled["reason"] = [""]
    if "partout" in form.action or "deconnecter" in form.action or "charte" in form.action:
        return client.get(form.page)
    return client.post(form.action, data=filled)


@BOTH
def test_no_form_is_upset_by_what_is_typed(house: Sample) -> None:
    assert typed_into(house) > 40
    assert house.world.client(house.member).get("/forum").status_code == 200
    assert house.world.one(select(Member.id).where(Member.id == house.member.id))


@pytest.mark.data
def test_no_topic_is_upset_by_naughty_strings(house: Sample) -> None:
    strings = naughty_strings()
    client = house.world.client(house.member)
    path = f"/forum/sujets/{house.topic.id}"
    for start in range(0, len(strings), 8):
        words = "\n\n".join(strings[start : start + 8])
        title = plain(strings[start])
        answer = client.post(f"{path}/reponses", data={"body": words, "submission": ""})
        assert answer.status_code == 302, words
        answer = client.get("/recherche", query_string={"q": title})
        assert answer.status_code == 200, title
        assert echoed(answer, title) == ""
        answer = client.post("/forum/nouveau", data={"title": title, "body": words, "theme": "1"})
        assert answer.status_code in {302, 422}, title
    for page in (path, f"{path}?apres=30", "/forum", "/"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.get_data(as_text=True)
        assert "<img" not in shown.get_data(as_text=True)


def test_what_is_to_be_mended_leads_to_its_field(world: World) -> None:
    page = world.client().post("/connexion/lien", data={"email": ""})
    assert page.status_code == 422
    assert re.search(r'<li><a href="#email">[^<]+</a>', page.text), page.text


@BOTH
def test_what_was_typed_is_kept_when_it_is_refused(house: Sample) -> None:
    client, post = (
        house.world.client(house.member),
        house.world.one(select(Post.id).where(Post.topic_id == house.topic.id, Post.number == 0)),
    )
    title, body = "Un <b>titre</b> “soigné”", "Un texte <i>long</i> & soigné"
    reply = f"/forum/sujets/{house.topic.id}/reponses"
    for path, data in (
        ("/forum/nouveau", {"title": title, "body": "", "theme": "1"}),
        ("/forum/nouveau", {"title": "", "body": body, "theme": "1"}),
        ("/forum/nouveau", {"title": title, "body": body, "theme": "99"}),
        ("/forum/nouveau", {"title": title, "body": body}),
        ("/forum/nouveau", {"title": title, "body": body, "theme": "1", "networks": "99"}),
        ("/forum/nouveau", {"title": title * 20, "body": body, "theme": "1"}),
        (f"/forum/messages/{post}/modifier", {"title": title, "body": "", "theme": "1"}),
        (f"/forum/messages/{post}/modifier", {"title": "", "body": body, "theme": "1"}),
        (reply, {"body": body + "x" * 20_000}),
        (f"/forum/messages/{house.ids['post_id']}/signaler", {"words": body}),
        (f"/forum/messages/{house.ids['post_id']}/signaler", {"words": body, "reason": "other"}),
        ("/demander-un-acces", {"first_name": title, "reason": body}),
        ("/compte", {"first_name": title, "last_name": "", "phone": "rien"}),
    ):
        answer = client.post(path, data=data)
        assert answer.status_code == 422, (path, data)
        page = answer.get_data(as_text=True)
        kept = unescape(page)
        for name, words in data.items():
            if name in {"title", "body", "words", "first_name", "reason", "phone"}:
                assert words in kept, (path, name)
        assert "<b>titre</b>" not in page
        assert "<i>long</i>" not in page
        assert 'aria-invalid="true"' in page or 'role="alert"' in page


def test_a_wrong_password_is_not_sent_back(world: World) -> None:
    data = {"email": "personne@example.org", "password": "mon secret à moi"}
    answer = world.client().post("/connexion", data=data)
    assert answer.status_code == 422
    assert "mon secret" not in answer.get_data(as_text=True)
    assert "personne@example.org" in answer.get_data(as_text=True)
