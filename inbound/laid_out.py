"""The HTML of a mail as Markdown: its titles, lists, links and bold words, and nothing else.

The tree is read as it is, without a call for each level: it may be made to be deep.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from inbound.reading import LONGEST_WORDS, Unreadable

MOST_TAGS = 30_000
_PARTED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_BLOCKS = _PARTED | {"div", "tr", "pre", "section", "article", "li", "center", "dd", "dt"}
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MUTE = frozenset(
    {
        *("script", "style", "head", "title", "template", "noscript", "svg", "object"),
        *("iframe", "form", "select", "textarea", "-comment"),
    }
)
_SHOWN = re.compile(r"(?:https?://|mailto:|tel:)[^\s()<>]+", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.IGNORECASE
)
_APART = re.compile(r"^(- [^\n]*)\n\n(?=- )", re.MULTILINE)
"""Two points of a list, each a paragraph."""
_BREAK = "\ue000"
"""Stands for the end of a line until spaces are counted: HTML has lines of its own."""


def markdown(html: str) -> str:
    """What it shows. Raises Unreadable when it is made to be heavy."""
    if html.count("<") > MOST_TAGS:
        raise Unreadable
    tree = LexborHTMLParser(html[: 4 * LONGEST_WORDS].replace(_BREAK, ""))
    root = tree.body or tree.root
    return _tidy("".join(_said(root))) if root is not None else ""


def _said(root: LexborNode) -> list[str]:
    """The words in their order, each element closed after what it holds."""
    said: list[str] = []
    opened: list[int] = []
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, closing = stack.pop()
        tag = node.tag or ""
        if closing:
            _close(said, opened.pop(), node, tag)
        elif tag == "-text":
            said.append(node.text_content or "")
        elif tag in {"br", "hr"}:
            said.append(_BREAK)
        elif tag not in _MUTE and not _HIDDEN.search(node.attributes.get("style") or ""):
            said.append(_before(tag))
            opened.append(len(said))
            stack.append((node, True))
            stack.extend((one, False) for one in reversed(list(_children(node))))
    return said


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _before(tag: str) -> str:
    if tag in _TITLES:
        return f"{_BREAK * 2}## "
    if tag == "li":
        return f"{_BREAK}- "
    return _BREAK * (2 if tag in _PARTED else 1) if tag in _BLOCKS else ""


def _close(said: list[str], start: int, node: LexborNode, tag: str) -> None:
    """End an element: a link and bold words are written as such when they stand in one line."""
    if tag in {"a", "b", "strong"}:
        held = "".join(said[start:])
        words = " ".join(held.split())
        if words and _BREAK not in held:
            marked = _link(node, words) if tag == "a" else _bold(words)
            before, after = (" " if one.isspace() else "" for one in (held[0], held[-1]))
            said[start:] = [f"{before}{marked}{after}"]
    elif tag in _BLOCKS:
        said.append(_BREAK * (2 if tag in _PARTED else 1))
    elif tag in {"td", "th"}:
        said.append(" ")


def _link(node: LexborNode, words: str) -> str:
    """A link as it is written; an address that shows itself is left as it is."""
    href = (node.attributes.get("href") or "").strip()
    bare = href.partition(":")[2].strip("/").lower()
    shown = re.sub(r"^(?:https?|mailto):/*", "", words.lower()).strip("/<>")
    if not _SHOWN.fullmatch(href) or "](" in words or bare == shown:
        return words
    return f"[{words.translate({91: 40, 93: 41})}]({href})"


def _bold(words: str) -> str:
    return words if "*" in words or "](" in words or len(words) < 2 else f"**{words}**"


def _tidy(said: str) -> str:
    lines = (" ".join(line.split()) for line in said.replace("\x00", "").split(_BREAK))
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(_whole(lines)))
    return _APART.sub(r"\1\n", words).strip()[:LONGEST_WORDS]


def _whole(lines: Iterator[str]) -> Iterator[str]:
    """A point of a list stands with its words, whatever was laid out between."""
    held = ""
    for line in lines:
        if line in {"-", "##"}:
            held = f"{line} "
        elif held and line:
            yield held + line.removeprefix("- ").removeprefix("## ")
            held = ""
        elif not held:
            yield line
