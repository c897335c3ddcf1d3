"""Every address of the site, with plausible arguments."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from accounts.models import Member
from forum.models import Topic
from tests.world import World

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# What a rule does not take from the sample.
WORDS: dict[str, object] = {
    "acronym": "ACI",
    "token": "abc",
    "code": "fr",
    "filename": "css/maillage.css",
    "ending": "csv",
    "subject": "organisations",
    "which": "sujets",
}
WAYS = {
    "administration.move_entry": "monter",
    "administration.retire_entry": "retirer",
    "directory.show_organisation": "retirer",
    "directory.show_scheme": "retirer",
}
FILES = {
    "calendars.event_file",
    "expertise_api.need",
    "expertise_api.openapi",
    "expertise_api.programme",
    "calendars.feed",
    "directory.member_card",
    "directory.organisation_card",
    "expertise.agreement_file",
    "expertise.agreement_paper",
    "expertise.copy_file",
    "expertise.invoice",
    "expertise.minutes_file",
    "expertise.position_sheet",
    "expertise.institution_logo",
    "expertise.manual_paper",
    "expertise.need_file",
    "expertise.followed_file",
    "expertise.sheet_by_mail",
    "expertise.file_by_mail",
    "static",
    "home.logo",
    "resources.file",
    "resources.picture",
    "forum.attached",
    "own_data.file",
    "rooms.guest",
    "rooms.attendance",
    "news.feed",
    "news.picture",
    "news.thumbnail",
}
"""What is opened and is no page."""
NAMES = {"administration": "themes", "resources": "guide.txt", "forum": "photo.png"}
"""By area: the names of a list, of files."""


BY_ANSWERERS = {
    f"expertise.{name}"
    for name in (
        *("answer_by_mail", "answer_link", "invite_again"),
        *("sheet_by_mail", "file_by_mail"),
    )
}
"""Their token is that of a mail to those who answer needs."""
BY_SIGNED = {
    f"expertise.{name}"
    for name in (
        *("read_agreement", "agreement_paper", "correct_agreement", "send_code"),
        *("sign_agreement", "bring_own_copy"),
    )
}
"""Their token is that of who signs an agreement."""
BY_SURVEYED = {"expertise.survey", "expertise.take_back_testimonial"}
"""Their token is that of a survey."""


@dataclass(frozen=True)
class Sample:
    """A world in which each address leads somewhere."""

    world: World
    administrator: Member
    member: Member
    topic: Topic
    ids: dict[str, object]

    def path(self, rule: Rule) -> str:
        """The address of a rule, with arguments that exist."""
        return address(self.world.app, rule, self.ids)

    def pages(self) -> dict[str, str]:
        """Endpoint → address of every page that a GET opens."""
        return {
            rule.endpoint: self.path(rule)
            for rule in rules(self.world.app)
            if "GET" in (rule.methods or set()) and rule.endpoint not in FILES
        }


def rules(app: Flask) -> Iterator[Rule]:
    """Every rule of the site, in the order of addresses."""
    yield from sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(app: Flask, rule: Rule, ids: dict[str, object]) -> str:
    """The address of a rule; what is not in `ids` is 1."""
    area = rule.endpoint.partition(".")[0]
    if area == "rooms":
        ids = ids | {"token": ids["guest_token"]}
    if area == "expertise":
        ids = ids | {"slug": "essai", "token": ids["need_token"]}
        ids = ids | {"question_id": ids["question_id_of_subject"], "file_id": ids["need_file_id"]}
        ids = ids | {"request_id": ids["company_request_id"]}
    if rule.endpoint in BY_ANSWERERS:
        ids = ids | {"token": ids["answer_token"]}
    if rule.endpoint in BY_SIGNED:
        ids = ids | {"token": ids["agreement_token"]}
    if rule.endpoint == "expertise.prepare_agreement":
        ids = ids | {"position_id": ids["engaged_id"]}
    if rule.endpoint in BY_SURVEYED:
        ids = ids | {"token": ids["survey_token"]}
    if rule.endpoint == "expertise.recap":
        ids = ids | {"token": ids["recap_token"]}
    if area == "news":
        ids = ids | {"topic_id": ids["article_id"]}
    known = WORDS | ids | {"way": WAYS.get(rule.endpoint, ""), "name": NAMES.get(area, "")}
    arguments = {name: known.get(name, 1) for name in rule.arguments}
    with app.test_request_context():
        built = rule.build(arguments)
    assert built is not None, rule
    return str(built[1])
