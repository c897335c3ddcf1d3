"""The tables of the search: acronyms, what was sought in vain, the words it can propose."""

from datetime import datetime

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, code, label, long_text, pk


class Acronym(Base):
    """A sigle of the trade and what it stands for."""

    __tablename__ = "search_acronym"
    __table_args__ = (CheckConstraint("length(acronym) > 1", name="is_written"),)
    acronym: Mapped[str] = mapped_column(String(20), primary_key=True)
    """In capitals."""
    meaning: Mapped[label]
    wordings: Mapped[long_text] = mapped_column(default="")
    """What else people write for it, one a line."""


class SearchedInVain(Base):
    """A search that found nothing: what the house lacks. Nobody's name is kept."""

    __tablename__ = "search_in_vain"
    __table_args__ = (Index("ix_search_in_vain_latest", "last_at"),)
    words: Mapped[str] = mapped_column(String(100), primary_key=True)
    """In lower case, without accents."""
    times: Mapped[int]
    last_at: Mapped[datetime]


class SearchWord(Base):
    """A word that was once indexed: what a spelling mistake may have meant."""

    __tablename__ = "search_word"
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    """In lower case, without accents."""


# --- the index itself, when the engine is PostgreSQL; empty otherwise ----------------------------


class IndexState(Base):
    """Where the index stands: one row, whose id is 1."""

    __tablename__ = "search_state"
    id: Mapped[pk]
    version: Mapped[label]
    """Empty until a building has come to its end."""
    entries: Mapped[int]
    """How many there are: counting the rows would take longer than a search."""
    generation: Mapped[int]
    """Of the last building; entries of an older one go at its end."""
    building: Mapped[bool]
    reached_kind: Mapped[code]
    reached_id: Mapped[int]


class IndexShelf(Base):
    """What entries are filed under: results are counted by these few, then added up."""

    __tablename__ = "search_shelf"
    __table_args__ = (UniqueConstraint("kind", "theme", "year"),)
    id: Mapped[pk]
    kind: Mapped[code]
    theme: Mapped[code]
    year: Mapped[int]


class IndexEntry(Base):
    """What can be found."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "item_id"),)
    id: Mapped[pk]
    kind: Mapped[code]
    item_id: Mapped[int]
    audience_id: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger)
    """Seconds since 1970, UTC."""
    length: Mapped[int]
    """Terms."""
    generation: Mapped[int]
    title_key: Mapped[str] = mapped_column(String(32), index=True)
    """A digest: the same for all entries with the same title."""


class IndexText(Base):
    """The terms of an entry in their order: phrases are looked for in them."""

    __tablename__ = "search_text"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("search_entry.id", ondelete="CASCADE"), primary_key=True
    )
    title_terms: Mapped[long_text]
    terms: Mapped[long_text]
    """Between two spaces each, the first and the last too."""


class IndexTerm(Base):
    """A term, and in how many entries and titles it stands."""

    __tablename__ = "search_term"
    id: Mapped[pk]
    term: Mapped[str] = mapped_column(String(60), unique=True)
    entries: Mapped[int] = mapped_column(default=0)
    titles: Mapped[int] = mapped_column(default=0)


class IndexPosting(Base):
    """An entry holds a term. It says again what entries are filtered and counted by.

    All of it is in the index, so that a search reads that alone: neither these rows, which lie
    apart from each other, nor the entries.
    """

    __tablename__ = "search_posting"
    __table_args__ = (
        Index(
            "ix_search_posting_covers",
            "term_id",
            "entry_id",
            unique=True,
            postgresql_include=["worth", "audience_id", "author_id", "shelf_id"],
        ),
    )
    __mapper_args__ = {"primary_key": ["term_id", "entry_id"]}
    term_id: Mapped[int]
    entry_id: Mapped[int]
    worth: Mapped[float] = mapped_column(REAL)
    """Its part of BM25, to be multiplied by what the term is worth."""
    audience_id: Mapped[int]
    author_id: Mapped[int]
    shelf_id: Mapped[int]


class IndexTitleWord(Base):
    """A word of a title, for what begins with what is typed."""

    __tablename__ = "search_title_word"
    __table_args__ = (
        Index(
            "ix_search_title_word_begins",
            "word",
            "entry_id",
            postgresql_ops={"word": "varchar_pattern_ops"},
        ),
    )
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("search_entry.id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(String(60), primary_key=True)
