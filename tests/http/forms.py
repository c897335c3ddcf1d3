"""The forms of the house, as its pages show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from flask.testing import FlaskClient

from tests.http.addresses import Sample


@dataclass
class Form:
    """A form as a page shows it."""

    page: str
    action: str
    fields: dict[str, list[str]]
    kinds: dict[str, str]

    def filled(self, words: str) -> dict[str, list[str]]:
        """The same words in every field that one types in; choices as they stand."""
        typed = {"text", "email", "password", "tel", "search", "textarea", "hidden", "number"}
        return {
            name: [words] if self.kinds[name] in typed and name != "csrf_token" else values
            for name, values in self.fields.items()
        }


class Forms(HTMLParser):
    """The POST forms of a page."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self._form: Form | None = None
        self._textarea, self._select = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._form = Form(self.page, given.get("action") or self.page, {}, {})
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self._keep(name, "select")
        elif tag == "option" and self._select:
            if "selected" in given or not self._form.fields[self._select]:
                self._form.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._textarea = name
            self._keep(name, "textarea", "")
        elif name:
            kind = given.get("type", "text" if tag == "input" else "button")
            if kind not in {"checkbox", "radio"} or "checked" in given:
                self._keep(name, kind, given.get("value", ""))

    def _keep(self, name: str, kind: str, *values: str) -> None:
        if self._form is not None and name:
            self._form.fields.setdefault(name, []).extend(values)
            self._form.kinds[name] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._select = self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea][-1] += data


def forms_of(client: FlaskClient, paths: list[str]) -> list[Form]:
    """The forms of these pages, each action once for the same fields."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for path in paths:
        for form in Forms(path, client.get(path).get_data(as_text=True)).forms:
            if "deconnexion" not in form.action:
                found.setdefault((form.action, tuple(sorted(form.fields))), form)
    return list(found.values())


def every_form(house: Sample) -> Iterator[tuple[FlaskClient, list[Form]]]:
    """Those of an administrator, of a member and of a visitor."""
    pages = list(house.pages().values())
    for member in (house.administrator, house.member, None):
        yield house.world.client(member), forms_of(house.world.client(member), pages)
