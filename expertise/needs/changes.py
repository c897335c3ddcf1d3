"""What a correction changes, said so that one reads it at a glance: as it was, as it is."""

from collections.abc import Mapping

AROUND = 6
"""Words that are shown on each side of what changed in a long text."""
LONG = 24
"""Words above which a text is long."""

Change = tuple[str, str, str]
"""What it is, as it was, as it is."""


def between(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What is not the same, in the order of `before`."""
    return [
        (name, *_near(before[name], after[name])) for name in before if before[name] != after[name]
    ]


def _near(before: str, after: str) -> tuple[str, str]:
    """Two texts around what differs; the words that both begin and end with are left out."""
    old, new = before.split(), after.split()
    if old == new or max(len(old), len(new)) <= LONG:
        return before, after
    shortest = min(len(old), len(new))
    first = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    left = shortest - first
    last = next((n for n in range(left) if old[-1 - n] != new[-1 - n]), left)
    return _cut(old, first, last), _cut(new, first, last)


def _cut(words: list[str], first: int, last: int) -> str:
    begin, end = max(0, first - AROUND), min(len(words), len(words) - last + AROUND)
    kept = " ".join(words[begin:end])
    return ("… " if begin else "") + kept + (" …" if end < len(words) else "")
