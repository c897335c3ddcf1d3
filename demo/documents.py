"""The library of the demonstration: public-service sheets as Word files, and a few links."""

import gzip
import io
import json
import zipfile
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from accounts.models import Member
from core import text
from core.extraction.kinds import DOCX
from core.jobs import enqueue
from core.storage import Storage
from demo import DATA
from demo.calendar import Month
from demo.people import places
from directory.models import Theme
from files.actions import READ
from files.models import StoredFile
from resources.models import Document, DocumentKind, Favourite, Version

LINKS = (
    (
        "La plateforme de l’inclusion",
        "https://inclusion.gouv.fr/",
        "outil",
        "acces-emploi",
        10,
    ),
    (
        "Code du travail : l’insertion par l’activité économique",
        "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006072050/",
        "texte-reglementaire",
        "droit",
        21,
    ),
)
"""Title, address, kind, theme, days ago."""
SOURCE = "Source : Service-Public.fr, fiche de 2021, Licence Ouverte 2.0."
OFTEN = 0.08
"""How likely a member is to keep a document at hand."""

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/'
    '2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="'
    f'{DOCX}.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/'
    'package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_file(title: str, words: str) -> bytes:
    """A Word document of plain paragraphs, the same bytes each time."""
    paragraphs = [title, *(line.strip() for line in words.splitlines()), SOURCE]
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in paragraphs
        if line
    )
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _rows() -> list[dict[str, Any]]:
    with gzip.open(DATA / "documents.json.gz", "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = json.load(file)
    return rows


def library(
    session: Session,
    storage: Storage,
    month: Month,
    networks: dict[str, int],
    members: dict[str, Member],
    random: Random,
) -> None:
    """What was deposited, as resources/actions.py would have written it."""
    rows = _rows()
    shelves = (
        {kind.slug: kind.id for kind in session.scalars(select(DocumentKind))},
        {theme.slug: theme.id for theme in session.scalars(select(Theme))},
    )
    territories = places(session, rows)
    everyone = audiences.audience(session, [], [])
    owners = list(members.values())
    for row in rows:
        network_ids = [networks[slug] for slug in row["networks"]]
        territory_ids = [territories[code] for code in row["territories"]]
        owner = random.choice(owners[:12])
        document = _document(row, shelves, owner, month)
        document.audience_id = audiences.audience(session, network_ids, territory_ids)
        document.number = 1
        session.add(document)
        session.flush()
        _version(session, storage, document, row)
        _favourites(session, document, owners, random)
    for title, link, kind, theme, days in LINKS:
        said = {"title": title, "kind": kind, "theme": theme, "days": days, "text": ""}
        document = _document(said, shelves, owners[0], month)
        document.audience_id, document.link, document.number = everyone, link, 0
        session.add(document)


def _document(
    row: dict[str, Any],
    shelves: tuple[dict[str, int], dict[str, int]],
    owner: Member,
    month: Month,
) -> Document:
    kinds, themes = shelves
    at = month.ago(row["days"])
    return Document(
        title=row["title"],
        title_key=text.folded(row["title"]),
        kind_id=kinds[row["kind"]],
        theme_id=themes[row["theme"]],
        description=SOURCE if row["text"] else "",
        html=text.clean(SOURCE) if row["text"] else "",
        owner_id=owner.id,
        deposited_at=at,
        renewed_at=at,
        downloads=0,
    )


def _version(session: Session, storage: Storage, document: Document, row: dict[str, Any]) -> None:
    content = word_file(row["title"], row["text"])
    file = StoredFile(
        sha256=storage.put(content),
        size=len(content),
        mime=DOCX,
        kept_at=document.deposited_at,
        text="",
        words=0,
        text_size=0,
        cut=False,
    )
    session.add(file)
    session.flush()
    enqueue(session, READ, {"file_id": file.id}, key=f"{READ}:{file.id}")
    session.add(
        Version(
            document_id=document.id,
            number=1,
            file_id=file.id,
            name=f"{text.slug(row['title'])}.docx",
            note="",
            deposited_by_id=document.owner_id,
            deposited_at=document.deposited_at,
        )
    )


def _favourites(
    session: Session, document: Document, members: list[Member], random: Random
) -> None:
    for member in members:
        if random.random() < OFTEN:
            session.add(
                Favourite(
                    member_id=member.id,
                    document_id=document.id,
                    label="",
                    kept_at=document.deposited_at,
                )
            )
            document.downloads += 1
