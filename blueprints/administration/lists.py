"""The lists that contents are filed under: add, name, order, retire."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField

from agenda.models import EventKind
from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import Form, at_most, line, show_refusal, words
from blueprints.administration import bp
from core.db import db
from core.refusals import Refused
from directory import lists, subjects
from directory.models import Activity, Listed, OrganisationKind, Skill, Theme
from news.kinds import Needs, needs_of, set_needs
from news.models import ArticleKind
from resources.models import DocumentKind

NAME_REFUSED = {
    "name-empty": "name",
    "name-taken": "name",
    "wordings-too-many": "wordings",
    "wording-too-long": "wordings",
}
NAMES = (
    'any(themes, "types-de-document", "types-de-date", "types-de-structure", "types-d-actualite", '
    "activites, competences)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list is called on its pages."""

    kind: type[Listed]
    title: Any
    lede: Any
    add: Any
    unused: Any


LISTS = {
    "themes": Shown(
        Theme,
        _l("Themes"),
        _l("In the order in which members choose them. A retired theme keeps its topics."),
        _l("Add a theme"),
        _l("Nothing yet"),
    ),
    "types-de-document": Shown(
        DocumentKind,
        _l("Kinds of documents"),
        _l("In the order in which members choose them. A retired kind keeps its documents."),
        _l("Add a kind"),
        _l("Nothing yet"),
    ),
    "types-de-date": Shown(
        EventKind,
        _l("Kinds of dates"),
        _l("In the order in which members choose them. A retired kind keeps its dates."),
        _l("Add a kind"),
        _l("Nothing yet"),
    ),
    "types-de-structure": Shown(
        OrganisationKind,
        _l("Kinds of organisations"),
        _l("As the field calls them. A retired kind keeps its organisations."),
        _l("Add a kind"),
        _l("Nothing yet"),
    ),
    "types-d-actualite": Shown(
        ArticleKind,
        _l("Kinds of news"),
        _l("What members announce, and what each kind asks. A retired kind keeps its articles."),
        _l("Add a kind"),
        _l("Nothing yet"),
    ),
    "activites": Shown(
        Activity,
        _l("Activities"),
        _l("What organisations have people do. A retired activity keeps its organisations."),
        _l("Add an activity"),
        _l("Nothing yet"),
    ),
    "competences": Shown(
        Skill,
        _l("Skills"),
        _l("What members can say that they help with. A retired skill stays on their pages."),
        _l("Add a skill"),
        _l("Nothing yet"),
    ),
}


class EntryForm(Form):
    """An entry's name."""

    name = line(_l("Name"), needed=True)


class SkillForm(EntryForm):
    """A skill's name, and what people write when they speak of it."""

    wordings = TextAreaField(
        _l("Words that tell it"),
        [at_most(5000)],
        description=_l(
            "One wording a line. Topics and documents that hold one speak of this skill: it is "
            "proposed to those who helped there. Without any, the name itself is looked for."
        ),
    )


class ArticleKindForm(EntryForm):
    """A kind of news, and what it asks."""

    dated = BooleanField(_l("It takes place: ask for a day and a place"))
    hires = BooleanField(_l("It offers a job: ask for a contract"))
    closes = BooleanField(_l("One answers it in time: ask for a deadline"))

    @property
    def needs(self) -> Needs:
        """What is ticked."""
        return Needs(bool(self.dated.data), bool(self.hires.data), bool(self.closes.data))


def _entry(name: str, entry_id: int) -> Listed:
    return found(lists.entry(viewer(), LISTS[name].kind, entry_id))


@bp.route(f"/<{NAMES}:name>", methods=["GET", "POST"])
def entries(name: str) -> Response | str | tuple[str, int]:
    """The entries in order, and a new one."""
    shown, form = LISTS[name], EntryForm()
    if form.validate_on_submit():
        try:
            lists.add(db.session(), viewer(), shown.kind, by=me(), name=words(form.name))
        except Refused as refused:
            show_refusal(form, refused, NAME_REFUSED)
        else:
            db.session.commit()
            flash(_("Added at the end of the list."), "success")
            return redirect(url_for(".entries", name=name))
    page = render_template(
        "administration/entries.html",
        form=form,
        name=name,
        shown=shown,
        entries=db.session.execute(lists.every(viewer(), shown.kind)).all(),
    )
    return page if request.method in SAFE else (page, 422)


@bp.route(f"/<{NAMES}:name>/<int:entry_id>", methods=["GET", "POST"])
def entry(name: str, entry_id: int) -> Response | str | tuple[str, int]:
    """Name an entry otherwise."""
    one = _entry(name, entry_id)
    form = _form(one)
    if form.validate_on_submit():
        try:
            if words(form.name) != one.name:
                lists.rename(db.session(), viewer(), one, by=me(), name=words(form.name))
            if isinstance(one, Skill) and isinstance(form, SkillForm):
                said = words(form.wordings)
                subjects.set_words(db.session(), viewer(), one, by=me(), words=said)
            if isinstance(one, ArticleKind) and isinstance(form, ArticleKindForm):
                set_needs(db.session(), viewer(), one, by=me(), needs=form.needs)
        except Refused as refused:
            show_refusal(form, refused, NAME_REFUSED)
        else:
            db.session.commit()
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".entries", name=name))
    page = render_template(
        "administration/entry.html", form=form, name=name, shown=LISTS[name], entry=one
    )
    return page if request.method in SAFE else (page, 422)


def _form(one: Listed) -> EntryForm:
    if isinstance(one, Skill):
        return SkillForm(name=one.name, wordings=one.words)
    if isinstance(one, ArticleKind):
        return ArticleKindForm(name=one.name, **asdict(needs_of(one)))
    return EntryForm(name=one.name)


@bp.post(f"/<{NAMES}:name>/<int:entry_id>/<any(monter,descendre):way>")
def move_entry(name: str, entry_id: int, way: str) -> Response:
    """One place up or down."""
    one = _entry(name, entry_id)
    lists.move(db.session(), viewer(), one, by=me(), step=-1 if way == "monter" else 1)
    return _done(name, one)


@bp.post(f"/<{NAMES}:name>/<int:entry_id>/<any(retirer,rouvrir):way>")
def retire_entry(name: str, entry_id: int, way: str) -> Response:
    """No longer offered to new contents, or offered again."""
    one, retired = _entry(name, entry_id), way == "retirer"
    lists.retire(db.session(), viewer(), one, by=me(), retired=retired)
    sentence = (
        _("“%(name)s” is retired: what is filed there stays, nothing new is.", name=one.name)
        if retired
        else _("“%(name)s” is open again.", name=one.name)
    )
    return _done(name, one, sentence)


@bp.post(f"/<{NAMES}:name>/<int:entry_id>/supprimer")
def remove_entry(name: str, entry_id: int) -> Response:
    """Remove an entry that was never used."""
    one = _entry(name, entry_id)
    lists.remove(db.session(), viewer(), one, by=me())
    return _done(name, one, _("“%(name)s” is removed.", name=one.name))


def _done(name: str, one: Listed, sentence: str | None = None) -> Response:
    db.session.commit()
    if sentence:
        flash(sentence, "success")
    return redirect(url_for(".entries", name=name, _anchor=f"entree-{one.id}"))
