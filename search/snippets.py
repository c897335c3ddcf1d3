"""The passage of an entry where the words sought meet, in plain text, with these words marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.indexing import PAGE, Entry
from search import analysis
from search.query import Query
from search.query import Sequence as Terms

LENGTH = 200
"""Characters, about."""
MOST_READ = 200_000
"""Characters of a body looked at: a hundred pages."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some words, marked or not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage, and the page that it stands on (1 is the first)."""

    parts: tuple[Part, ...]
    page: int | None = None
    """None when it comes from the summary, or when there is but one page."""


@dataclass(frozen=True, slots=True)
class _Passage:
    text: str
    page: int | None
    places: tuple[tuple[str, int, int], ...]
    """The terms sought, with where they stand."""


def marks(query: Query) -> frozenset[str]:
    """The terms that a reader looks for; those of long wordings only count together."""
    return frozenset(t for group in query.groups for one in group.wordings for t in one)


def marked(text: str, query: Query) -> tuple[Part, ...]:
    """A text with the words sought marked."""
    return _parts(text, [(start, end) for _t, start, end in _places(text, query)])


def _places(text: str, query: Query) -> tuple[tuple[str, int, int], ...]:
    found = list(analysis.tokens(text))
    single = {one[0] for group in query.groups for one in group.wordings if len(one) == 1}
    phrases = [one for group in query.groups for one in group.wordings if len(one) > 1]
    kept = {place for place, token in enumerate(found) if token.term in single}
    for phrase in phrases:
        kept |= _together([token.term for token in found], phrase)
    return tuple((found[n].term, found[n].start, found[n].end) for n in sorted(kept))


def _together(terms: Sequence[str], phrase: Terms) -> set[int]:
    size = len(phrase)
    return {
        place + step
        for place in range(len(terms) - size + 1)
        if terms[place] == phrase[0] and tuple(terms[place : place + size]) == phrase
        for step in range(size)
    }


def snippet(entry: Entry, query: Query) -> Snippet:
    """The passage that says most of what is sought; the beginning when only the title does."""
    best = _Passage("", None, ())
    pages = entry.body[:MOST_READ].split(PAGE)
    texts: list[tuple[str, int | None]] = []
    if entry.summary.strip():
        texts.append((entry.summary, None))
    texts += [(text, number if len(pages) > 1 else None) for number, text in enumerate(pages, 1)]
    most = -1
    for text, page in texts:
        places = _places(text, query)
        count = len({term for term, _start, _end in places})
        if count > most and (places or text.strip()):
            best, most = _Passage(text, page, places), count
    return Snippet(_cut(best), best.page)


def _cut(passage: _Passage) -> tuple[Part, ...]:
    start, end = _window(passage)
    text = passage.text
    start = text.rfind(" ", 0, start) + 1 if start else 0
    if end < len(text):
        end = max(text.rfind(" ", start, end + 1), start + 1)
    spans = [(s - start, e - start) for _t, s, e in passage.places if s >= start and e <= end]
    parts = list(_parts(text[start:end], spans))
    if start:
        parts.insert(0, Part("… "))
    if end < len(text):
        parts.append(Part(" …"))
    return tuple(parts)


def _window(passage: _Passage) -> tuple[int, int]:
    """Where the most different words meet within LENGTH characters."""
    places = passage.places
    if not places:
        return 0, min(LENGTH, len(passage.text))
    best, most = 0, -1
    for first, (_term, start, _end) in enumerate(places):
        inside = {term for term, _s, end in places[first : first + 30] if end <= start + LENGTH}
        if len(inside) > most:
            best, most = first, len(inside)
    last = max(e for _t, _s, e in places if e <= places[best][1] + LENGTH or e == places[best][2])
    room = max(0, LENGTH - (last - places[best][1])) // 3
    start = max(0, places[best][1] - room)
    return start, min(len(passage.text), max(start + LENGTH, last))


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    done = 0
    for start, end in spans:
        if start > done:
            parts.append(Part(text[done:start]))
        parts.append(Part(text[start:end], marked=True))
        done = end
    if done < len(text):
        parts.append(Part(text[done:]))
    return tuple(part for part in parts if part.text)
