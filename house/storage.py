"""What is stored: the database, the files, the index; where, whose, and what is left."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, text
from sqlalchemy.orm import Session

from access.models import MemberNetwork, Network
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock
from core.settings import Settings
from files.models import StoredFile, Upload
from files.policy import Limits, limits
from forum.models import Attachment
from resources.models import Version

MOST_MEMBERS = 10
MONTHS = 12
LEAST_FREE = 500 * 1024**2
"""Bytes of disk under which something must be done."""
NEARLY_FULL = 0.9


@dataclass(frozen=True, slots=True)
class Held:
    """How many files, and how many bytes in all."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """The stored files, each counted once, by what shows them."""

    all: Held
    documents: Held
    attachments: Held
    unused: Held
    """Nothing shows them any more."""
    coming: Held
    """On their way."""


@dataclass(frozen=True, slots=True)
class Places:
    """What lies on this machine, and what is left there; None: it lies elsewhere."""

    database: int
    index: int | None
    local_files: bool
    free: int


def _held(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    number = select(func.count()).select_from(StoredFile).where(*conditions)
    size = select(func.coalesce(func.sum(StoredFile.size), 0)).where(*conditions)
    return number.scalar_subquery(), size.scalar_subquery()


def rooms(session: Session, viewer: Viewer) -> Rooms:
    """The files by what shows them. One query."""
    needs_administrator(viewer)
    shown = exists().where(Version.file_id == StoredFile.id)
    attached = exists().where(Attachment.file_id == StoredFile.id)
    arriving = Upload.file_id.is_(None)
    coming = select(func.count()).select_from(Upload).where(arriving).scalar_subquery()
    bytes_coming = select(func.coalesce(func.sum(Upload.received), 0)).where(arriving)
    row = session.execute(
        select(
            *_held(),
            *_held(shown),
            *_held(attached),
            *_held(and_(~shown, ~attached)),
            coming,
            bytes_coming.scalar_subquery(),
        )
    ).one()
    numbers = [int(one) for one in row]
    pairs = (Held(numbers[at], numbers[at + 1]) for at in range(0, len(numbers), 2))
    return Rooms(*pairs)


def by_member(viewer: Viewer) -> Select[Member, int, int]:
    """Those who sent the most: the member, how many files, how many bytes (what quotas count)."""
    needs_administrator(viewer)
    size = func.sum(Upload.size)
    sums = (
        select(Upload.member_id, func.count().label("files"), size.label("size"))
        .group_by(Upload.member_id)
        .order_by(size.desc(), Upload.member_id)
        .limit(MOST_MEMBERS)
        .subquery()
    )
    return (
        select(Member, sums.c.files, sums.c.size)
        .join(sums, sums.c.member_id == Member.id)
        .order_by(sums.c.size.desc(), Member.id)
    )


def by_network(viewer: Viewer) -> Select[str, int, int]:
    """What the members of each network sent; who belongs to two counts in both."""
    needs_administrator(viewer)
    size = func.coalesce(func.sum(Upload.size), 0)
    return (
        select(Network.name, func.count(Upload.id), size)
        .outerjoin(MemberNetwork, MemberNetwork.network_id == Network.id)
        .outerjoin(Upload, Upload.member_id == MemberNetwork.member_id)
        .group_by(Network.id, Network.name)
        .order_by(size.desc(), Network.name)
    )


def by_month(session: Session, viewer: Viewer) -> Sequence[tuple[str, int, int]]:
    """What was kept in each of the last months, "2026-03", the latest first."""
    needs_administrator(viewer)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    month = (
        func.strftime("%Y-%m", StoredFile.kept_at)
        if on_sqlite
        else func.to_char(func.timezone("UTC", StoredFile.kept_at), "YYYY-MM")
    ).label("month")
    rows = session.execute(
        select(month, func.count(), func.sum(StoredFile.size))
        .where(StoredFile.kept_at >= _months_ago(clock.now()))
        .group_by(month)
        .order_by(month.desc())
    )
    return [(name, int(files), int(size)) for name, files, size in rows]


def _months_ago(present: datetime) -> datetime:
    first = present.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _month in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def places(session: Session, viewer: Viewer, settings: Settings) -> Places:
    """What the database and the index weigh, and what is left on the disk."""
    needs_administrator(viewer)
    return Places(
        database=_database_size(session, settings),
        index=None if settings.search_url == "postgresql:" else _weight(settings.search_folder),
        local_files=urlsplit(settings.storage_url).scheme == "file",
        free=shutil.disk_usage(_standing(settings.var)).free,
    )


def _database_size(session: Session, settings: Settings) -> int:
    if not settings.on_sqlite:
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    file = Path(settings.database.removeprefix("sqlite:///"))
    beside = (file.with_name(file.name + ending) for ending in ("", "-wal"))
    return sum(one.stat().st_size for one in beside if one.exists())


def _weight(folder: Path) -> int:
    """What a folder weighs; what is renewed meanwhile counts for nothing."""
    total = 0
    for path in folder.rglob("*") if folder.exists() else ():
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def _standing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def nearly_full(held: Rooms, found: Places, settings: Settings) -> bool:
    """Whether somebody must act soon."""
    allowed: Limits = limits(settings)
    return found.free < LEAST_FREE or held.all.size > allowed.total * NEARLY_FULL
