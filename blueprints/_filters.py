"""The line of filters above a list, as components/filters.html draws it: all in the address."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request

Href = Callable[..., str]
"""The page with these filters changed."""
Drawn = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its name in the address, its label, what is chosen, what can be."""

    name: str
    label: str
    chosen: Any
    options: Sequence[tuple[Any, str]]
    """What the address says, None for nothing, and its words."""
    counts: Mapping[Any, int] = field(default_factory=dict)
    """How many each would give, where that is known."""

    def words(self, value: Any, words: str) -> str:
        """An option as it is proposed."""
        return f"{words} ({self.counts[value]})" if value in self.counts else words


def address(names: Collection[str], *, path: str | None = None, **changes: Any) -> str:
    """This page (or another) with these changes, what else these names say kept.

    None says nothing.
    """
    kept = {name: request.args[name] for name in names if name in request.args}
    # A page has dozens of these, all to itself: url_for would take longer than its queries.
    said = {name: value for name, value in (kept | changes).items() if value is not None}
    here = path or request.script_root + request.path
    return f"{here}?{urlencode(said)}" if said else here


def options(choice: Choice, href: Href) -> Drawn:
    """Each option as a link, the chosen one marked."""
    return [
        {
            "label": choice.words(value, words),
            "href": href(**{choice.name: value}),
            "current": value == choice.chosen,
        }
        for value, words in choice.options
    ]


def menus(choices: Sequence[Choice], href: Href) -> Drawn:
    """A menu for each choice that has options."""
    return [
        {"label": choice.label, "options": options(choice, href)}
        for choice in choices
        if choice.options
    ]


def active(choices: Sequence[Choice], href: Href, **more: Any) -> Drawn:
    """What is chosen, each with the page without it."""
    return [
        {"label": words, "href": href(**{choice.name: None}), **more}
        for choice in choices
        for value, words in choice.options
        if value is not None and value == choice.chosen
    ]
