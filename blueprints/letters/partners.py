"""The public letter, for its editors: opening it, writing it, seeing it, sending it."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField

from access import places
from access.models import Network
from blueprints._access import SAFE, found, viewer
from blueprints._access import member as me
from blueprints._forms import (
    Form,
    at_most,
    line,
    required,
    several_lines,
    show_refusal,
    words,
)
from blueprints._refusals import explain
from blueprints.letters import bp
from blueprints.letters.editing import key_at
from core.addresses import LONGEST_LINK
from core.db import db
from core.refusals import Refused
from notifications.letter import queries as editors
from notifications.public_letter import actions, queries
from notifications.public_letter.actions import Said
from notifications.public_letter.models import WORDS_LENGTH, PublicLetter

LONGEST_BODY = 5000


class OpenForm(Form):
    """Whether the network has a public letter."""

    is_open = BooleanField(
        _l("Partners may subscribe to the letter of the network, on a page that anybody opens")
    )
    words = TextAreaField(_l("What the page says of it"), [at_most(WORDS_LENGTH)], [several_lines])


class LetterForm(Form):
    """What a letter says."""

    title = line(_l("Title"), needed=True, description=_l("It is the subject of the mail too."))
    body = TextAreaField(
        _l("Introduction"),
        [at_most(LONGEST_BODY)],
        [several_lines],
        description=_l("Markdown: **bold**, *italic*, lists."),
    )


class ItemForm(Form):
    """Something that the letter tells of, in words written for everybody."""

    name = line(_l("Title for everybody"), needed=True)
    text = TextAreaField(
        _l("A few words"),
        [required(), at_most(WORDS_LENGTH)],
        [several_lines],
        description=_l("Written for this letter: nothing is taken from what members wrote."),
    )
    link = line(
        _l("Link that anybody can open"),
        length=LONGEST_LINK,
        description=_l("A page of your site, a form to register… Never a page of Maillage."),
    )
    source = line(
        _l("Page of Maillage that it comes from"),
        length=LONGEST_LINK,
        description=_l(
            "It is not shown. If this content is hidden or withdrawn, the letter no "
            "longer tells of it."
        ),
    )


@bp.route("/partenaires/<int:network_id>", methods=["GET", "POST"])
def partners(network_id: int) -> Response | str | tuple[str, int]:
    """The public letter of a network: its page, its letters."""
    network = found(editors.network(viewer(), network_id))
    chosen = queries.settings_of(db.session(), network.id)
    form = OpenForm(is_open=chosen.is_open, words=chosen.words)
    if form.validate_on_submit():
        actions.open_letter(
            db.session(), viewer(), network, by=me(),
            is_open=form.is_open.data, words=words(form.words),
        )  # fmt: skip
        db.session.commit()
        flash(_("Your choices are saved."), "success")
        return redirect(url_for(".partners", network_id=network.id))
    page = render_template(
        "letters/partners.html",
        network=network,
        form=form,
        is_open=chosen.is_open,
        address=url_for("public_letters.network", slug=network.slug, _external=True),
        letters=db.session.scalars(queries.letters(viewer(), network)).all(),
        subscribers=queries.how_many(db.session(), viewer(), network),
    )
    return page if request.method in SAFE else (page, 422)


@bp.route("/partenaires/<int:network_id>/nouvelle", methods=["GET", "POST"])
def new_public_letter(network_id: int) -> Response | str | tuple[str, int]:
    """Begin a letter."""
    network = found(editors.network(viewer(), network_id))
    form = LetterForm()
    if form.validate_on_submit():
        letter = actions.begin(
            db.session(), viewer(), network, title=words(form.title), body=words(form.body)
        )
        db.session.commit()
        return redirect(url_for(".public_letter", letter_id=letter.id))
    page = render_template("letters/new_public_letter.html", network=network, form=form)
    return page if request.method in SAFE else (page, 422)


@bp.route("/publiques/<int:letter_id>", methods=["GET", "POST"])
def public_letter(letter_id: int) -> Response | str | tuple[str, int]:
    """A letter: its words, what it tells of, and how it will be read."""
    letter = found(queries.letter(viewer(), letter_id))
    form = LetterForm(title=letter.title, body=letter.body)
    if form.validate_on_submit():
        try:
            actions.write(
                db.session(), viewer(), letter, title=words(form.title), body=words(form.body)
            )
        except Refused as refused:
            return _page(letter, form=form, others=show_refusal(form, refused, {})), 422
        db.session.commit()
        flash(_("The letter is saved. Nobody has received it yet."), "success")
        return redirect(url_for(".public_letter", letter_id=letter.id))
    page = _page(letter, form=form)
    return page if request.method in SAFE else (page, 422)


def _page(
    letter: PublicLetter,
    *,
    form: LetterForm | None = None,
    item_form: ItemForm | None = None,
    others: list[str] | None = None,
) -> str:
    network: Network = found(places.network(letter.network_id))
    last = None if letter.sent_at else queries.last_sent(db.session(), network.id)
    return render_template(
        "letters/public_letter.html",
        last=last,
        again=queries.this_month(last),
        network=network,
        letter=letter,
        items=queries.standing(db.session(), letter.items),
        form=form or LetterForm(None, title=letter.title, body=letter.body),
        item_form=item_form or ItemForm(None),
        others=others or [],
        subscribers=queries.how_many(db.session(), viewer(), network),
    )


@bp.post("/publiques/<int:letter_id>/elements")
def add_item(letter_id: int) -> Response | tuple[str, int]:
    """Tell of something."""
    letter = found(queries.letter(viewer(), letter_id))
    form = ItemForm()
    if not form.validate_on_submit():
        return _page(letter, item_form=form), 422
    said = Said(words(form.name), words(form.text), words(form.link))
    try:
        source = key_at(words(form.source)) if form.source.data else None
        actions.add_item(db.session(), viewer(), letter, said, source)
    except Refused as refused:
        fields = {"content-unseen": "source", "link-unknown": "link", "items-full": "name"}
        others = show_refusal(form, refused, fields)
        letter = found(queries.letter(viewer(), letter_id))
        return _page(letter, item_form=form, others=others), 422
    db.session.commit()
    return redirect(url_for(".public_letter", letter_id=letter.id, _anchor="elements"))


@bp.post("/publiques/<int:letter_id>/elements/<int:item_id>/retirer")
def take_item(letter_id: int, item_id: int) -> Response:
    """No longer tell of it."""
    letter = found(queries.letter(viewer(), letter_id))
    return _done(letter, lambda: actions.take_item(db.session(), viewer(), letter, item_id))


@bp.post("/publiques/<int:letter_id>/envoyer")
def send_public_letter(letter_id: int) -> Response:
    """Send it."""
    letter = found(queries.letter(viewer(), letter_id))
    return _done(
        letter,
        lambda: actions.send(
            db.session(), viewer(), letter, by=me(), again="again" in request.form
        ),
        _("The letter is on its way, and stands on the public page."),
    )


def _done(letter: PublicLetter, act: Callable[[], None], said: str = "") -> Response:
    number = letter.id
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        if said:
            flash(said, "success")
    return redirect(url_for(".public_letter", letter_id=number, _anchor="elements"))
