"""Statements built once, whoever looks: each request only brings its values.

Building a large SELECT costs several times what the database takes to answer it.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import BindParameter, Integer, Select, String, bindparam
from sqlalchemy.types import TypeEngine

from access.viewers import Role, Viewer
from core.db import Moment

P = ParamSpec("P")
S = TypeVar("S", bound=Select[*tuple[Any, ...]])

_TYPES: dict[type, TypeEngine[Any]] = {int: Integer(), str: String(), datetime: Moment()}


def _anyone(role: Role) -> Viewer:
    """A viewer whose number and audiences each execution gives."""
    audiences = bindparam("viewer_audiences", expanding=True, type_=Integer())
    return Viewer(
        cast("int", bindparam("viewer_id", type_=Integer())),
        role,
        cast("tuple[int, ...]", audiences),
    )


def prepared(build: Callable[Concatenate[Viewer, P], S]) -> Callable[Concatenate[Viewer, P], S]:
    """Build a query once for each role and shape, then only give it its values.

    Positional arguments are values: numbers, words, moments; only whether they are None shapes the
    query. Keyword arguments shape it: they come from short lists, never from what is typed.
    """

    @cache
    def built(role: Role, types: tuple[type | None, ...], **shape: Hashable) -> S:
        values = [
            None if kind is None else bindparam(f"value_{number}", type_=_TYPES[kind])
            for number, kind in enumerate(types)
        ]
        return build(_anyone(role), *values, **shape)  # type: ignore[arg-type]

    @wraps(build)
    def give(viewer: Viewer, *values: Any, **shape: Any) -> S:
        if isinstance(cast("object", viewer.member_id), BindParameter):
            return build(viewer, *values, **shape)  # a part of another prepared query
        types = tuple(None if value is None else type(value) for value in values)
        statement = built(viewer.role, types, **shape)
        given = {f"value_{number}": value for number, value in enumerate(values)}
        return statement.params(
            viewer_id=viewer.member_id, viewer_audiences=viewer.audiences, **given
        )

    return cast("Callable[Concatenate[Viewer, P], S]", give)
