"""A mail wears the language and the colours of its reader, wherever it is written."""

import threading

from flask import g
from flask_babel import force_locale, get_locale
from sqlalchemy.orm import Session

from accounts.models import Member
from core import outbox
from core.db import db
from tests.notifications.mailing import speaks_english
from tests.world import World


def test_each_mail_speaks_the_language_of_its_reader(world: World) -> None:
    french, english, helper = world.member(), world.member(), world.member()
    speaks_english(world, english)
    for asker in (french, english):
        world.reply(world.topic(asker, "Qui signe ?"), helper)
    world.work()
    assert world.mails(english)[0].subject == "Answer: Qui signe ?"
    assert 'lang="en"' in world.mails(english)[0].html
    assert 'lang="fr"' in world.mails(french)[0].html


def test_a_network_dresses_the_mails_of_its_members(world: World) -> None:
    asker = world.member(networks=("reseau-44",))
    world.reply(world.topic(asker), world.member(networks=("reseau-44",)))
    world.work()
    (mail,) = world.mails(asker)
    assert "Maillage · Réseau 44" in mail.html
    assert "#2f6b3a" in mail.html
    assert "prefers-color-scheme: dark" in mail.html


def test_a_mail_written_within_a_request_disturbs_nothing(world: World) -> None:
    administrator = world.administrator()
    speaks_english(world, administrator)
    with world.app.test_request_context("/forum"), force_locale("fr"):
        g.mine = "kept"
        world.ask_access(
            first_name="Nina",
            last_name="Petit",
            employer="ETTI <b>",
            reason="Je viens d’arriver.\nMerci.",
        )
        assert g.mine == "kept"
        assert str(get_locale()) == "fr"
    (mail,) = world.mails(administrator)
    assert mail.subject == "Request for access: Nina Petit"
    assert "http://localhost/administration/demandes" in mail.text
    assert "ETTI &lt;b&gt;" in mail.html
    assert "Je viens d’arriver.<br>Merci." in mail.html


def test_the_worker_writes_mails_without_any_page(world: World) -> None:
    member = world.member()
    engine, failures = db.engine, []

    def write() -> None:
        try:
            with Session(engine) as session:
                found = session.get_one(Member, member.id)
                outbox.post(
                    session,
                    "sign_in_link",
                    to_address=found.email,
                    to_name=found.name,
                    language="fr",
                    values={"member": found, "token": "jeton"},
                )
                session.commit()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert failures == []
    assert "http://localhost/connexion/lien/jeton" in world.mails(member)[0].text
