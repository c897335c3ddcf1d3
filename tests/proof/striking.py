"""Where the kills fall: at any instant, or while a file is read or the index written."""

import os
import signal
import socket
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select

from core.db import db
from core.jobs import Job
from files.actions import READ
from search.jobs import CHANGED
from tests.running import House, kill

AIMS = ("web", "worker", READ, CHANGED)
"""Whom the next kill is for: a process, or whoever does this work."""
AIM_SECONDS = 4.0
"""How long that work is waited for."""
INTO_THE_WORK = {READ: 0.5, CHANGED: 0.02}
"""Seconds: a kill falls somewhere in the first ones."""

Processes = dict[str, subprocess.Popen[bytes]]
Lease = tuple[int, str, str]
"""The id of a job, its kind, who does it."""


@dataclass
class Striking:
    """Kills, and what the killed processes were doing."""

    house: House
    draw: Random
    kills: Counter[str] = field(default_factory=Counter)
    """By process."""
    during: Counter[str] = field(default_factory=Counter)
    """By kind of work: how many of the kills left some of it half-way."""
    seen: set[Lease] = field(default_factory=set)

    def strike(self, processes: Processes) -> None:
        """Kill one process and start it again."""
        aim = self.draw.choice(AIMS)
        which = aim if aim in processes else self._aimed(aim, processes)
        kill(processes[which])
        # What the dead had begun and not ended is still under its name, until another starts.
        left = {one for one in self._leases() - self.seen if _group(one) is None}
        self.seen |= left
        self.kills[which] += 1
        self.during.update({kind for _id, kind, _holder in left})
        processes[which] = self.house.serve() if which == "web" else self.house.worker()

    def _aimed(self, kind: str, processes: Processes) -> str:
        """Wait for this work, and a little more: who does it, held still in the middle of it."""
        end = time.monotonic() + AIM_SECONDS
        while time.monotonic() < end:
            for lease in self._leases():
                if lease[1] == kind and (which := _holder(lease, processes)):
                    time.sleep(self.draw.uniform(0, INTO_THE_WORK[kind]))
                    os.killpg(processes[which].pid, signal.SIGSTOP)
                    if lease in self._leases():
                        return which
                    os.killpg(processes[which].pid, signal.SIGCONT)
            time.sleep(0.005)
        return "worker"

    def _leases(self) -> set[Lease]:
        """What is in hand, read without holding anybody up."""
        reader = db.engine.execution_options(read_only=True)
        with reader.connect() as connection:
            rows = connection.execute(
                select(Job.id, Job.kind, Job.leased_by).where(Job.leased_by.is_not(None))
            )
            return {(job_id, kind, holder or "") for job_id, kind, holder in rows}


def _pid(lease: Lease) -> int:
    host, pid = lease[2].split(":")[:2]
    assert host == socket.gethostname()
    return int(pid)


def _group(lease: Lease) -> int | None:
    """The process at the head of whoever does this work; None when it is dead."""
    try:
        return os.getpgid(_pid(lease))
    except ProcessLookupError:
        return None


def _holder(lease: Lease, processes: Processes) -> str | None:
    """The process that does this work, or None when it has ended since."""
    group = _group(lease)
    return next((name for name, one in processes.items() if one.pid == group), None)
