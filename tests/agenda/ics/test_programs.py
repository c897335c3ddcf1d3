"""Real calendar programs: vdirsyncer brings a member's calendar, khal reads it."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from agenda.ics.models import CalendarFeed
from agenda.models import Event, Occurrence
from core import clock
from core.db import db
from tests.agenda.ics.test_feeds import subscribe
from tests.world import World

PROGRAMS = Path(sys.executable).parent
CONFIG = """[general]
status_path = "{folder}/status"

[pair maillage]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"

[storage here]
type = "filesystem"
path = "{folder}/dates"
fileext = ".ics"

[storage there]
type = "http"
url = "{url}"
"""
KHAL = """[calendars]
[[maillage]]
path = {folder}/dates

[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal.db
"""


@contextmanager
def served(world: World) -> Iterator[str]:
    """The pages of this world, on a real port."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Telephone:
    """A folder where vdirsyncer brings the dates, and khal reads them."""

    folder: Path
    url: str

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A program, which knows no other calendar of this machine."""
        return subprocess.run(
            [str(PROGRAMS / command[0]), *command[1:]],
            env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def set_up(self) -> None:
        """Subscribe."""
        (self.folder / "dates").mkdir(parents=True)
        config = self.folder / "vdirsyncer"
        config.write_text(CONFIG.format(folder=self.folder, url=self.url))
        assert self.run("vdirsyncer", "-c", str(config), "discover").returncode == 0

    def synchronise(self) -> bool:
        """Bring what changed; whether that was possible."""
        config = self.folder / "vdirsyncer"
        return self.run("vdirsyncer", "-c", str(config), "sync", "--force-delete").returncode == 0

    def dates(self, first: str, last: str, zone: str = "Europe/Paris") -> list[str]:
        """What khal shows between two days."""
        config = self.folder / "khal"
        config.write_text(KHAL.format(folder=self.folder, zone=zone))
        said = "{start-date} {start-time} {title}"
        command = ("khal", "-c", str(config), "list", "--format", said, "--day-format", "")
        done = self.run(*command, first, last)
        assert done.returncode == 0, done.stderr
        return [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip()]


def test_a_telephone_follows_the_agenda(world: World, tmp_path: Path) -> None:
    alice = world.member("Alice")
    token = subscribe(world, alice)
    starts = datetime(2027, 3, 22, 9, 30)
    series = world.event(alice, "Point", starts, recurrence="RRULE:FREQ=WEEKLY;COUNT=3")
    day = datetime(2027, 3, 25)
    salon = world.event(alice, "Salon", day, day.replace(day=26), all_day=True)
    far = world.event(alice, "La Réunion", starts.replace(day=24), zone="Indian/Reunion")
    with served(world) as url:
        phone = Telephone(tmp_path / "phone", f"{url}/agenda/flux/{token}.ics")
        phone.set_up()
        assert phone.synchronise()
        # Half past nine before and after summer time begins, and wherever one reads it from.
        assert phone.dates("2027-03-20", "2027-04-12") == [
            "2027-03-22 09:30 Point",
            "2027-03-24 06:30 La Réunion",
            "2027-03-25 Salon",
            "2027-03-29 09:30 Point",
            "2027-04-05 09:30 Point",
        ]
        assert "2027-03-29 03:30 Point" in phone.dates(
            "2027-03-29", "2027-03-30", "America/Montreal"
        )

        def change(session: Session) -> None:
            at = select(Occurrence).where(Occurrence.event_id == series.id)
            second = session.scalars(at.order_by(Occurrence.starts_at)).all()[1]
            second.changed, second.title = True, "Point déplacé"
            second.starts_at = second.starts_at.replace(hour=12)
            second.ends_at = second.ends_at.replace(hour=14)
            for one, title in ((salon, "Salon de l’emploi"), (far, "La Réunion")):
                event = session.get_one(Event, one.id)
                event.title, event.sequence = title, 1
            session.get_one(Event, far.id).cancelled_at = clock.now()

        world.act(change)
        assert phone.synchronise()
        found = phone.dates("2027-03-20", "2027-04-12")
        assert "2027-03-25 Salon de l’emploi" in found
        assert "2027-03-29 14:30 Point déplacé" in found
        assert "2027-03-29 09:30 Point" not in found
        assert any(line.startswith("2027-03-24") and ": La Réunion" in line for line in found)
        gone = delete(Event).where(Event.id == salon.id)
        world.act(lambda s: s.execute(gone))
        assert phone.synchronise()
        assert not any("Salon" in line for line in phone.dates("2027-03-20", "2027-04-12"))
        world.act(lambda s: s.execute(delete(CalendarFeed)))
        assert not phone.synchronise()
        db.session.remove()
