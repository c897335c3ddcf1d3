"""The environment, read once into a frozen value."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.paces import Rate, parse

ROOT = Path(__file__).resolve().parent.parent


TOKEN = "{token}"  # noqa: S105 - where one will stand
"""What stands for the proof in the addresses that mails come back to."""


class Misconfigured(Exception):
    """A setting is missing or does not make sense; the message says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that changes from one installation to the next."""

    secret_key: str
    var: Path = ROOT / "var"
    database_url: str = "sqlite:///var/maillage.db"
    storage_url: str = "file:var/files"
    mail_url: str = "file:var/mail"
    search_url: str = "whoosh:var/index"
    mail_from: str = "Maillage <maillage@localhost>"
    redis_url: str | None = None
    base_url: str = "http://127.0.0.1:5000"
    development: bool = False
    embedded_worker: bool = True
    limits: bool = True
    live_sockets: int = 100
    """How many pages one process tells of what is new as it comes; 0: none."""
    trusted_proxies: int = 0
    """How many proxies of ours stand in front: their X-Forwarded-* are believed."""
    mail_delay_seconds: int = 120
    """How long answers are gathered before a mail leaves."""
    mail_rates: tuple[Rate, ...] = ()
    """How fast mails leave for some providers."""
    mail_answers: str | None = None
    """Where members answer by mail: reponses+{token}@example.org; none: they do not."""
    mail_circulars: str | None = None
    """Where networks' staff forward their circulars: circulaires+{token}@example.org."""
    mail_bounces: str | None = None
    """Where mails come back: rebonds+{token}@example.org; none: to the sender's address."""
    imap_url: str | None = None
    """The mailbox in which both arrive: imaps://user:password@host/INBOX."""
    file_mb: int = 100
    """The largest file that is taken, in millions of bytes."""
    member_mb: int = 5_000
    """All that one member may send."""
    total_mb: int = 100_000
    """All the files of the house."""

    rooms_url: str = "mesh:"
    """How video goes: mesh:, between browsers; janus+wss://host/path, by a Janus of ours."""
    rooms_secret: str = ""
    """What we share with Janus: its token_auth_secret."""
    turn_urls: tuple[str, ...] = ()
    """The servers that help video through routers."""
    turn_secret: str = ""
    """What we share with them: their static-auth-secret."""

    stripe_secret_key: str = ""
    """The key of the payment service; none: cards are not offered."""
    stripe_webhook_secret: str = ""
    """What it signs its calls with."""

    tiles_url: str | None = None
    """Pictures under the map: https://host/{z}/{x}/{y}.png; none draws outlines of our own."""
    tiles_credit: str = ""
    """Whom the map thanks for them."""
    geocoder_url: str | None = None
    """A service that knows where addresses are: the `search` of the national address API."""

    @property
    def tiles_origin(self) -> str | None:
        """The host of the tiles, as a policy names it."""
        parts = urlsplit(self.tiles_url or "")
        return f"{parts.scheme}://{parts.netloc}" if self.tiles_url else None

    @property
    def rooms_origin(self) -> str | None:
        """The server of video that pages speak to, as a policy names it."""
        parts = urlsplit(self.rooms_url.removeprefix("janus+"))
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

    @property
    def secure(self) -> bool:
        """Whether the public address is https: cookies are then marked Secure."""
        return self.base_url.startswith("https:")

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite:")

    @property
    def database(self) -> str:
        """The database's address; a relative path of SQLite starts at the project's folder."""
        if not self.on_sqlite:
            return self.database_url
        path = self.under_root(self.database_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{path}"

    @property
    def mail_domain(self) -> str:
        """The right-hand side of our Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def search_folder(self) -> Path:
        """Where an embedded index stands: its own place by default follows MAILLAGE_VAR."""
        path = self.search_url.partition(":")[2]
        return self.var / "index" if path in {"", "var/index"} else self.under_root(path)

    def under_root(self, path: str) -> Path:
        """A path of a setting, taken from the project's folder when it is relative."""
        return ROOT / path


def secret_key_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where `maillage init` writes a key when the environment gives none."""
    return ROOT / environ.get("SECRET_KEY_FILE", "var/secret-key")


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    value = environ.get(name, "").strip().lower()
    if value in {"", "1", "yes", "true", "on", "0", "no", "false", "off"}:
        return default if not value else value in {"1", "yes", "true", "on"}
    raise Misconfigured(f"{name}: expected yes or no, found “{value}”.")


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "") or str(default)
    if not value.isdecimal():
        raise Misconfigured(f"{name}: expected a whole number, found “{value}”.")
    return int(value)


def _secret_key(environ: Mapping[str, str]) -> str:
    key = environ.get("SECRET_KEY", "")
    file = secret_key_file(environ)
    if not key and file.exists():
        key = file.read_text().strip()
    if not key:
        raise Misconfigured(
            f"No secret key. Set SECRET_KEY, or run `maillage init` to write one to {file}."
        )
    if len(key) < 32:
        raise Misconfigured("SECRET_KEY is too short: give it 32 characters or more.")
    return key


_TILES = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?/[^\s<>\"';,]*", re.IGNORECASE)


def _tiles_url(environ: Mapping[str, str]) -> str | None:
    """One host, whose name goes into the policy of the page: no {s} in it."""
    url = environ.get("TILES_URL") or None
    if url is None:
        return None
    named = set(re.findall(r"\{(.*?)\}", url))
    if not _TILES.fullmatch(url) or not {"z", "x", "y"} <= named <= {"z", "x", "y", "r"}:
        raise Misconfigured(
            "TILES_URL: expected one host with {z}, {x} and {y} after it, such as "
            "https://tiles.example.org/{z}/{x}/{y}.png."
        )
    return url


def _geocoder_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("GEOCODER_URL") or None
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Misconfigured(
            "GEOCODER_URL: expected the address of a search, such as "
            "https://data.geopf.fr/geocodage/search."
        )
    return url


_COMES_BACK = re.compile(r"[a-z0-9._+=-]*\{token\}[a-z0-9._+=-]*@[a-z0-9.-]+", re.IGNORECASE)


def _comes_back(environ: Mapping[str, str], name: str) -> str | None:
    """An address with a place for its proof. What stands before "@" holds 64 characters at most."""
    address = environ.get(name) or None
    if address is None:
        return None
    if not _COMES_BACK.fullmatch(address) or address.index("@") - len(TOKEN) + 32 > 64:
        raise Misconfigured(f"{name}: expected an address such as mot+{{token}}@example.org.")
    return address


def _ways_back(environ: Mapping[str, str]) -> dict[str, str | None]:
    """The addresses at which mails come in: each its own, since they say what a mail is."""
    names = ("MAIL_ANSWERS", "MAIL_BOUNCES", "MAIL_CIRCULARS")
    found = {name: _comes_back(environ, name) for name in names}
    given = [one.lower() for one in found.values() if one]
    if len(given) > len(set(given)):
        raise Misconfigured(f"{', '.join(names)}: expected three different addresses.")
    return {name.lower(): one for name, one in found.items()}


def _imap_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("IMAP_URL") or None
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise Misconfigured("IMAP_URL: expected imaps://user:password@host/INBOX.")
    return url


def _rooms_url(environ: Mapping[str, str]) -> str:
    """How video goes."""
    url = environ.get("ROOMS_URL") or Settings.rooms_url
    parts = urlsplit(url.removeprefix("janus+"))
    janus = url.startswith(("janus+ws://", "janus+wss://")) and parts.hostname is not None
    if url != Settings.rooms_url and (not janus or parts.query or parts.fragment):
        raise Misconfigured("ROOMS_URL: expected mesh: or janus+wss://host/path.")
    return url


_TURN = re.compile(r"turns?:[a-z0-9.-]+(:[0-9]+)?(\?transport=(udp|tcp))?", re.IGNORECASE)


def _turn_urls(environ: Mapping[str, str]) -> tuple[str, ...]:
    urls = tuple(environ.get("TURN_URL", "").replace(",", " ").split())
    if not all(map(_TURN.fullmatch, urls)):
        raise Misconfigured("TURN_URL: expected such as turn:turn.example.org:3478?transport=udp.")
    return urls


def _shared(environ: Mapping[str, str], name: str, needed: bool) -> str:
    secret = environ.get(name, "")
    if needed and len(secret) < 16:
        raise Misconfigured(f"{name}: give it 16 characters or more, the same on both sides.")
    return secret


def _stripe(environ: Mapping[str, str]) -> tuple[str, str]:
    """Both keys or none: a payment of which we heard nothing would be lost."""
    names = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")
    key, secret = (environ.get(name, "").strip() for name in names)
    if bool(key) is not bool(secret):
        raise Misconfigured(f"{' and '.join(names)}: give both, or none.")
    return key, secret


def _mail_rates(environ: Mapping[str, str]) -> tuple[Rate, ...]:
    try:
        return parse(environ.get("MAIL_RATES", ""))
    except ValueError as error:
        raise Misconfigured(
            f"MAIL_RATES: expected such as “orange.fr=60/min, *=600/min”, found “{error}”."
        ) from error


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this installation.

    Raises Misconfigured when a value is missing or cannot be understood.
    """
    database_url = environ.get("DATABASE_URL", Settings.database_url)
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Misconfigured(
            "DATABASE_URL: expected sqlite:///path or postgresql+psycopg://user@host/name."
        )
    mail_url = environ.get("MAIL_URL", Settings.mail_url)
    if not mail_url.startswith(("file:", "smtp://", "smtps://")):
        raise Misconfigured("MAIL_URL: expected file:folder, smtp://host or smtps://host.")
    storage_url = environ.get("STORAGE_URL", Settings.storage_url)
    if not storage_url.startswith(("file:", "s3://")):
        raise Misconfigured("STORAGE_URL: expected file:folder or s3://bucket.")
    search_url = environ.get("SEARCH_URL") or Settings.search_url
    if not search_url.startswith(("whoosh:", "tantivy:")) and search_url != "postgresql:":
        raise Misconfigured(
            "SEARCH_URL: expected whoosh:folder, tantivy:folder or postgresql: (without a path)."
        )
    if search_url == "postgresql:" and database_url.startswith("sqlite:"):
        raise Misconfigured(
            "SEARCH_URL: postgresql: needs a DATABASE_URL of PostgreSQL; "
            "with SQLite, take whoosh: or tantivy:."
        )
    base_url = environ.get("BASE_URL", f"http://127.0.0.1:{environ.get('PORT', '5000')}")
    if urlsplit(base_url).scheme not in {"http", "https"} or not urlsplit(base_url).hostname:
        raise Misconfigured("BASE_URL: expected the public address, such as https://example.org.")
    rooms_url, turn_urls = _rooms_url(environ), _turn_urls(environ)
    stripe_key, stripe_secret = _stripe(environ)
    return Settings(
        secret_key=_secret_key(environ),
        var=ROOT / environ.get("MAILLAGE_VAR", "var"),
        database_url=database_url,
        storage_url=storage_url,
        mail_url=mail_url,
        search_url=search_url,
        mail_from=environ.get("MAIL_FROM", Settings.mail_from),
        redis_url=environ.get("REDIS_URL") or None,
        base_url=base_url.rstrip("/"),
        development=_flag(environ, "DEVELOPMENT", default=False),
        embedded_worker=_flag(environ, "EMBEDDED_WORKER", default=True),
        limits=_flag(environ, "RATE_LIMITS", default=True),
        live_sockets=_number(environ, "LIVE_SOCKETS", Settings.live_sockets),
        trusted_proxies=_number(environ, "TRUSTED_PROXIES", 0),
        mail_delay_seconds=_number(environ, "MAIL_DELAY_SECONDS", 120),
        mail_rates=_mail_rates(environ),
        **_ways_back(environ),
        imap_url=_imap_url(environ),
        file_mb=_number(environ, "FILE_MB", Settings.file_mb),
        member_mb=_number(environ, "MEMBER_MB", Settings.member_mb),
        total_mb=_number(environ, "TOTAL_MB", Settings.total_mb),
        rooms_url=rooms_url,
        rooms_secret=_shared(environ, "ROOMS_SECRET", rooms_url != Settings.rooms_url),
        turn_urls=turn_urls,
        turn_secret=_shared(environ, "TURN_SECRET", bool(turn_urls)),
        stripe_secret_key=stripe_key,
        stripe_webhook_secret=stripe_secret,
        tiles_url=_tiles_url(environ),
        tiles_credit=environ.get("TILES_CREDIT", ""),
        geocoder_url=_geocoder_url(environ),
    )
