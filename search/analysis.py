"""The French chain, the same for all engines: what is indexed and what is sought go through it.

words → lower case → elision → stop words → accents folded → stem, twice. Accents go before the
stem because people type with and without; a feminine plural then takes two steps.
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.indexing import PAGE
from core.text import folded

if TYPE_CHECKING:
    from snowballstemmer.french_stemmer import FrenchStemmer

VERSION = 1
"""Raise it when the chain changes: the indexes are then built again."""
LONGEST_TERM = 40
MOST_KNOWN = 200_000
"""Kept in memory, about 30 MB: the words of a language follow each other."""
BREAK = "¶"
"""A term that nobody seeks: phrases do not run over the end of a title or of a page."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_APOSTROPHE = re.compile("['’]")
_FEMININE = re.compile("ees?$")
"""Without accents: what the stemmer would take in two steps."""
_IRREGULAR = {"travaux": "travail", "baux": "bail", "yeux": "oeil"}
_ELIDED = frozenset("c d j l m n s t qu jusqu lorsqu puisqu quoiqu".split())  # noqa: SIM905
_STOP = frozenset(
    """
    a afin ai ainsi alors apres as au auquel aura aurait aussi auront autre autres aux avait avant
    avec avez avoir avons ayant c ca car ce ceci cela celle celles celui ces cet cette ceux chaque
    chez ci combien comme comment d dans de depuis des desquels deux doit doivent donc dont du
    duquel elle elles en encore entre es est et etaient etais etait etant ete etes etre eu eux fait
    faire faut furent fut il ils j je l la laquelle le lequel les lesquelles lesquels leur leurs
    lors lorsque lui m ma mais me meme mes moi mon n ne ni non nos notre nous on ont ou par parce
    pas pendant peut peuvent peux plus pour pourquoi puis puisque qu quand que quel quelle quelles
    quelqu quels qui quoi s sa sans se selon sera serait seront ses si soit son sont sous suis sur
    t ta te tes toi ton tous tout toute toutes tres tu un une vers via votre vos vous y
    """.split()  # noqa: SIM905 - reads better than a tower of words
)


class _Tools(threading.local):
    """A stemmer keeps the word in hand in itself: one a thread."""

    @cached_property
    def french(self) -> "FrenchStemmer":
        """Loaded at the first text."""
        from snowballstemmer.french_stemmer import FrenchStemmer

        return FrenchStemmer()


_tools = _Tools()
_known: dict[str, tuple[str, bool, str]] = {}
"""A word as it is written: its term, whether it is a stop word, and the word without accents."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: its term, and where it stands there."""

    term: str
    start: int
    end: int


def _learn(word: str) -> tuple[str, bool, str]:
    plain = folded(word)
    french = _tools.french
    single = _FEMININE.sub("e", _IRREGULAR.get(plain, plain)[:LONGEST_TERM])
    term = french.stemWords([single])[0]
    known = term, plain in _STOP, plain
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[word] = known
    return known


def stem(word: str) -> str:
    """The term of one word: "lycées", "lycee" and "LYCÉE" give "lyc"."""
    return (_known.get(word) or _learn(word))[0]


def is_stop(word: str) -> bool:
    """Whether a word says nothing of what is sought."""
    return (_known.get(word) or _learn(word))[1]


def _parts(match: re.Match[str]) -> tuple[str, int, int]:
    """A word without its elided article: "l’emploi" gives "emploi", "prud’homme" stays whole."""
    word, start = match.group(), match.start()
    if "'" not in word and "’" not in word:
        return word, start, match.end()
    pieces = _APOSTROPHE.split(word)
    while len(pieces) > 1 and pieces[0].lower() in _ELIDED:
        start += len(pieces[0]) + 1
        pieces = pieces[1:]
    return "".join(pieces), start, match.end()


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as they are written, elisions apart, with where they stand."""
    return map(_parts, _WORD.finditer(text))


def _shouted(text: str) -> bool:
    """Whether a text is mostly in capitals: these then mark no sigle."""
    capitals = sum(map(str.isupper, text))
    return capitals * 2 > sum(map(str.isalpha, text))


def tokens(text: str, *, keep_stops: bool = False) -> Iterator[Token]:
    """The terms of a text in order.

    "AI" (association intermédiaire) in a sentence is kept where "ai" is a stop word.
    """
    shouted = _shouted(text)
    for word, start, end in words(text):
        term, stop, _plain = _known.get(word) or _learn(word)
        if stop and not keep_stops and (shouted or len(word) < 2 or not word.isupper()):
            continue
        yield Token(term, start, end)


def terms(text: str) -> list[str]:
    """The terms of one passage in order."""
    return [token.term for token in tokens(text)]


def paged_terms(body: str) -> list[str]:
    """The terms of a body, with a BREAK between its pages."""
    found: list[str] = []
    for page in body.split(PAGE):
        if found:
            found.append(BREAK)
        found += terms(page)
    return found


def surfaces(text: str) -> list[str]:
    """The words of a text in lower case without accents, for what begins with what is typed."""
    return [(_known.get(word) or _learn(word))[2] for word, _start, _end in words(text)]


def once(items: list[str]) -> list[str]:
    """Each item once, in order."""
    return list(dict.fromkeys(items))
