"""How fast mails leave for each provider: a pace that holds, an order that is kept."""

import operator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, outbox, rates
from core.jobs import Job
from core.outbox import Mail
from core.paces import parse, rate_of
from core.settings import Misconfigured, from_environment
from tests.smtp import Mailbox, serving
from tests.world import BOTH, World

SENDER = Member(first_name="Adèle", last_name="Essai")
RATES = parse("orange.fr wanadoo.fr=60/min, *=600/min")


@pytest.mark.parametrize(
    ("address", "provider", "every"),
    [
        ("alice@orange.fr", "orange.fr", 1.0),
        ("alice@WANADOO.FR", "orange.fr", 1.0),
        ("alice@notorange.fr", "*", 0.1),
        ("alice@mail.orange.fr", "*", 0.1),
    ],
)
def test_the_domains_of_a_provider_share_a_pace(address: str, provider: str, every: float) -> None:
    rate = rate_of(RATES, address)
    assert rate is not None
    assert (rate.provider, rate.every) == (provider, every)


def test_without_a_rate_for_the_others_they_leave_at_once() -> None:
    assert rate_of(parse("orange.fr=1/h"), "alice@example.org") is None
    assert parse("") == ()


@pytest.mark.parametrize("setting", ["orange.fr", "orange=3/min", "orange.fr=0/min", "*=5/week"])
def test_a_setting_that_is_not_understood_is_said(setting: str) -> None:
    with pytest.raises(Misconfigured, match="MAIL_RATES"):
        from_environment({"SECRET_KEY": "x" * 32, "MAIL_RATES": setting})


@BOTH
def test_turns_follow_each_other_at_the_pace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    present = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: present)
    rate = RATES[0]
    turns = [world.act(lambda s: rates.turn(s, rate)) for _ in range(3)]
    assert [(turn - present).total_seconds() for turn in turns] == [0, 1, 2]
    monkeypatch.setattr(clock, "now", lambda: present + timedelta(minutes=5))
    late = world.act(lambda s: rates.turn(s, rate))
    assert late == present + timedelta(minutes=5), "turns that nobody took do not add up"
    assert world.all(select(func.count()).select_from(rates.MailPace)) == [1]


def _write(session: Session, address: str, *, asked: bool = False) -> Mail:
    return outbox.post(
        session,
        "test",
        to_address=address,
        to_name="",
        language="fr",
        values={"by": SENDER},
        asked=asked,
    )


def _arrived(box: Mailbox) -> list[str]:
    return [str(one["To"]) for one in box.received]


@BOTH
def test_a_mail_over_the_pace_is_put_off_and_the_order_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: present)
    with serving(world, mail_rates=parse("orange.fr=60/min")) as box:
        names = [f"membre{number}@orange.fr" for number in range(4)]
        for name in names:
            with world.session() as session:
                _write(session, name)
        world.act(lambda s: _write(s, "ailleurs@example.org"))
        world.act(lambda s: _write(s, "presse@orange.fr", asked=True))
        world.work()
        assert _arrived(box) == [names[0], "ailleurs@example.org", "presse@orange.fr"]
        assert world.all(select(func.sum(Job.attempts))) == [0], "nothing went wrong"
        for seconds, name in enumerate(names[1:], start=1):
            monkeypatch.setattr(clock, "now", partial(operator.add, present, timedelta(0, seconds)))
            world.work()
            assert _arrived(box)[-1] == name
        assert len(box.received) == 6
        assert all(mail.sent_at for mail in world.mails())
        assert world.work() == 0


def test_what_failed_takes_another_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    present = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: present)
    with serving(world, mail_rates=parse("*=1/h")) as box:
        box.to_data = lambda _times: "451 4.3.0 later"
        world.act(lambda s: _write(s, "alice@example.org"))
        world.work()
        (mail,) = world.mails()
        assert (mail.attempts, mail.turn_at) == (1, None)
        monkeypatch.setattr(clock, "now", lambda: present + timedelta(minutes=1))
        box.to_data = lambda _times: "250 OK"
        world.work()
        assert len(box.received) == 1
        monkeypatch.setattr(clock, "now", lambda: present + timedelta(hours=1))
        world.work()
        assert len(box.received) == 2
