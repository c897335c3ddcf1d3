"""Files that come with a need or with a word of the thread, from who may have no account."""

import errno
from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from blueprints._access import settings
from blueprints._downloads import storage
from blueprints._refusals import explain
from blueprints._uploads import let_files_in
from core.refusals import Refused
from expertise.files import policy, tokens
from expertise.files.models import NeedFile
from files import actions
from files.actions import Arrived


def let_in() -> None:
    """Take a form with such files, which comes from our page."""
    let_files_in(policy.LARGEST_FORM)


def take(session: Session) -> tuple[list[Arrived], list[str]]:
    """The files that came with a form, those that came before it, and what is wrong with some.

    What has arrived is kept for hours, and named by the form when it is shown again.
    """
    arrived, refusals = _came_before(session)
    for sent in request.files.getlist("files"):
        if not sent.filename:
            continue
        name = actions.clean_name(sent.filename)
        try:
            if len(arrived) >= policy.MOST_FILES:
                raise Refused("too-many-files-of-need", most=policy.MOST_FILES)
            with sent.stream:
                arrived.append(_receive(session, name, sent.stream))
        except Refused as refused:
            session.rollback()
            refusals.append(f"{name}\u00a0: {explain(refused)}")
    return arrived, refusals


def _came_before(session: Session) -> tuple[list[Arrived], list[str]]:
    left_out = set(request.form.getlist("left_out"))
    arrived, lost = [], []
    for given in list(dict.fromkeys(request.form.getlist("uploads")))[: policy.MOST_FILES]:
        if given in left_out:
            continue
        try:
            arrived.append(tokens.read(session, settings(), given))
        except Refused as refused:
            lost = [explain(refused)]
    return arrived, lost


def _receive(session: Session, name: str, stream: Any) -> Arrived:
    try:
        one = actions.take(
            session,
            storage(),
            name=name,
            file=stream,
            limits=policy.limits(settings()),
            kinds=policy.TAKEN,
        )
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused("house-full") from error
    session.commit()
    return one


def rows(arrived: Sequence[Arrived] = ()) -> list[dict[str, Any]]:
    """The same for a form that is shown again: arguments of components/files.html."""
    return [
        {"id": tokens.token(settings(), one), "name": one.name, "size": one.file.size}
        for one in arrived
    ]


def lines(
    found: Sequence[NeedFile], token: str | None = None, *, by: str = ".followed_file"
) -> list[dict[str, Any]]:
    """What a page shows of files that were found.

    `token`: by the personal link of a company, or `by` the page that another link opens.
    """
    return [
        {
            "id": one.id,
            "note_id": one.note_id,
            "name": one.name,
            "size": one.file.size,
            "href": url_for(by, token=token, file_id=one.id)
            if token
            else url_for(".need_file", file_id=one.id),
        }
        for one in found
    ]
