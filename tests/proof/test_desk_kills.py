"""A need on its way, and a process killed at each step: nothing is lost, nothing is done twice."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Select, func, select

from accounts.models import Member
from app import create_app
from core import clock
from core.db import db
from core.jobs import Job
from core.outbox import Mail
from core.settings import from_environment
from expertise.agreements import links, queries
from expertise.agreements.life import State
from expertise.agreements.models import (
    Agreement,
    AgreementDay,
    AgreementStep,
    Party,
    Signature,
    SigningCode,
)
from expertise.needs.life import Ending
from expertise.needs.models import Need, Step
from expertise.positions.models import Position, PositionStep
from tests.expertise import agreeing, desks
from tests.proof.browsers import Browser
from tests.proof.mailbox import Mailbox
from tests.proof.striking import Processes
from tests.running import House, free_port, kill
from tests.world import World

INTO_THE_STEP = (0.0, 0.08)
"""Seconds, from when a form is sent: the process dies before, while or after it is written."""
DRAIN_SECONDS = 120
SUBMISSION = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
NEED: dict[str, str] = {
    "title": "Vendre en Allemagne", "description": "Deux salons au printemps.",
    "postcode": "44000", "town": "Nantes", "first_name": "Inès", "last_name": "Essai",
    "phone": "02 40 00 00 00", "email": "ines@essai.example", "submission": SUBMISSION,
}  # fmt: skip
CALLER = {"name": "Ana Experte", "job": "Export", "phone": "01 99 00 00 00"}
Steps = list[tuple[str, str]]
Turn = tuple[Member, str, str, Mapping[str, str], Callable[[], bool]]


class Hand(Browser):
    """Somebody who does one thing, and looks whether it was done when the line is cut."""

    def act(self) -> None:
        """Nothing by itself."""

    def do(
        self, page: str, action: str, values: Mapping[str, str], done: Callable[[], bool]
    ) -> None:
        """Send the form of a page, again and again until it is done."""
        while not done():
            opened = self.open(page)
            headers = {"Cookie": opened.cookie, "Content-Type": "application/x-www-form-urlencoded"}
            sent = urlencode({**values, "csrf_token": opened.token}).encode()
            try:
                answer = self._ask("POST", action, headers, sent)
                assert answer.status == 302 or done(), f"{action}: {answer.body[-3000:]!r}"
            except (OSError, HTTPException):
                self.again += 1
                time.sleep(0.1)


@dataclass
class Journey:
    """A house, its people, and what they do in turn."""

    house: House
    world: World
    mailbox: Mailbox
    kills: bool
    killed: int = 0

    def people(self) -> None:
        """A company with its account, the team, the manager of an institution."""
        world = self.world
        self.company, self.team, self.chief = (
            world.member(name, networks=()) for name in ("Inès", "Thomas", "Rémi")
        )
        made = desks.programme(world, team=(self.team,))
        desks.company(world, self.company)
        desks.manager(world, desks.institution(world, made), self.chief)

    def steps(self) -> Iterator[Turn]:
        """Who does what, and how one knows that it is done."""
        ask = "/expertise/essai/demander/besoin?sujet=marketing&entreprise=1"
        yield self.company, ask, ask, NEED, lambda: self._said("ask")
        sheet = "/expertise/besoins/1"
        validate = {"act": "validate", "words": ""}
        yield self.team, sheet, f"{sheet}/decision", validate, lambda: self._said("validate")
        one = "/expertise/positions/1"
        reserve = {"act": "reserve", "words": ""}
        yield self.chief, one, f"{one}/reponse", reserve, lambda: self._said("reserve")
        name = f"{one}/confirmer"
        yield self.chief, name, name, CALLER, lambda: self._said("introduce")
        mine = "/expertise/entreprises/1/besoins/1"
        yield self.company, mine, f"{mine}/accord", {"words": ""}, lambda: self._said("agree")
        agree = {"act": "agree", "words": ""}
        yield self.chief, one, f"{one}/reponse", agree, lambda: self._said("engage")
        yield from self._agreed(f"{one}/convention")
        end = f"{one}/cloturer"
        yield self.chief, end, end, {"outcome": "advice", "words": ""}, lambda: self._said("finish")

    def _agreed(self, form: str) -> Iterator[Turn]:
        """The agreement is prepared, a day planned; two people sign it online."""
        yield self.chief, form, form, agreeing.typed(), lambda: self._said("prepare")
        page = "/expertise/conventions/1"
        day = {"day": (clock.today() + timedelta(days=10)).isoformat(), "half_days": "2"}
        yield self.chief, page, f"{page}/jours", day, lambda: self._there(select(AgreementDay.id))
        yield self.chief, page, f"{page}/proposer", {}, lambda: self._said("propose")
        settings = self.world.app.extensions["maillage.settings"]
        for party in (Party.COMPANY, Party.INSTITUTION):
            with self.world.session() as session:
                token = links.token(settings, session.scalars(queries.whole()).one(), party)
            link = f"/expertise/convention/{token}"
            sent = select(SigningCode.sent).where(SigningCode.party == party)
            yield self.chief, link, f"{link}/code", {}, partial(self._there, sent)
            signs = {"name": agreeing.NAMES[party], "code": self._code(party)}
            signed = select(Signature.id).where(Signature.party == party)
            yield self.chief, link, f"{link}/signer", signs, partial(self._there, signed)

    def _code(self, party: Party) -> str:
        """Of the mail that came: ours forgets its words once it has left."""
        address = getattr(agreeing.said(), f"{party.value}_email")
        end = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < end:
            for one in self.received():
                body = one.get_body(("plain",))
                found = re.search(r"\b\d{6}\b", body.get_content() if body else "")
                if found and address in str(one["To"]):
                    return found.group()
            time.sleep(0.1)
        raise AssertionError(f"no code came to {address}")

    def _there(self, what: Select[Any]) -> bool:
        return self.world.one(what) is not None

    def _said(self, act: str) -> bool:
        return act in {one for _table, one in self.written()}

    def written(self) -> Steps:
        """What happened, as the database tells it."""
        with self.world.session() as session:
            needs = [("need", one.value) for one in session.scalars(select(Step.act))]
            others = (("position", PositionStep.act), ("agreement", AgreementStep.act))
            for of, act in others:
                needs += [(of, one.value) for one in session.scalars(select(act))]
            return sorted(needs)

    def go(self, draw: Random) -> None:
        """Do it all; a process dies at each step, and comes back."""
        processes: Processes = {"web": self.house.serve(), "worker": self.house.worker()}
        try:
            self.house.wait(processes["web"])
            for number, (who, page, action, values, done) in enumerate(self.steps()):
                hand = Hand(self.house, who.id, threading.Event(), draw)
                hand.open(page)
                strikes = ("web", "worker") if number % 2 else ("web",)
                wait = draw.uniform(*INTO_THE_STEP)
                striking = threading.Timer(wait, self._strike, (processes, strikes))
                if self.kills:
                    striking.start()
                hand.do(page, action, values, done)
                if self.kills:
                    striking.join()
                    self.house.wait(processes["web"])
            self._drain()
        finally:
            for process in processes.values():
                kill(process)

    def _strike(self, processes: Processes, which: tuple[str, ...]) -> None:
        for name in which:
            kill(processes[name])
            self.killed += 1
            processes[name] = self.house.serve() if name == "web" else self.house.worker()

    def _drain(self) -> None:
        """What is due is done; surveys wait for their day."""
        plan = self.world.app.extensions["maillage.plan"]
        end = time.monotonic() + DRAIN_SECONDS
        due = (
            select(func.count())
            .select_from(Job)
            .where(Job.kind.not_in(plan.periodic), Job.run_at <= clock.now())
        )
        while left := self.world.one(due):
            assert time.monotonic() < end, f"{left} jobs were not done"
            time.sleep(0.2)

    def mails(self) -> Counter[tuple[str, str]]:
        """To whom, and about what: each was written once, and left."""
        rows = self.world.all(select(Mail))
        assert [one.id for one in rows if one.sent_at is None] == []
        received = {str(one["Message-ID"]).strip("<>").partition("@")[0] for one in self.received()}
        assert received == {one.message_id for one in rows}
        return Counter((str(one["To"]), str(one["Subject"])) for one in self.unique())

    def received(self) -> list[EmailMessage]:
        """As it came."""
        return list(self.mailbox.received)

    def unique(self) -> list[EmailMessage]:
        """A mail that left twice is one mail: it bears one identity."""
        return list({str(one["Message-ID"]): one for one in self.received()}.values())


@contextmanager
def journey(folder: Path, *, kills: bool) -> Iterator[Journey]:
    """A house ready, with a real SMTP server beside it."""
    folder.mkdir()
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    told = {
        "MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "MAIL_DELAY_SECONDS": "0",
        "RATE_LIMITS": "no",
    }
    try:
        house = House(folder, f"sqlite:///{folder}/maillage.db", told)
        house.init()
        app = create_app(from_environment({**house.environment, "EMBEDDED_WORKER": "no"}))
        with app.app_context():
            one = Journey(house, World(app), mailbox, kills)
            one.people()
            yield one
            db.session.remove()
            db.engine.dispose()
    finally:
        server.stop()


@pytest.mark.timeout(600)
def test_a_need_survives_a_kill_at_each_step(tmp_path: Path) -> None:
    with journey(tmp_path / "calm", kills=False) as calm:
        calm.go(Random(1))
        expected, letters = calm.written(), calm.mails()
    with journey(tmp_path / "killed", kills=True) as killed:
        killed.go(Random(2))
        assert killed.killed == 21
        assert killed.written() == expected
        assert killed.mails() == letters
        assert [one.ending for one in killed.world.all(select(Need))] == [Ending.HELPED]
        assert len(killed.world.all(select(Position))) == 1
        assert [one.state for one in killed.world.all(select(Agreement))] == [State.SIGNED]
        assert killed.world.all(select(Job.id).where(Job.failed_at.is_not(None))) == []
