"""Forged requests: every post proves that it comes from our pages."""

import re

from werkzeug.test import TestResponse

from tests.http.addresses import Sample, rules
from tests.http.forms import every_form


def test_every_post_proves_that_it_comes_from_our_pages(house: Sample) -> None:
    world = house.world
    world.app.config["WTF_CSRF_ENABLED"] = True
    open_to_forgery = []
    for member in (house.administrator, None):
        client = world.client(member)
        for rule in rules(world.app):
            if "POST" not in (rule.methods or set()):
                continue
            answer = client.post(house.path(rule), data={"body": "x", "csrf_token": "forged"})
            # A visitor is sent to the sign-in, by pages that take files before they look at more.
            if answer.status_code == 401:  # a program without its key
                assert rule.endpoint == "expertise_api.ask"
                continue
            if answer.status_code != 400 and not (answer.location or "").startswith("/connexion"):
                open_to_forgery.append(rule.endpoint)
    # A signed link is the proof: mail programs send these by themselves (RFC 8058).
    # A form in the page of a partner has a proof of its own: tests/expertise/test_embedded.py.
    # What the payment service says is signed: tests/expertise/test_webhooks.py.
    assert set(open_to_forgery) == {
        "expertise.embedded_ask",
        "expertise.heard",
        "expertise.recap",
        "notifications.unsubscribe",
        "public_letters.unsubscribe",
    }
    client = world.client(house.member)
    token = csrf_of(client.get("/forum"))
    assert client.post("/forum/tout-lu", data={"csrf_token": token}).status_code == 302
    assert client.post("/forum/tout-lu", headers={"X-CSRFToken": token}).status_code == 302
    other = world.client(house.administrator)
    assert other.post("/forum/tout-lu", data={"csrf_token": token}).status_code == 400


def test_every_form_carries_its_proof(house: Sample) -> None:
    house.world.app.config["WTF_CSRF_ENABLED"] = True
    bare = [
        f"{form.page}: {form.action}"
        for _client, forms in every_form(house)
        for form in forms
        if not "".join(form.fields.get("csrf_token", []))
    ]
    assert bare == []


def csrf_of(answer: TestResponse) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', answer.get_data(as_text=True))
    assert found
    return found.group(1)
