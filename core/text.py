"""Members' words: Markdown in, safe HTML out. The only user of bleach.

Text is cleaned once, when it is saved, never when it is shown.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Literal

import bleach
from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt
from markdown_it.token import Token

if TYPE_CHECKING:
    from snowballstemmer.french_stemmer import FrenchStemmer

TAGS = frozenset(
    """
    a blockquote br code em h3 h4 hr li ol p pre s strong table tbody td th thead tr ul
    """.split()  # noqa: SIM905 - reads better than a tower of words
)
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})
_PROTOCOL = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


_NO_HOST = re.compile(r"(https?:/*|mailto:|tel:)", re.IGNORECASE)


def _is_kept(tag: str, name: str, value: str) -> bool:
    """Whether an attribute stays: where a link leads, what it says, the number a list starts at."""
    if (tag, name) == ("ol", "start"):
        return value.isdecimal()
    if (tag, name) == ("a", "href"):
        # bleach would take "javascript:1" for a host and its port.
        address = "".join(character for character in unescape(value) if character > " ")
        protocol = _PROTOCOL.match(address)
        return protocol is None or protocol.group(1).lower() in PROTOCOLS
    return (tag, name) == ("a", "title")


class _Links(LinkifyIt):
    """An address typed without its beginning is taken for a safe one."""

    def normalize(self, match: Match) -> None:
        """Called by linkify for each address that it meets."""
        if match.schema:
            super().normalize(match)
        else:
            match.url = f"https://{match.url}"


class _Markdown(MarkdownIt):
    """A link that leads nowhere ("https://") is left as it was typed."""

    def __init__(self, preset: str, options: dict[str, bool]) -> None:
        super().__init__(preset, options)
        self.linkify = _Links()

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return super().validateLink(url) and not _NO_HOST.fullmatch(url)


class _Tools(threading.local):
    """One set a thread: each of these keeps the text in hand in itself, and would mix two."""

    @cached_property
    def markdown(self) -> MarkdownIt:
        return (
            _Markdown("commonmark", {"html": True, "linkify": True, "breaks": True})
            .enable(["linkify", "strikethrough"])
            .disable(["image", "code"])  # indented lines are people's lists, not their programs
        )

    @cached_property
    def cleaner(self) -> bleach.sanitizer.Cleaner:
        return bleach.sanitizer.Cleaner(
            tags=TAGS, attributes=_is_kept, protocols=PROTOCOLS, strip=True
        )

    @cached_property
    def french(self) -> "FrenchStemmer":
        """Loaded at the first text: the library reads every language, and most pages need none."""
        from snowballstemmer.french_stemmer import FrenchStemmer

        return FrenchStemmer()


_tools = _Tools()
_MUTE = re.compile(
    r"<(script|style|template|iframe|noscript|title|textarea|xmp|svg|math)\b.*?(</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_OPENING = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
_HTML_TAGS = TAGS | frozenset(
    """
    abbr address article aside b big body button caption center cite col colgroup dd del details
    dfn div dl dt figcaption figure font footer form h1 h2 h5 h6 head header html i iframe img
    input ins kbd label link main mark meta nav object q samp script section select small span
    strike style sub summary sup svg tfoot time u var video
    """.split()  # noqa: SIM905 - reads better than a tower of words
)
_RENAMED = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "del": "s"}
_MENTION = re.compile(r"(?<![\w@./-])@([a-z0-9]+(?:[.-][a-z0-9]+)*)", re.IGNORECASE)
# In HTML that was cleaned, a quoted attribute may still hold ">".
_TAG = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_INLINE = re.compile(rf"(?=</?(?:a|code|em|s|strong)\b){_TAG.pattern}")
_TAG_OR_LINK = re.compile(
    rf"(<a\b.*?</a>|<code>.*?</code>|<pre>.*?</pre>|{_TAG.pattern})", re.DOTALL
)
_CONTROL = dict.fromkeys(
    [
        *(*range(9), 11, 12, *range(14, 32), *range(127, 160)),
        *(*range(0x2028, 0x202F), *range(0x2066, 0x206A)),
    ]
)

Mentioned = Callable[[str], str | None]
"""handle → link of HTML to put there, or None when nobody may be named so."""


def plain(words: str) -> str:
    """Words without control or direction-changing characters, line ends made one kind."""
    return unicodedata.normalize("NFC", words.replace("\r\n", "\n").translate(_CONTROL))


def clean(markdown: str, mentioned: Mentioned | None = None) -> str:
    """Markdown as HTML in which nothing can run. Titles start at the third level.

    HTML that was pasted keeps its lists, links and tables; "<nom>", which is no HTML, is shown as
    it was typed.
    """
    reader = _tools.markdown
    tokens = reader.parse(plain(markdown))
    for token in [*tokens, *(child for parent in tokens for child in parent.children or ())]:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2", "h3"} else "h4"
        elif token.type in {"html_block", "html_inline"}:
            token.content = _OPENING.sub(_tag, _MUTE.sub("", token.content))
    html = _tools.cleaner.clean(reader.renderer.render(tokens, reader.options, {}))
    html = html.replace("<a ", '<a rel="noopener nofollow" ')
    return _with_mentions(html, mentioned) if mentioned else html


def _tag(match: re.Match[str]) -> str:
    slash, name = match.group(1), match.group(2).lower()
    if name not in _HTML_TAGS:
        return "&lt;" + match.group(0)[1:]
    return f"<{slash}{_RENAMED.get(name, name)}"


def _with_mentions(html: str, mentioned: Mentioned) -> str:
    def link(match: re.Match[str]) -> str:
        return mentioned(match.group(1).lower()) or match.group(0)

    parts = _TAG_OR_LINK.split(html)
    return "".join(part if part.startswith("<") else _MENTION.sub(link, part) for part in parts)


def handles(markdown: str) -> set[str]:
    """Who a text seems to call with @."""
    return {match.lower() for match in _MENTION.findall(plain(markdown))}


def called_otherwise(words: str, handle: str, new: str) -> str:
    """A text, Markdown or HTML, in which `@handle` has become `@new`, and no other handle has."""
    return _MENTION.sub(
        lambda match: f"@{new}" if match.group(1).lower() == handle else match.group(0), words
    )


def link(href: str, words: str, css_class: str) -> str:
    """An HTML link of ours, escaped."""
    return f'<a class="{escape(css_class)}" href="{escape(href)}">{escape(words)}</a>'


def excerpt(html: str, length: int = 160) -> str:
    """The first words of cleaned HTML, as plain text, cut at a word."""
    words = " ".join(unescape(_TAG.sub(" ", _INLINE.sub("", html))).split())
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def quoted(markdown: str) -> str:
    """A text as a Markdown quotation, ready to be answered."""
    return "\n".join(f"> {line}".rstrip() for line in markdown.strip().splitlines()) + "\n\n"


def folded(words: str) -> str:
    """Lower case without accents: for looking up, not for showing."""
    words = words.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c))


def slug(words: str) -> str:
    """A name as an address holds it: "Accès à l'emploi" gives "acces-a-l-emploi"."""
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in folded(words))
    return "-".join(kept.split())[:50].strip("-")


_WORD = re.compile(r"\w+")
_STOP = frozenset(
    """
    a ai alors apres as au aucun aussi autre aux avant avec avoir avez avons bien bon bonjour
    car ce ceci cela celle ces cet cette ceux chez ci comme comment d dans de depuis des doit
    donc dont du elle en encore entre es est et etait etant ete etre eu fait faire faut il ils j
    je jour juste l la le les leur leurs lors lui m ma mais me meme merci mes mon n ne ni non
    nos notre nous on ont ou par parce pas peu peut plus pour pourquoi puis qu quand que quel
    quelle quelles quels quelqu qui quoi s sa sans se ses si soit son sont sous suis sur t ta te
    tes ton tous tout toute toutes tres trop tu un une vers via votre vos vous y
    """.split()  # noqa: SIM905 - reads better than a tower of words
)


def terms(words: str) -> set[str]:
    """The French stems worth looking for in a text: "lycées", "lycee" and "LYCÉE" give "lyc".

    Accents go first, since people type with and without; a feminine then takes two steps.
    """
    kept = {word for word in _WORD.findall(folded(words)) if len(word) > 1} - _STOP
    return {_stem(word) for word in kept}


def words_by_stem(words: str) -> dict[str, str]:
    """The stems of `terms`, in their order, each with the word as it was first written."""
    found: dict[str, str] = {}
    for word in _WORD.findall(words):
        plain = folded(word)
        if len(plain) > 1 and plain not in _STOP:
            found.setdefault(_stem(plain), word)
    return found


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Of a word without accents. The words of a language follow each other: kept in memory."""
    stem = _tools.french.stemWords
    return stem(stem([word]))[0][:40]


def stems(words: str) -> list[str]:
    """The stems of `terms` in their order, for words that must follow each other."""
    kept = [w for w in _WORD.findall(folded(words)) if len(w) > 1 and w not in _STOP]
    stem = _tools.french.stemWords
    return list(stem(stem(kept)))


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text that is to be laid out on paper."""

    kind: Literal["title", "words", "item"]
    words: str
    """ "**" stands around what is strong; nothing else is marked."""
    mark: str = ""
    """Before an item: its number, or a dot."""
    depth: int = 0
    """Of a title: 1 for the first level; of an item: 1 outside any other list."""


def blocks(markdown: str) -> list[Block]:
    """Markdown as what follows what, for paper."""
    found: list[Block] = []
    lists: list[int | None] = []
    mark, title = "", 0
    for token in _tools.markdown.parse(plain(markdown)):
        if token.type == "heading_open":
            title = int(token.tag[1:])
        elif token.type.endswith("_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.tag == "ol" else None)
        elif token.type.endswith("_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            mark = _mark(lists)
        elif token.type == "inline":
            found.append(_block(_marked(token.children or ()), mark, title, len(lists)))
            mark, title = "", 0
    return found


def _mark(lists: list[int | None]) -> str:
    """What stands before the next item of the list that was opened last."""
    number = lists[-1]
    if number is None:
        return "•"
    lists[-1] = number + 1
    return f"{number}."


def _block(words: str, mark: str, title: int, depth: int) -> Block:
    if title:
        return Block("title", words.replace("**", ""), depth=title)
    return Block("item", words, mark, depth) if depth else Block("words", words)


def _marked(tokens: Iterable[Token]) -> str:
    """The words of a paragraph."""
    words = ""
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            words += "**"
        elif token.type in {"softbreak", "hardbreak"}:
            words += " "
        else:
            words += token.content
    return words
