"""Who may open a page: closed by default, and the rule's viewer for every request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from access.viewers import Role, Viewer
from accounts import queries
from accounts.models import Member
from core import clock
from core.db import HouseSession, db
from core.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OUTSIDE = frozenset({"account", "accounts", "charter", "expertise", "home", "own_data"})
"""The areas of the pages that open to an account of no network: all others are not there."""

View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")


def public(view: View) -> View:
    """A page that opens without an account. The list of them is written by hand in a test."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def before_charter(view: View) -> View:
    """A page that opens to a member who has not accepted the charter yet."""
    view.is_before_charter = True  # type: ignore[attr-defined]
    return view


def before_second_factor(view: View) -> View:
    """A page that opens to staff who must still set up their second factor."""
    view.is_before_second_factor = True  # type: ignore[attr-defined]
    return view


def reads(view: View) -> View:
    """A POST that only reads (a preview, a count): its session refuses to write."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True, slots=True, eq=False)
class SignedIn(UserMixin):
    """What Flask-Login holds of a signed-in member."""

    member: Member
    charter_accepted: bool
    second_factor_due: bool
    is_outside: bool
    """Of no network, and not of those who run the house: the expertise desk is all they have."""

    def get_id(self) -> str:
        """The session is good for one epoch: raising it signs out everywhere."""
        return f"{self.member.id}:{self.member.epoch}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing stands before the pages any more: the charter, the second factor."""
        return self.charter_accepted and not self.second_factor_due


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.extensions["maillage.settings"]
    return found


def member() -> Member:
    """The member who asks for this page."""
    found: Member = current_user.member
    return found


def viewer() -> Viewer:
    """The viewer of this request."""
    found: Viewer = g.viewer
    return found


def write_session() -> HouseSession:
    """The database session of this request."""
    found = db.session()
    assert isinstance(found, HouseSession)  # noqa: S101 - db is made with it
    return found


def recognised(session: Session, member_id: int, epoch: int) -> tuple[SignedIn, Viewer] | None:
    """Who holds a session of this epoch, and what is open to them now; None when it is over."""
    known = queries.signed_in(session, member_id)
    if known is None:
        return None
    someone = known.member
    if someone.epoch != epoch or someone.is_suspended(clock.now()):
        return None
    due = known.staff_need_second_factor and someone.role is not Role.USER and not someone.totp_on
    outside = not known.in_a_network and someone.role is Role.USER
    # The charter is that of the networks; the desk has rules of conduct of its own.
    accepted = known.charter_accepted or outside
    return SignedIn(someone, accepted, due, outside), known.viewer


def may_come_in() -> bool:
    """Whether who asks is a member before whom nothing stands."""
    return bool(current_user.is_authenticated and current_user.is_settled)


def found(statement: Select[T]) -> T:
    """The one row of a query, or 404: what one may not see does not exist."""
    row = db.session.scalars(statement).unique().one_or_none()
    if row is None:
        abort(404)
    return row


def sign_in(someone: Member, *, remember: bool) -> None:
    """Open a session for this member, under a fresh cookie."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = remember
    login_user(SignedIn(someone, charter_accepted=False, second_factor_due=False, is_outside=False))


def sign_out() -> None:
    """Close this session."""
    logout_user()
    session.clear()


def local_address(given: str | None) -> str | None:
    """An address of this site to go back to, or None: never another site's."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")):
        return None
    if not given.isprintable():
        return None
    try:
        parts = urlsplit(given)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else given


LARGEST_KEY = 2**31 - 1


def key(typed: str) -> int:
    """For `request.args.get(…, type=key)`: a number that a column can hold, else nothing."""
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 10:
        raise ValueError(typed)
    number = int(typed)
    if number > LARGEST_KEY:
        raise ValueError(typed)
    return number


class Key(IntegerConverter):
    """A number in an address; one that no column can hold leads nowhere."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_KEY)


def init(app: Flask) -> None:
    """Put the gate in front of every page."""
    app.url_map.converters["int"] = Key
    login = LoginManager(app)
    login.session_protection = None

    @login.user_loader
    def load(session_id: str) -> SignedIn | None:
        member_id, _, epoch = session_id.partition(":")
        if not member_id.isdecimal() or not epoch.isdecimal():
            return None
        known = recognised(db.session(), int(member_id), int(epoch))
        if known is None:
            return None
        g.viewer = known[1]
        return known[0]

    app.before_request(_gate)


def _gate() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    read_only = request.method in SAFE or getattr(view, "only_reads", False)
    write_session().read_only = read_only
    if getattr(view, "is_public", False):
        return None
    if not current_user.is_authenticated:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", suite=back if back != "/" else None))
    if not current_user.charter_accepted and not getattr(view, "is_before_charter", False):
        return redirect(url_for("charter.charter", suite=_here()))
    if (
        current_user.charter_accepted
        and current_user.second_factor_due
        and not getattr(view, "is_before_second_factor", False)
        and not getattr(view, "is_before_charter", False)
    ):
        return redirect(url_for("account.second_factor"))
    if current_user.is_outside and request.blueprint not in OUTSIDE:
        abort(404)
    return None


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
