"""`maillage serve`: gunicorn with threads, and a worker for what is put off in each process."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import click
from flask import Flask

from cli.demo import show_accounts
from cli.french import FrenchCommand
from cli.house import Failure, require_folder, require_tables
from cli.worker import log_to_stderr, worker_of
from core.settings import Settings, from_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker as Process

    from core.worker import Worker

SOCKETS = ("/socket.io/", "/visio/prises/")
THREADS = 8
"""With the worker's, fewer than the 15 connections of the pool."""
SOCKETS_GO_SECONDS = 0.5
"""How often a process looks whether it must stop: open pages would hold it."""
LAST_WORDS_SECONDS = 15
"""How long a request or a job in hand may take to end when the server stops."""


def take_port(host: str, port: int) -> socket.socket:
    """The socket to listen on; found out before anything else is loaded. Raises Failure."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise Failure(f"Adresse d’écoute inconnue : {host}.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise Failure(_why_not(error, host, port)) from error
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Le port {port} est déjà pris, peut-être par un autre Maillage. Arrêtez l’autre "
            f"programme, ou choisissez un autre port : « PORT={port + 1} make run » ou "
            f"« maillage serve --port {port + 1} »."
        )
    if error.errno == errno.EACCES:
        return f"Le port {port} est réservé au système. Choisissez-en un au-dessus de 1023."
    return f"Impossible d’écouter sur {host}, port {port} : {error.strerror}."


def welcome(settings: Settings, host: str, port: int, processes: int) -> None:
    """Say where the site is, and what one should know of this way of serving it."""
    from blueprints._shell import DEMO_FILE

    local = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(f"Maillage est ouvert : {settings.base_url}")
    if settings.base_url != local:
        click.echo(f"  écoute sur {local}")
    if settings.mail_url.startswith("file:"):
        folder = settings.under_root(settings.mail_url.removeprefix("file:"))
        click.echo(f"  courriels écrits dans {folder} (réglage MAIL_URL)")
    if processes > 1 and settings.redis_url is None:
        click.echo(
            "  sans REDIS_URL, les limites de fréquence se comptent par processus : "
            f"elles valent ici {processes} fois plus, et les pages ne se mettent pas à jour "
            "toutes seules"
        )
    if not settings.embedded_worker:
        click.echo("  tâches de fond à part : lancez aussi « maillage worker »")
    if (settings.var / DEMO_FILE).exists():
        show_accounts()
    click.echo("Ctrl+C pour arrêter.")


def options(
    settings: Settings, listener: socket.socket, host: str, processes: int, threads: int
) -> dict[str, Any]:
    """What gunicorn is told."""
    port = listener.getsockname()[1]
    workers: dict[int, tuple[Worker, threading.Thread]] = {}

    def ready(process: Process) -> None:
        application = cast(Flask, process.app.wsgi())
        if application.extensions["maillage.live"]:
            _close_sockets_at_the_end(process, application)
        if settings.embedded_worker:
            worker = worker_of(application)
            workers[os.getpid()] = (worker, worker.start())
        if process.age == 1:  # the first of them: the others follow within the second
            welcome(settings, host, port, processes)

    def leaving(_server: Arbiter, _process: Process) -> None:
        if os.getpid() in workers:
            worker, thread = workers[os.getpid()]
            worker.stop()
            thread.join(LAST_WORDS_SECONDS)

    def over(_server: Arbiter) -> None:
        click.echo("Maillage est fermé.")

    return {
        "bind": f"fd://{listener.detach()}",
        "workers": processes,
        "threads": threads + settings.live_sockets,  # a socket holds one
        "worker_class": "gthread",
        "post_worker_init": ready,
        "worker_exit": leaving,
        "on_exit": over,
        "graceful_timeout": LAST_WORDS_SECONDS,
        "keepalive": 5,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        # Proxies are believed as TRUSTED_PROXIES says, in app.py, and nowhere else.
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
    }


def _close_sockets_at_the_end(process: Process, application: Flask) -> None:
    """Have the sockets of a process go as soon as it is told to stop: it waits for requests."""

    def wait() -> None:
        while process.alive:
            time.sleep(SOCKETS_GO_SECONDS)
        application.extensions["maillage.live"].close()

    threading.Thread(target=wait, name="maillage-last-words", daemon=True).start()


class Turnstile:
    """So many requests at a time, however many threads wait on sockets."""

    def __init__(self, inside: WSGIApplication, threads: int) -> None:
        self.inside, self.places = inside, threading.BoundedSemaphore(threads)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Wait for a place, except for sockets: the application counts those."""
        if environ.get("PATH_INFO", "").startswith(SOCKETS):
            return self.inside(environ, start_response)
        with self.places:
            return self.inside(environ, start_response)


def run(settings: Settings, told: dict[str, Any], threads: int) -> None:
    """Serve until a signal."""
    # Read once, here; made in each process that serves: no connection crosses a fork.
    from gunicorn.app.base import BaseApplication

    from app import create_app

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in told.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            application = create_app(settings)
            application.wsgi_app = Turnstile(  # type: ignore[method-assign]
                application.wsgi_app, threads
            )
            return application

    Server().run()


@click.command(cls=FrenchCommand)
@click.option(
    "--host", default="127.0.0.1", metavar="ADRESSE", help="Adresse d’écoute (127.0.0.1)."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    envvar="PORT",
    default=5000,
    help="Port (celui de PORT, sinon 5000 ; 0 : un port libre).",
)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=1, metavar="NOMBRE", help="Processus (1)."
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=THREADS,
    metavar="NOMBRE",
    help=f"Requêtes servies à la fois par chaque processus ({THREADS}).",
)
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """Ouvre le site.

    Les tâches de fond (courriels, notifications) se font dans le même programme, sauf avec
    EMBEDDED_WORKER=no. Les erreurs vont sur la sortie d’erreur ; les visites ne sont pas notées.
    """
    settings = from_environment()
    require_tables(settings)
    require_folder(settings)
    listener = take_port(host, port)
    # The address in mails follows the port, unless BASE_URL says another.
    settings = from_environment({**os.environ, "PORT": str(listener.getsockname()[1])})
    if processes > 1 and settings.redis_url is None:
        settings = replace(settings, live_sockets=0)  # nothing would tell the other processes
    log_to_stderr()
    run(settings, options(settings, listener, host, processes, threads), threads)
