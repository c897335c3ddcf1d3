"""`maillage check`: does all that should work, work? For a person, and for a monitor."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from cli.french import FrenchCommand
from cli.house import Failure, Tables, database_file, tables
from core.settings import Settings, from_environment, secret_key_file

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GOOD, LOOK, DOWN = "bon", "à voir", "en panne"
SIGNS = {GOOD: "✔", LOOK: "!", DOWN: "✘"}
LEAST_FREE = 500 * 1024**2
MOST_IN_WHOOSH = 10_000
LIVE_SECONDS = 3
STATES = {
    "absent": "pas encore construit",
    "old": "d’une version plus ancienne",
    "damaged": "abîmé",
    "good": "",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    name: str
    state: str
    detail: str


def attempt(name: str, work: Callable[[], str]) -> Finding:
    """Whatever goes wrong is the finding itself."""
    try:
        return Finding(name, GOOD, work())
    except Exception as error:
        return Finding(name, DOWN, f"{type(error).__name__}: {error}".splitlines()[0][:160])


def disk(settings: Settings) -> Finding:
    """Room is left where the data are."""
    folder = settings.var
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    megabytes = f"{free // 1024**2:,}".replace(",", " ")
    return Finding("Disque", GOOD if free >= LEAST_FREE else DOWN, f"{megabytes} Mo libres")


def secret_key() -> Finding:
    """Only its owner reads the key."""
    file = secret_key_file()
    if not file.exists():
        return Finding("Clé secrète", GOOD, "donnée par SECRET_KEY")
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding("Clé secrète", DOWN, f"lisible par d’autres : chmod 600 {file}")
    return Finding("Clé secrète", GOOD, f"lisible par son seul propriétaire ({file})")


def database(settings: Settings) -> tuple[Finding, Finding | None]:
    """The database answers; its tables are those of this program."""
    place = str(database_file(settings) or "PostgreSQL")
    try:
        state = tables(settings)
    except Failure as error:
        return Finding("Base de données", DOWN, str(error).splitlines()[0]), None
    if state is Tables.ABSENT:
        return Finding("Base de données", DOWN, f"absente ({place}) : maillage init"), None
    good = state is Tables.READY
    detail = state.value if good else f"{state.value} : maillage init"
    return (
        Finding("Base de données", GOOD, place),
        Finding("Tables", GOOD if good else DOWN, detail),
    )


def territories(session: Session) -> Finding:
    """The official tables are loaded."""
    from access import geography

    loaded = geography.is_loaded(session)
    return Finding(
        "Territoires", GOOD if loaded else DOWN, "chargés" if loaded else "absents : maillage init"
    )


def worker(session: Session) -> Finding:
    """Somebody does the work that is put off."""
    from core import clock
    from core.jobs import SILENT, last_beat

    last = last_beat(session)
    if last is None:
        return Finding("Tâches de fond", DOWN, "personne n’y travaille : maillage serve ou worker")
    silent = clock.now() - last
    detail = f"dernier signe il y a {int(silent.total_seconds())} s"
    return Finding("Tâches de fond", GOOD if silent < SILENT else DOWN, detail)


def waiting(session: Session) -> Finding:
    """Nothing that is due waits for long."""
    from core import clock
    from core.jobs import LATE, oldest_due

    oldest = oldest_due(session)
    if oldest is None:
        return Finding("File d’attente", GOOD, "rien n’attend")
    age = clock.now() - oldest
    minutes = int(age.total_seconds() // 60)
    return Finding(
        "File d’attente", GOOD if age < LATE else DOWN, f"la plus ancienne attend {minutes} min"
    )


def failed(session: Session) -> Finding:
    """What was given up after many attempts deserves a look."""
    from sqlalchemy import func, select

    from core.jobs import Job
    from core.outbox import Mail

    jobs = session.scalar(select(func.count(Job.id)).where(Job.failed_at.is_not(None))) or 0
    mails = session.scalar(select(func.count(Mail.id)).where(Mail.failed_at.is_not(None))) or 0
    detail = f"{jobs} tâches abandonnées, {mails} courriels refusés"
    return Finding("Échecs", LOOK if jobs or mails else GOOD, detail)


def search_index(settings: Settings, session: Session) -> Finding:
    """The index can be asked, and its engine is the right one for its size."""
    from search.engines import NotReady, State, engine

    state = State.ABSENT
    try:
        chosen = engine(settings)
        state = chosen.state(session)
        entries = chosen.count(session)
    except NotReady:
        detail = f"{STATES[state]} : la tâche de fond le reconstruit, ou maillage reindex"
        return Finding("Recherche", DOWN if state is State.DAMAGED else LOOK, detail)
    held = f"{chosen.name}, {entries} contenus"
    if state is not State.GOOD:
        return Finding("Recherche", LOOK, f"{held} ; {STATES[state]} : maillage reindex")
    if chosen.name == "whoosh" and entries > MOST_IN_WHOOSH:
        return Finding("Recherche", LOOK, f"{held} : SEARCH_URL=tantivy:var/index serait plus vif")
    return Finding("Recherche", GOOD, held)


def inside(settings: Settings) -> Iterator[Finding]:
    """What only a database that is ready can tell. No application: it may be what is down."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import NullPool

    with Session(create_engine(settings.database, poolclass=NullPool)) as session:
        yield territories(session)
        yield worker(session)
        yield waiting(session)
        yield failed(session)
        yield search_index(settings, session)


LIVE_ANSWERS = {
    401: (GOOD, "les pages se mettent à jour toutes seules"),
    400: (LOOK, "le serveur mandataire n’ouvre pas les WebSockets : voir docs/exploitation.md"),
    403: (LOOK, "l’adresse publique n’est pas celle de BASE_URL : les pages seraient refusées"),
    404: (LOOK, "pas de direct : LIVE_SOCKETS=0, ou plusieurs processus sans REDIS_URL"),
}
"""What the door of the sockets answers to a stranger, and what it says of what stands before."""


def live(settings: Settings) -> Finding:
    """A socket would open where the members come from. The site alone can tell, while it serves."""
    import urllib.error
    import urllib.request

    if settings.live_sockets == 0:
        return Finding("Direct", GOOD, "éteint (LIVE_SOCKETS=0)")
    address = f"{settings.base_url}/socket.io/?EIO=4&transport=websocket"
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": settings.base_url}
    try:
        with urllib.request.urlopen(  # noqa: S310 - the site's own address
            urllib.request.Request(address, headers=headers),  # noqa: S310
            timeout=LIVE_SECONDS,
        ) as answer:
            status = int(answer.status)
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    except OSError:
        return Finding("Direct", GOOD, "non vérifié : le site n’est pas servi à BASE_URL")
    state, detail = LIVE_ANSWERS.get(status, (LOOK, f"réponse inattendue ({status})"))
    return Finding("Direct", state, detail)


NO_TURN = (
    "pas de TURN (TURN_URL) : les personnes que le réseau de leur entreprise enferme ne seront "
    "ni vues ni entendues en visio ; voir docs/exploitation.md"
)


def video(settings: Settings) -> Finding:
    """Pictures and sounds reach those whose network lets nothing through by itself."""
    way = "Janus" if settings.rooms_url.startswith("janus") else "de navigateur à navigateur"
    if not settings.turn_urls:
        return Finding("Visio", LOOK, f"{way} ; {NO_TURN}")
    return Finding("Visio", GOOD, f"{way}, avec TURN")


def redis(settings: Settings) -> Iterator[Finding]:
    """What processes tell each other passes."""
    if settings.redis_url is None:
        return

    def answered() -> str:
        from redis import Redis

        Redis.from_url(settings.redis_url or "", socket_timeout=LIVE_SECONDS).ping()
        return "répond"

    yield attempt("Redis", answered)


def outside(settings: Settings) -> Iterator[Finding]:
    """Storage and mail, which need no database."""
    from core.mail_ways import place, transport
    from core.storage import storage

    def stored() -> str:
        storage(settings).check()
        return settings.storage_url

    def mailed() -> str:
        transport(settings).check()
        return place(settings)

    def read() -> str:
        from inbound.mailbox import opened

        with opened(settings.imap_url or ""):
            return (settings.imap_url or "").rpartition("@")[2]

    yield attempt("Fichiers", stored)
    yield attempt("Courriels", mailed)
    if settings.imap_url:
        yield attempt("Courriels reçus", read)
    yield from redis(settings)
    yield live(settings)
    yield video(settings)


def findings(settings: Settings) -> list[Finding]:
    """Everything, in the order in which one would mend it."""
    answers, up_to_date = database(settings)
    found = [secret_key(), disk(settings), answers]
    if up_to_date is not None:
        found.append(up_to_date)
        if up_to_date.state == GOOD:
            found += inside(settings)
    return [*found, *outside(settings)]


@click.command(cls=FrenchCommand)
@click.option("--json", "as_json", is_flag=True, help="Pour un outil de surveillance.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Vérifie que tout fonctionne.

    Le code de sortie est 0 quand tout va, 1 quand quelque chose est en panne. « À voir » n’est pas
    une panne : par exemple un courriel refusé par la machine de son destinataire.
    """
    found = findings(from_environment())
    well = all(finding.state != DOWN for finding in found)
    if as_json:
        checks = [asdict(finding) for finding in found]
        click.echo(json.dumps({"ok": well, "checks": checks}, ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"  {SIGNS[finding.state]} {finding.name:<16} {finding.detail}")
        click.echo("Tout fonctionne." if well else "Quelque chose est en panne.")
    ctx.exit(0 if well else 1)
