"""The proof of a form that stands in the page of a partner, where no cookie comes along."""

from typing import Any

from flask import request
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm

from blueprints._access import settings
from blueprints._refusals import explain
from core.refusals import Refused
from expertise.partners import proofs
from expertise.partners.models import Partner


class Proof(CSRF):
    """A signed word of one purpose, in the place of the one that a session keeps."""

    partner: Partner

    def setup_form(self, form: BaseForm) -> Any:
        """The hidden field of the form."""
        context: Any = form.meta.csrf_context
        self.partner = context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """A word for this one form."""
        return proofs.give(settings(), self.partner)

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        """It is ours, it is fresh, and our own page sends it; the form is known by it."""
        try:
            if not _sent_from_here():
                raise Refused("form-expired")
            form["submission"].data = proofs.read(settings(), self.partner, field.data or "")
        except Refused as refused:
            raise ValidationError(explain(refused)) from refused


def meta_of(partner: Partner) -> dict[str, Any]:
    """What makes a form prove itself so."""
    return {"csrf": True, "csrf_class": Proof, "csrf_context": partner}


def _sent_from_here() -> bool:
    """Whether the page that sends is ours: a browser says so, whatever frames that page."""
    origin = request.headers.get("Origin")
    ours = {request.host_url.rstrip("/"), settings().base_url.rstrip("/")}
    return origin is None or origin in ours
