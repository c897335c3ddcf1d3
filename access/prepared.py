"""Statements built once, whoever looks: each request only brings its values.

Building a large SELECT costs several times what the database takes to answer it.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import cache, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVarTuple, cast

from sqlalchemy import BindParameter, Integer, Result, Select, String, bindparam
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from access.viewers import Role, Viewer
from core.db import Moment

P = ParamSpec("P")
Ts = TypeVarTuple("Ts")

_TYPES: dict[type, TypeEngine[Any]] = {int: Integer(), str: String(), datetime: Moment()}


def _anyone(role: Role) -> Viewer:
    """A viewer whose number and audiences each execution gives."""
    audiences = bindparam("viewer_audiences", expanding=True, type_=Integer())
    return Viewer(
        cast("int", bindparam("viewer_id", type_=Integer())),
        role,
        cast("tuple[int, ...]", audiences),
    )


class Prepared(Generic[P, *Ts]):
    """A query built once for each role and shape, to which a request only gives its values.

    Positional arguments are values: numbers, words, moments; only whether they are None shapes the
    query. Keyword arguments shape it: they come from short lists, never from what is typed.
    """

    def __init__(self, build: Callable[Concatenate[Viewer, P], Select[*Ts]]) -> None:
        self._build = build
        self._shaped = cache(self._shape)
        update_wrapper(self, build)

    def _shape(self, role: Role, types: tuple[type | None, ...], **shape: Hashable) -> Select[*Ts]:
        values = [
            None if kind is None else bindparam(f"value_{number}", type_=_TYPES[kind])
            for number, kind in enumerate(types)
        ]
        return self._build(_anyone(role), *values, **shape)  # type: ignore[arg-type]

    def _given(
        self, viewer: Viewer, *values: Any, **shape: Any
    ) -> tuple[Select[*Ts], dict[str, Any]]:
        types = tuple(None if value is None else type(value) for value in values)
        given = {f"value_{number}": value for number, value in enumerate(values)}
        given |= {"viewer_id": viewer.member_id, "viewer_audiences": viewer.audiences}
        return self._shaped(viewer.role, types, **shape), given

    def __call__(self, viewer: Viewer, *args: P.args, **kwargs: P.kwargs) -> Select[*Ts]:
        """The query with its values, to be executed or made longer."""
        if isinstance(cast("object", viewer.member_id), BindParameter):
            return self._build(viewer, *args, **kwargs)  # a part of another prepared query
        statement, given = self._given(viewer, *args, **kwargs)
        return statement.params(**given)

    def run(
        self, session: Session, viewer: Viewer, *args: P.args, **kwargs: P.kwargs
    ) -> Result[*Ts]:
        """Its rows, at half the cost of executing what a call returns."""
        statement, given = self._given(viewer, *args, **kwargs)
        return session.execute(statement, given)


def prepared(build: Callable[Concatenate[Viewer, P], Select[*Ts]]) -> Prepared[P, *Ts]:
    """Say that a query is built once."""
    return Prepared(build)
