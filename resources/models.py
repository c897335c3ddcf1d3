"""The tables of the library."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.withdrawal import Withdrawable
from accounts.models import Member
from core.addresses import LONGEST_LINK
from core.db import Base, label, long_text, pk
from directory.models import Listed, Theme
from files.models import NAME_LENGTH, StoredFile

NOTE_LENGTH = 500
FAVOURITE_LENGTH = 60


class DocumentKind(Listed, Base):
    """What a document is: compte-rendu, texte réglementaire, modèle… (seeds/004)."""

    __tablename__ = "document_kind"
    listed = "document_kind"


class Folder(Base):
    """A shelf of the library, in a wider one or not: two deep at most."""

    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)
    id: Mapped[pk]
    name: Mapped[label]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)


class Document(Withdrawable, Base):
    """A file in its versions, or a link, that a member gives to others."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_latest", "renewed_at", "id", "audience_id", "withdrawn_at"),
        Index("ix_document_titles", "title_key", "id", "audience_id", "withdrawn_at"),
        Index("ix_document_owner", "owner_id", "renewed_at"),
        Index("ix_document_kind", "kind_id", "renewed_at"),
        Index("ix_document_theme", "theme_id", "renewed_at"),
        Index("ix_document_folder", "folder_id", "renewed_at"),
        Index("ix_document_review", "review_on"),
        Index("ix_document_deposited", "deposited_at"),
        UniqueConstraint("owner_id", "submission"),
        CheckConstraint("length(title) > 0", name="is_titled"),
        CheckConstraint("downloads >= 0", name="downloads_are_counted"),
        CheckConstraint("replaced_by_id <> id", name="is_not_replaced_by_itself"),
        CheckConstraint("(link IS NULL) = (number > 0)", name="is_a_file_or_a_link"),
    )
    id: Mapped[pk]
    title: Mapped[label]
    title_key: Mapped[label]
    """The title without accents nor capitals: what it is sorted by."""
    kind_id: Mapped[int] = mapped_column(ForeignKey("document_kind.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"))
    description: Mapped[long_text]
    html: Mapped[long_text]
    """The description, cleaned."""
    link: Mapped[str | None] = mapped_column(String(LONGEST_LINK))
    number: Mapped[int]
    """That of the newest version; 0 for a link."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    deposited_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    """When its newest version came."""
    changed_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    """When its owner looks again whether it is still true."""
    reminded_on: Mapped[date | None]
    """The review date of which the owner was reminded."""
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    downloads: Mapped[int] = mapped_column(default=0)
    submission: Mapped[str | None] = mapped_column(String(36))
    """What it came from: the same form sent twice makes one document."""
    kind: Mapped[DocumentKind] = relationship(lazy="raise_on_sql")
    theme: Mapped[Theme | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])


class Version(Base):
    """One state of a document: its file, and what changed."""

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        Index("ix_document_version_file", "file_id"),
        CheckConstraint("number > 0", name="is_numbered"),
    )
    id: Mapped[pk]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    upload_id: Mapped[str | None] = mapped_column(
        ForeignKey("upload.id", ondelete="SET NULL"), unique=True
    )
    """A file that was sent is deposited once."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH))
    deposited_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    deposited_at: Mapped[datetime]
    document: Mapped[Document] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    deposited_by: Mapped[Member] = relationship(lazy="raise_on_sql")


class Favourite(Base):
    """A member keeps a document at hand, under a label of their own or none."""

    __tablename__ = "favourite"
    __table_args__ = (Index("ix_favourite_document", "document_id"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(FAVOURITE_LENGTH))
    kept_at: Mapped[datetime]


class Download(Base):
    """A member has a version on their own disk: they are told when another comes."""

    __tablename__ = "download"
    __table_args__ = (Index("ix_download_document", "document_id", "number"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    number: Mapped[int]
    """The newest version that they have."""
    at: Mapped[datetime]


class Opening(Base):
    """A member opened somebody else's document on a day: its page, or a file of it."""

    __tablename__ = "document_opening"
    __table_args__ = (
        Index("ix_document_opening_document", "document_id", "member_id", "day"),
        Index("ix_document_opening_day", "day", "document_id", "member_id"),
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    """As it is in Paris."""
