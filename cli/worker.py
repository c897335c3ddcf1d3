"""`maillage worker`: the work that is put off, in a process of its own."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask import Flask

from cli.french import FrenchCommand
from cli.house import require_folder, require_tables
from core.settings import from_environment

if TYPE_CHECKING:
    from core.worker import Worker

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to_stderr() -> None:
    """What goes wrong is said on the standard error, where systemd keeps it."""
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT, stream=sys.stderr)


def worker_of(application: Flask) -> Worker:
    """A worker that opens its own sessions; each turn has a context of the application."""
    from sqlalchemy.orm import Session

    from core.db import db
    from core.worker import Worker

    @contextmanager
    def open_session() -> Iterator[Session]:
        with application.app_context(), db.session.session_factory() as session:
            yield session

    return Worker(open_session, application.extensions["maillage.plan"])


def work_until_told(worker: Worker) -> None:
    """Work until SIGTERM or Ctrl+C, then end the job in hand. Another Ctrl+C does not wait."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    thread = worker.start()
    while thread.is_alive() and not told.wait(1):
        pass
    click.echo("Fin du travail en cours…")
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    worker.stop()
    thread.join()


@click.command(cls=FrenchCommand)
def worker() -> None:
    """Fait les tâches de fond dans un processus à part.

    Courriels, notifications, index : utile quand le site est servi avec EMBEDDED_WORKER=no.
    Plusieurs peuvent travailler ensemble. L’arrêt attend la fin de la tâche en cours ; une tâche
    interrompue de force est reprise.
    """
    from app import create_app

    settings = from_environment()
    require_tables(settings)
    require_folder(settings)
    log_to_stderr()
    application = create_app(settings)
    click.echo("Les tâches de fond sont assurées. Ctrl+C pour arrêter.")
    work_until_told(worker_of(application))
