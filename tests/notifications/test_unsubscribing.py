"""Stopping mails in one click."""

import re

from core import outbox
from tests.world import World


def test_the_address_of_one_click_is_whole_in_its_header(world: World) -> None:
    asker = world.member()
    world.reply(world.topic(asker), world.member())
    world.work()
    (mail,) = world.mails(asker)
    raw = bytes(outbox.message(mail, world.app.extensions["maillage.settings"])).decode()
    (header,) = re.findall(
        r"^List-Unsubscribe: <(http://localhost/desabonnement/[\w.-]+)>\r?$", raw, re.MULTILINE
    )
    assert header in mail.text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw


def test_one_click_stops_the_kind_without_cookie_or_token(world: World) -> None:
    world.app.config["WTF_CSRF_ENABLED"] = True
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    world.reply(topic, helper)
    world.work()
    (mail,) = world.mails(asker)
    address = mail.headers["List-Unsubscribe"].strip("<>")
    browser = world.app.test_client()
    assert browser.get(address).status_code == 200
    world.reply(topic, helper)
    world.work()
    assert len(world.mails(asker)) == 2, "looking stops nothing"
    answer = world.app.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    world.reply(topic, helper)
    world.work()
    assert len(world.mails(asker)) == 2
    assert world.app.test_client().post(address + "x").status_code == 404
    assert len(world.told(asker)) == 3, "the page still tells"
