"""One's own data: take them, correct them, close one's account (seeds/001); the register."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.wrappers import Response
from wtforms import PasswordField, RadioField
from zipstream import ZipStream

from accounts import actions, leaving
from accounts.facts import DataTaken
from blueprints._access import key, member, settings
from blueprints._downloads import attached, send, storage
from blueprints._export import sections
from blueprints._forms import Form, at_most, options, required, show_refusal, words
from blueprints._limits import SIGN_IN_BY_ACCOUNT, limiter, who
from blueprints._register import PROCESSINGS, outside, period
from blueprints.accounts.passwords import LONGEST_PASSWORD_TYPED
from core import clock
from core.db import HouseSession, db
from core.facts import record
from core.portable import Held, Piece, everything
from core.refusals import Refused
from core.retention import Keeping
from core.storage import Storage
from files.models import StoredFile
from files.personal import every_file

bp = Blueprint("own_data", __name__, url_prefix="/compte")

PER_PAGE = 100
KEEP, ERASE = "keep", "erase"
with_password = limiter.limit(SIGN_IN_BY_ACCOUNT, methods=["POST"], key_func=who)


class TakeForm(Form):
    """All that concerns me, in one archive; the password keeps it from whoever passes by."""

    current = PasswordField(_l("Your password"), [at_most(LONGEST_PASSWORD_TYPED)])


class CloseForm(Form):
    """What becomes of what I wrote, and the password."""

    contents = RadioField(
        _l("What you wrote and deposited"),
        [required()],
        choices=options(
            [
                (KEEP, _l("stays, without your name: colleagues go on finding the answers")),
                (ERASE, _l("is erased with the account: messages, documents, attached files")),
            ]
        ),
    )
    current = PasswordField(_l("Your password"), [at_most(LONGEST_PASSWORD_TYPED)])


@bp.get("/mes-donnees")
def page() -> str:
    """Take, correct, close."""
    return _page()


def _page(
    take: TakeForm | None = None, close: CloseForm | None = None, others: list[str] | None = None
) -> str:
    return render_template(
        "account/data.html",
        me=member(),
        take=take or TakeForm(formdata=None, prefix="take"),
        close=close or CloseForm(formdata=None, prefix="close"),
        close_open=close is not None,
        others=others or [],
        closing=leaving.closing_of(db.session(), member().id),
        delay=leaving.DELAY.days,
    )


def _is_me(form: TakeForm | CloseForm) -> bool:
    """Whether the password is the member's own. Who comes in by links only has none to type."""
    if member().password_hash is None:
        return True
    try:
        actions.check_password(db.session(), member().email, words(form.current))
    except Refused:
        db.session.commit()  # the audit trail keeps the attempt
        form.current.errors = [_("This is not your current password.")]
        return False
    return True


# --- take ----------------------------------------------------------------------------------------


@bp.post("/mes-donnees/telecharger")
@with_password
def take() -> Response | tuple[str, int]:
    """One archive, written as it leaves: a page to read, the same as JSON, and the files.

    It starts again when it is cut; on such a line the files are taken one by one.
    """
    form = TakeForm(prefix="take")
    if not form.validate_on_submit() or not _is_me(form):
        return _page(take=form), 422
    record(db.session(), DataTaken(member(), member().email))
    db.session.commit()
    held = _held()
    named = {} if "without_files" in request.form else _named(held.files)
    html = render_template(
        "account/export.html",
        me=member(),
        tables=sections(held),
        files=list(named),
        made_at=clock.now(),
    )
    zipped = _zipped(storage(), held, named, html)
    response = FlaskResponse(iter(zipped), mimetype="application/zip")
    response.content_length = len(zipped)  # a browser then says how much remains
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return attached(response, f"maillage-mes-donnees-{clock.today():%Y-%m-%d}.zip")


def _held() -> Held:
    """All there is; whoever wants to write need not wait meanwhile."""
    session = db.session()
    assert isinstance(session, HouseSession)  # noqa: S101 - the session of a page
    session.read_only = True
    return everything(session, member().id, current_app.extensions["maillage.their_data"])


def _named(files: list[Piece]) -> dict[str, Piece]:
    """A name in the archive for each file: "fichiers/guide.pdf", "fichiers/guide (2).pdf"."""
    named: dict[str, Piece] = {}
    taken: set[str] = set()
    for piece in files:
        path = PurePosixPath(piece.name)
        number, name = 1, piece.name
        while name.lower() in taken:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        taken.add(name.lower())
        named[f"fichiers/{name}"] = piece
    return named


def _zipped(files: Storage, held: Held, named: dict[str, Piece], html: str) -> ZipStream:
    zipped = ZipStream(sized=True)  # stored as they are: what it weighs is known beforehand
    data = json.dumps(held.tables, ensure_ascii=False, indent=2)
    for name, written in (("index.html", html), ("donnees.json", data)):
        content = written.encode()
        zipped.add([content], name, size=len(content))
    for name, piece in named.items():
        zipped.add(_content(files, piece.sha256), name, size=piece.size)
    return zipped


def _content(files: Storage, sha256: str) -> Iterator[bytes]:
    """A file that is opened when its turn comes."""
    yield from files.read(sha256)


@bp.get("/mes-donnees/fichiers")
def files() -> str:
    """Each file by itself, for a line that may be cut."""
    before = request.args.get("avant", type=key)
    theirs = _files().limit(PER_PAGE + 1)
    if before is not None:
        theirs = theirs.where(StoredFile.id < before)
    found = db.session.execute(theirs).all()
    shown = found[:PER_PAGE]
    return render_template(
        "account/files.html",
        files=shown,
        older=url_for(".files", avant=shown[-1][0].id) if len(found) > PER_PAGE else None,
    )


@bp.get("/mes-donnees/fichiers/<int:file_id>")
def file(file_id: int) -> FlaskResponse:
    """One file of theirs; cut, it goes on from where it was."""
    found = db.session.execute(_files().where(StoredFile.id == file_id)).one_or_none()
    if found is None:
        abort(404)
    return send(*found, download=True)


def _files() -> Select[StoredFile, str]:
    return every_file(member().id, current_app.extensions["maillage.their_files"])


# --- close ---------------------------------------------------------------------------------------


@bp.post("/mes-donnees/fermer")
@with_password
def close() -> Response | tuple[str, int]:
    """Have the account closed, later: there is time to think again."""
    form = CloseForm(prefix="close")
    if not form.validate_on_submit() or not _is_me(form):
        return _page(close=form), 422
    try:
        leaving.ask_to_close(db.session(), member(), erases=form.contents.data == ERASE)
    except Refused as refused:
        db.session.rollback()
        return _page(close=form, others=show_refusal(form, refused, {})), 422
    db.session.commit()
    flash(_("Your account will be closed. A mail tells you when, and how to keep it."), "success")
    return redirect(url_for("own_data.page"))


@bp.post("/mes-donnees/rester")
def stay() -> Response:
    """Keep the account after all."""
    leaving.stay(db.session(), member(), by=member())
    db.session.commit()
    flash(_("Your account stays open."), "success")
    return redirect(url_for("own_data.page"))


# --- the register --------------------------------------------------------------------------------


@bp.get("/registre")
def register() -> str:
    """What the house keeps about its members: why, who sees it, for how long."""
    keeping: Keeping = current_app.extensions["maillage.keeping"]
    lasts = {name: period(rule.days) for name, rule in keeping.rules.items()}
    return render_template(
        "account/register.html",
        processings=PROCESSINGS,
        lasts=lasts,
        outside=outside(settings()),
    )
