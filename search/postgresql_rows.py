"""What an entry is in PostgreSQL: its rows, put in and taken out, and the counts that follow them.

All of it in the transaction of the caller, who is alone to write.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    Integer,
    String,
    and_,
    cast,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from core.indexing import Key
from search import analysis
from search.engines import Analysed, year_of
from search.models import (
    IndexEntry,
    IndexPosting,
    IndexShelf,
    IndexTerm,
    IndexText,
    IndexTitleWord,
)
from search.plan import K1, B

AT_ONCE = 100
"""Entries taken out in one go: their terms are read again."""
Shelf = tuple[str, str, int]
"""Kind, theme, year."""
POSTING = ("term_id", "entry_id", "worth", "audience_id", "author_id", "shelf_id")
Posting = tuple[int, int, float, int, int, int]


def ids_of(session: Session, keys: Collection[Key]) -> list[int]:
    """The entries of these keys that are there."""
    if not keys:
        return []
    pair = tuple_(IndexEntry.kind, IndexEntry.item_id)
    return list(session.scalars(select(IndexEntry.id).where(pair.in_(keys))))


def put(session: Session, entries: Sequence[Analysed], generation: int) -> None:
    """Add entries that are not there."""
    if not entries:
        return
    counts = [_counted(one) for one in entries]
    lengths = [len(one.all_terms) for one in entries]
    usual = session.scalar(select(func.avg(IndexEntry.length)))
    usual_length = float(usual or sum(lengths) / len(lengths)) or 1.0
    ids = _put_entries(session, entries, lengths, generation)
    shelf_ids = _shelf_ids(session, {_shelf(one) for one in entries})
    term_ids = _term_ids(session, set().union(*counts))
    postings = [
        (
            term_ids[term],
            entry_id,
            times * (K1 + 1) / (times + K1 * (1 - B + B * length / usual_length)),
            one.audience_id,
            one.author_id,
            shelf_ids[_shelf(one)],
        )
        for one, entry_id, count, length in zip(entries, ids, counts, lengths, strict=True)
        for term, times in count.items()
    ]
    _put_postings(session, postings)
    _count(
        session,
        Counter(term_ids[term] for count in counts for term in count),
        Counter(term_ids[term] for one in entries for term in set(one.title_terms)),
        1,
    )


def take(session: Session, entry_ids: Sequence[int]) -> None:
    """Remove entries that are there."""
    for start in range(0, len(entry_ids), AT_ONCE):
        _take(session, entry_ids[start : start + AT_ONCE])


def _counted(entry: Analysed) -> Counter[str]:
    count = Counter(entry.all_terms)
    del count[analysis.BREAK]
    return count


def _shelf(entry: Analysed) -> Shelf:
    return entry.kind, entry.theme, year_of(entry.at)


def _title_key(entry: Analysed) -> str:
    return sha256(entry.title_key.encode()).hexdigest()[:32]


def _put_entries(
    session: Session, entries: Sequence[Analysed], lengths: Sequence[int], generation: int
) -> list[int]:
    made = session.scalars(
        insert(IndexEntry).returning(IndexEntry.id, sort_by_parameter_order=True),
        [
            {
                "kind": one.kind,
                "item_id": one.id,
                "audience_id": one.audience_id,
                "at": one.at,
                "length": length,
                "generation": generation,
                "title_key": _title_key(one),
            }
            for one, length in zip(entries, lengths, strict=True)
        ],
    ).all()
    pairs = list(zip(made, entries, strict=True))
    session.execute(
        insert(IndexText),
        [
            {
                "entry_id": entry_id,
                "title_terms": " ".join(one.title_terms),
                "terms": f" {' '.join(one.all_terms)} ",
            }
            for entry_id, one in pairs
        ],
    )
    words = [
        {"entry_id": entry_id, "word": word}
        for entry_id, one in pairs
        for word in {word[:60] for word in one.title_words}
    ]
    if words:
        session.execute(insert(IndexTitleWord), words)
    return list(made)


def _shelf_ids(session: Session, wanted: Collection[Shelf]) -> dict[Shelf, int]:
    known = select(IndexShelf.kind, IndexShelf.theme, IndexShelf.year, IndexShelf.id)
    found = {(kind, theme, year): one for kind, theme, year, one in session.execute(known)}
    if missing := sorted(set(wanted) - set(found)):
        made = [{"kind": kind, "theme": theme, "year": year} for kind, theme, year in missing]
        new = insert(IndexShelf).returning(IndexShelf.id, sort_by_parameter_order=True)
        found |= zip(missing, session.scalars(new, made), strict=True)
    return found


def _known_terms(session: Session, terms: Collection[str]) -> dict[str, int]:
    found = select(IndexTerm.term, IndexTerm.id).where(
        IndexTerm.term == func.any(cast(sorted(terms), ARRAY(String)))
    )
    return dict(session.execute(found).all())


def _term_ids(session: Session, terms: Collection[str]) -> dict[str, int]:
    found = _known_terms(session, terms)
    if missing := sorted(set(terms) - set(found)):
        made = [{"term": term, "entries": 0, "titles": 0} for term in missing]
        new = insert(IndexTerm).returning(IndexTerm.id, sort_by_parameter_order=True)
        found |= zip(missing, session.scalars(new, made), strict=True)
    return found


def _put_postings(session: Session, postings: Sequence[Posting]) -> None:
    """In the order of the index, which is twice as fast."""
    if not postings:
        return
    columns = zip(POSTING, zip(*sorted(postings), strict=True), strict=True)
    given = _rows(
        {name: (values, REAL if name == "worth" else Integer) for name, values in columns}
    )
    session.execute(insert(IndexPosting).from_select(list(POSTING), select(*given.c)))


def _rows(columns: Mapping[str, tuple[Iterable[float], type]]) -> TableValuedAlias:
    """A table out of arrays: one parameter a column."""
    arrays: list[Any] = [cast(list(values), ARRAY(type_)) for values, type_ in columns.values()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="given")


def _take(session: Session, entry_ids: Sequence[int]) -> None:
    texts = session.execute(
        select(IndexText.entry_id, IndexText.title_terms, IndexText.terms).where(
            IndexText.entry_id.in_(entry_ids)
        )
    ).all()
    held = {entry_id: set(terms.split()) - {analysis.BREAK} for entry_id, _title, terms in texts}
    term_ids = _known_terms(session, set().union(*held.values()))
    pairs = [(term_ids[term], entry_id) for entry_id, terms in held.items() for term in terms]
    _count(
        session,
        Counter(term_id for term_id, _entry_id in pairs),
        Counter(term_ids[term] for _id, title, _terms in texts for term in set(title.split())),
        -1,
    )
    given = _rows(
        {
            "term_id": ([term_id for term_id, _entry_id in pairs], Integer),
            "entry_id": ([entry_id for _term_id, entry_id in pairs], Integer),
        }
    )
    session.execute(
        delete(IndexPosting)
        .where(
            and_(IndexPosting.term_id == given.c.term_id, IndexPosting.entry_id == given.c.entry_id)
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(IndexEntry).where(IndexEntry.id.in_(entry_ids)))


def _count(
    session: Session, entries: Mapping[int, int], titles: Mapping[int, int], sign: int
) -> None:
    """Add to, or take from, the counts of these terms."""
    if not entries:
        return
    ids = sorted(entries)
    given = _rows(
        {
            "id": (ids, Integer),
            "entries": ([sign * entries[one] for one in ids], Integer),
            "titles": ([sign * titles.get(one, 0) for one in ids], Integer),
        }
    )
    session.execute(
        update(IndexTerm)
        .where(IndexTerm.id == given.c.id)
        .values(
            entries=IndexTerm.entries + given.c.entries, titles=IndexTerm.titles + given.c.titles
        )
        .execution_options(synchronize_session=False)
    )
