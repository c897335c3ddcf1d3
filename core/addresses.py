"""Addresses that people type: checked, and written in one way."""

import re
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from core.refusals import Refused

LONGEST_LINK = 500


def link(typed: str) -> str:
    """The address of a page; https:// may be left out. Raises Refused("link-unknown")."""
    if not re.match(r"[a-z]+:", typed, re.IGNORECASE):
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
    except ValueError:
        parts = urlsplit("")
    named = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    if not named or len(typed) > LONGEST_LINK or re.search(r"\s", typed):
        raise Refused("link-unknown")
    return typed


def mail(typed: str) -> str:
    """An e-mail address, in lower case; nobody is asked whether it exists.

    Raises Refused("email-unknown").
    """
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Refused("email-unknown", email=typed) from error
