"""The expertise desk: its public pages, a company's need, and those who read it."""

from flask import Blueprint

bp = Blueprint("expertise", __name__, url_prefix="/expertise")

from blueprints.expertise import (  # noqa: E402 - each adds its pages to bp
    asking,
    by_mail,
    choosing,
    companies,
    company_access,
    company_needs,
    conduct,
    editing,
    embedded,
    experts,
    following,
    incidents,
    my_expert,
    partners,
    people,
    public_pages,
    receiving,
    reviewing,
    tending,
)

__all__ = [
    "asking",
    "bp",
    "by_mail",
    "choosing",
    "companies",
    "company_access",
    "company_needs",
    "conduct",
    "editing",
    "embedded",
    "experts",
    "following",
    "incidents",
    "my_expert",
    "partners",
    "people",
    "public_pages",
    "receiving",
    "reviewing",
    "tending",
]
