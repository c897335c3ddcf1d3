"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words: kept, added or removed."""

    words: str
    change: str = ""
    """"added", "removed" or nothing."""


def changes(old: str, new: str) -> list[Piece]:
    """The words of both texts, in reading order: what was removed, then what was added."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[Piece] = []
    for act, start, end, other_start, other_end in SequenceMatcher(
        None, before, after
    ).get_opcodes():
        if act == "equal":
            pieces.append(Piece("".join(before[start:end])))
            continue
        pieces.extend(_changed(before[start:end], "removed"))
        pieces.extend(_changed(after[other_start:other_end], "added"))
    return pieces


def _changed(tokens: list[str], change: str) -> Iterator[Piece]:
    if tokens:
        yield Piece("".join(tokens), change)
