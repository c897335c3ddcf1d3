"""What leaves by mail, in which words, and how it is stopped."""

import html
import re
import threading
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser

import pytest
from flask import g
from flask_babel import force_locale, get_locale
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork
from access.viewers import Role, Viewer
from accounts import actions as accounts
from accounts import administration
from accounts.models import Member, Purpose
from core import clock, outbox
from core.db import db
from core.outbox import Mail
from forum import actions as forum
from forum import moderation, queries
from forum.models import Post, ReportReason
from notifications import actions, jobs
from notifications.models import Frequency, Kind
from tests.world import BOTH, World


def speaks_english(world: World, *members: Member) -> None:
    ids = [member.id for member in members]
    world.act(lambda s: s.execute(update(Member).where(Member.id.in_(ids)).values(language="en")))


def choose(world: World, member: Member, kind: Kind, frequency: Frequency) -> None:
    world.act(lambda s: actions.choose(s, member.id, {kind: frequency}))


def gather(world: World, kind: str) -> None:
    plan = world.app.extensions["maillage.plan"]
    world.act(lambda s: plan.handlers[kind](s, {}))
    world.work()


@BOTH
def test_two_answers_make_one_mail_that_lands_on_the_first(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    speaks_english(world, asker)
    topic = world.topic(asker, "Qui signe ?")
    world.reply(topic, helper, "L’agence signe.")
    world.reply(topic, helper, "Et voici <b>le modèle</b>.")
    world.work()
    (mail,) = world.mails(asker)
    assert mail.subject == "2 answers: Qui signe ?"
    address = f"http://localhost/forum/sujets/{topic.id}#reponse-1"
    for words in (mail.text, mail.html):
        assert address in words
        assert "http://localhost/compte/notifications" in words
        assert f"{helper.name} answered" in words
        assert "You receive this message because you follow this topic." in words
        assert "L’agence signe." in words
    assert "reponse-2" not in mail.html, "one link"


def test_one_mail_for_several_topics_has_one_link_for_each(world: World) -> None:
    asker, helper = world.member(), world.member()
    speaks_english(world, asker)
    topics = [world.topic(asker, f"Sujet {number}") for number in range(3)]
    for topic in topics:
        world.reply(topic, helper)
    world.work()
    (mail,) = world.mails(asker)
    assert mail.subject == "3 new answers on Maillage"
    for topic in topics:
        assert f"/forum/sujets/{topic.id}#reponse-1" in mail.text
        assert f"/forum/sujets/{topic.id}#reponse-1" in mail.html
    assert "References" not in mail.headers


def test_what_one_mail_does_not_hold_leaves_with_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.queries.PER_MAIL", 3)
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    for number in range(7):
        world.reply(topic, helper, f"mot{number}")
    world.work()
    said = " ".join(mail.text for mail in world.mails(asker))
    assert [number for number in range(7) if f"mot{number}" not in said] == []
    assert len(world.mails(asker)) == 3


def test_what_was_read_is_not_mailed(world: World) -> None:
    asker, helper = world.member(), world.member()
    choose(world, asker, Kind.ANSWER, Frequency.DAILY)
    topic = world.topic(asker)
    answer = world.reply(topic, helper)
    world.work()
    world.act_as(asker, lambda s, v: actions.see_topic(s, v, topic.id, answer.id))
    gather(world, jobs.DAILY)
    assert world.mails(asker) == []


@pytest.mark.parametrize(
    ("frequency", "leaves_with"),
    [
        (Frequency.IMMEDIATELY, "at once"),
        (Frequency.DAILY, jobs.DAILY),
        (Frequency.WEEKLY, jobs.WEEKLY),
        (Frequency.NEVER, None),
    ],
)
def test_a_mail_leaves_at_its_frequency(
    world: World, frequency: Frequency, leaves_with: str | None
) -> None:
    asker, helper = world.member(), world.member()
    choose(world, asker, Kind.ANSWER, frequency)
    world.reply(world.topic(asker), helper)
    world.work()
    left = {"at once": len(world.mails(asker))}
    for turn in (jobs.DAILY, jobs.WEEKLY):
        gather(world, turn)
        left[turn] = len(world.mails(asker)) - sum(left.values())
    assert [turn for turn, number in left.items() if number] == (
        [leaves_with] if leaves_with else []
    )


def test_losing_access_before_the_mail_leaves_means_no_mail(world: World) -> None:
    asker, helper = world.member(), world.member()
    choose(world, asker, Kind.ANSWER, Frequency.DAILY)
    world.reply(world.topic(asker), helper)
    world.work()
    world.act(lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == asker.id)))
    gather(world, jobs.DAILY)
    assert world.mails(asker) == []


def test_words_hidden_before_the_mail_leaves_are_not_mailed(world: World) -> None:
    asker, helper, moderator = world.member(), world.member(), world.moderator()
    choose(world, asker, Kind.ANSWER, Frequency.DAILY)
    answer = world.reply(world.topic(asker), helper, "Madame Dupont habite 3 rue des Lilas.")
    world.work()
    hide(world, moderator, answer)
    gather(world, jobs.DAILY)
    assert not any("Lilas" in mail.text for mail in world.mails(asker))


def hide(world: World, moderator: Member, post: Post) -> None:
    def act(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, post.id)).one()
        moderation.hide(session, found, by=viewer, reason="Une personne est reconnaissable.")

    world.act_as(moderator, act)


def test_the_one_who_reported_hears_the_end_without_the_hidden_words(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    speaks_english(world, author, reporter)
    topic = world.topic(author, "Madame Dupont et son logement", "3 rue des Lilas.")
    question = world.all(select(Post).where(Post.topic_id == topic.id))[0]

    def report(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, question.id)).one()
        forum.report(session, found, by=viewer, reason=ReportReason.PERSONAL, words="")

    world.act_as(reporter, report)
    world.work()
    hide(world, moderator, question)
    world.work()
    (to_reporter,) = world.mails(reporter)
    assert to_reporter.subject == "Your report: a topic that was hidden"
    for words in (to_reporter.text, to_reporter.html, to_reporter.subject):
        assert "Dupont" not in words
        assert "Lilas" not in words
    assert "Une personne est reconnaissable." in to_reporter.text
    (to_author,) = world.mails(author)
    assert to_author.subject == "Message hidden: Madame Dupont et son logement"
    assert "Une personne est reconnaissable." in to_author.text


def test_the_one_who_reported_hears_no_word_of_a_topic_hidden_since(world: World) -> None:
    author, reporter, moderator = world.member(), world.member(), world.moderator()
    speaks_english(world, reporter)
    topic = world.topic(author, "Madame Dupont et son logement", "3 rue des Lilas.")
    reply = world.reply(topic, world.member(), "Elle habite Rezé.")
    question = world.all(select(Post).where(Post.topic_id == topic.id, Post.number == 0))[0]

    def decide(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, reply.id)).one()
        moderation.keep(session, found, by=viewer, reason="Rien qui identifie.")

    def report(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, reply.id)).one()
        forum.report(session, found, by=viewer, reason=ReportReason.PERSONAL, words="")

    world.act_as(reporter, report)
    world.act_as(moderator, decide)
    hide(world, moderator, question)
    world.work()
    (mail,) = world.mails(reporter)
    page = world.client(reporter).get("/notifications").text
    for words in (mail.subject, mail.text, mail.html, page):
        assert "Dupont" not in words
        assert "Rezé" not in words
    assert mail.subject == "Your report: a topic that was hidden"
    assert f"/forum/sujets/{topic.id}" not in page


def test_nothing_is_mailed_before_a_charter_was_accepted(world: World) -> None:
    newcomer = world.member("Nina", charter=False)
    topic = world.topic(world.member(), "Bonjour", f"@{newcomer.handle} peux-tu m’aider ?")
    world.work()
    assert world.mails(newcomer) == []
    world.client(newcomer).post("/charte", data={"accept": "y"})
    world.reply(topic, world.member(), f"@{newcomer.handle} ?")
    world.work()
    (mail,) = world.mails(newcomer)
    assert "peux-tu" in mail.text, "what waited comes with the rest"


def test_the_text_of_a_mail_is_not_html(world: World) -> None:
    administrator = world.administrator()
    world.ask_access(
        first_name="L'Éa",
        last_name="D'Ax <b>",
        employer="L'Atelier & fils",
        job="CIP d'à côté",
        reason="C'est l'amie d'une amie.",
    )
    world.work()
    (mail,) = world.mails(administrator)
    assert "L'Éa D'Ax <b>" in mail.subject
    for words in ("L'Éa D'Ax <b>", "L'Atelier & fils", "CIP d'à côté", "C'est l'amie d'une amie."):
        assert words in mail.text
        assert words in html.unescape(mail.html)
    assert "<b>" not in mail.html
    assert "&amp;amp;" not in mail.html
    assert "&amp;#39;" not in mail.html


def test_a_report_dealt_with_meanwhile_is_not_mailed_to_moderators(world: World) -> None:
    first, second = world.moderator("Ada"), world.moderator("Basile")
    reporter = world.member()
    post = world.reply(world.topic(world.member()), world.member())

    def report(session: Session, viewer: Viewer) -> None:
        found = session.scalars(queries.post(viewer, post.id)).one()
        forum.report(session, found, by=viewer, reason=ReportReason.WRONG, words="")

    world.act_as(reporter, report)
    hide(world, first, post)
    world.work()
    assert world.mails(second) == []
    assert [told for told in world.told(second) if told.what] == []


def test_members_words_are_text_and_never_make_a_header(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, 'Urgent\r\nBcc: a@b.fr <script>alert("x")</script>')
    world.reply(topic, world.member(), '<img src=x onerror=alert(1)>\n\n**gras** & "guillemets"')
    world.work()
    (mail,) = world.mails(asker)
    assert "\n" not in mail.subject
    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert "&lt;script&gt;" in mail.html
    raw = bytes(outbox.message(mail, world.app.extensions["maillage.settings"]))
    parsed = BytesParser(policy=policy.default).parsebytes(raw)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == mail.subject


def test_a_name_cannot_make_a_header_either(world: World) -> None:
    mail = Mail(
        to_address="a@example.org",
        to_name='Éva\n Bcc: x@y.fr, "N"',
        subject="Sujet",
        text="a",
        html="<p>a</p>",
        headers={},
        message_id="1",
        created_at=clock.now(),
        confidential=False,
        kind="test",
    )
    mail.to_name = outbox._one_line(mail.to_name)
    parsed = BytesParser(policy=policy.default).parsebytes(
        bytes(outbox.message(mail, world.app.extensions["maillage.settings"]))
    )
    assert parsed["Bcc"] is None
    assert [address.addr_spec for address in parsed["To"].addresses] == ["a@example.org"]


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


def test_account_mails(world: World) -> None:
    member, administrator = world.member("Zoé"), world.administrator()
    network, territory = world.network("fnars"), world.territory("departement:44")

    def invite(session: Session) -> str:
        _invitation, token = administration.invite(
            session,
            by=session.get_one(Member, administrator.id),
            email="neuf@example.org",
            first_name="Ninon",
            last_name="Neuf",
            networks=[network],
            territories=[territory],
            word="Bienvenue <i>à toi</i>",
            role=Role.USER,
        )
        return token

    token = world.act(invite)
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.SIGN_IN))
    world.act(lambda s: accounts.ask_link(s, member.email, Purpose.PASSWORD))
    world.act(lambda s: accounts.ask_link(s, "personne@example.org", Purpose.SIGN_IN))
    texts: dict[str, Mail] = {}
    plan = world.app.extensions["maillage.plan"]
    kept = plan.handlers[outbox.SEND]
    plan.handlers[outbox.SEND] = lambda session, payload: None
    world.work()
    plan.handlers[outbox.SEND] = kept
    for mail in world.mails():
        texts[mail.kind] = mail
        assert mail.confidential
        assert mail.text.strip()
        assert "{{" not in mail.html
    assert set(texts) == {"invitation", "sign_in_link", "password_link"}
    assert token in texts["invitation"].text
    assert token in texts["invitation"].html
    assert "Bienvenue &lt;i&gt;à toi&lt;/i&gt;" in texts["invitation"].html
    assert "FNARS" in texts["invitation"].text


def test_the_suspended_read_why_and_until_when(world: World) -> None:
    member, administrator = world.member(), world.administrator()
    speaks_english(world, member)
    until = clock.now() + timedelta(days=10)

    def suspend(session: Session) -> None:
        administration.suspend(
            session,
            session.get_one(Member, member.id),
            by=session.get_one(Member, administrator.id),
            until=until,
            reason="Propos déplacés.",
        )

    world.act(suspend)
    (mail,) = world.mails(member)
    assert "Propos déplacés." in mail.text
    assert str(until.year) in mail.text


@pytest.mark.parametrize(
    ("present", "morning", "monday"),
    [
        ("2026-03-28T12:00+00:00", "2026-03-29T05:30+00:00", "2026-03-30T05:30+00:00"),
        ("2026-03-30T05:29+00:00", "2026-03-30T05:30+00:00", "2026-03-30T05:30+00:00"),
        ("2026-03-30T05:30+00:00", "2026-03-31T05:30+00:00", "2026-04-06T05:30+00:00"),
        ("2026-10-25T00:00+00:00", "2026-10-25T06:30+00:00", "2026-10-26T06:30+00:00"),
    ],
)
def test_mornings_are_french_whatever_the_season(present: str, morning: str, monday: str) -> None:
    instant = datetime.fromisoformat(present)
    assert jobs.next_morning(instant) == datetime.fromisoformat(morning)
    assert jobs.next_monday(instant) == datetime.fromisoformat(monday)
