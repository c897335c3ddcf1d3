"""What a word that nobody wrote may have meant: a word of the index that goes on, or is near."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.db import insert_into
from core.text import folded
from search.models import SearchWord

LEAST = 4
"""Letters: shorter words are too near to each other."""
LONGEST = 40
MOST_READ = 20_000
MOST_COMPLETED = 4
BATCH = 500


def learn(session: Session, words: Iterable[str]) -> None:
    """Remember these words (in lower case, without accents). Does not commit."""
    rows = [
        {"word": word}
        for word in sorted(set(words))
        if LEAST <= len(word) <= LONGEST and word.isalpha()
    ]
    for start in range(0, len(rows), BATCH):
        known = insert_into(session, SearchWord).on_conflict_do_nothing()
        session.execute(known, rows[start : start + BATCH])


def forget(session: Session) -> None:
    """Start again, before the index is built anew."""
    session.execute(delete(SearchWord))


def meant(session: Session, typed: str) -> list[str]:
    """Words that go on as this one began, then words near to it. They may be nobody's to see."""
    word = folded(typed)
    if not LEAST <= len(word) <= LONGEST:
        return []
    return list(dict.fromkeys([*_completed(session, word), *_near(session, word)]))


def _completed(session: Session, word: str) -> list[str]:
    """The shortest words that begin so: "logem" was to be "logement"."""
    return list(
        session.scalars(
            select(SearchWord.word)
            .where(SearchWord.word.startswith(word, autoescape=True), SearchWord.word != word)
            .order_by(func.length(SearchWord.word), SearchWord.word)
            .limit(MOST_COMPLETED)
        )
    )


def _near(session: Session, word: str) -> list[str]:
    """Words at most two slips away, the nearest first."""
    most = 1 if len(word) < 6 else 2
    found = []
    for begins in _beginnings(word):
        for other in session.scalars(
            select(SearchWord.word)
            .where(
                SearchWord.word.startswith(begins, autoescape=True),
                func.length(SearchWord.word).between(len(word) - most, len(word) + most),
            )
            .limit(MOST_READ)
        ):
            slips = distance(word, other, most)
            if 0 < slips <= most:
                found.append((slips, other))
    return [other for _slips, other in sorted(set(found))]


def _beginnings(word: str) -> Sequence[str]:
    """The first letter is mostly right; when it is not, the two first changed places."""
    return (word[0], word[1]) if word[1] != word[0] else (word[0],)


def distance(one: str, other: str, most: int) -> int:
    """Letters added, missing, changed, or in the wrong order (Damerau); most + 1 is “too far”."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, other_letter in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, above = above, row
    return above[-1]
